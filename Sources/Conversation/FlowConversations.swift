import Calls
package import Logging
import Telephony

/// Conversations of flow agents.
///
/// A callee's words that fit nothing are in the transcript as `[unintelligible]` with no intent: that something was said is known, what
/// is not. Keyed answers are there as the keys.
package struct FlowConversations: ConversationFactory {
    private let voice: any Voice
    private let recognizer: any Recognizer
    private let spotter: (any PhraseSpotter)?
    private let sounds: (any SoundLibrary)?
    private let deadline: Duration
    private let bargeInDeadline: Duration
    private let spotterDeadline: Duration
    private let logger: Logger

    /// Without a `spotter` a screener or a menu is taken for a mailbox. `deadline` is how long a voice or a recogniser may take during a call before the agent excuses itself and ends it;
    /// `bargeInDeadline`, how long a recogniser may take to say that an interruption is none before the agent stops;
    /// `spotterDeadline`, how long a spotter may take over what was said meanwhile before it is not asked again in this call.
    package init(
        voice: any Voice,
        recognizer: any Recognizer,
        spotter: (any PhraseSpotter)? = nil,
        sounds: (any SoundLibrary)? = nil,
        deadline: Duration = .seconds(5),
        bargeInDeadline: Duration = .milliseconds(250),
        spotterDeadline: Duration = .seconds(3),
        logger: Logger
    ) {
        self.voice = voice
        self.recognizer = recognizer
        self.spotter = spotter
        self.sounds = sounds
        self.deadline = deadline
        self.bargeInDeadline = bargeInDeadline
        self.spotterDeadline = spotterDeadline
        self.logger = logger
    }

    /// Renders the greeting and the first question, and makes sure that every step can be heard. Throws `ConversationError`, or what
    /// the voice or the recogniser throw.
    package func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation {
        if brief.needsVariables {
            let missing = Template.missingVariables(in: brief.agent, variables: brief.variables)
            guard missing.isEmpty else { throw ConversationError.missingVariables(missing) }
        }
        guard voice.voices.contains(brief.agent.voice) else {
            throw ConversationError.unknownVoice(brief.agent.voice, known: voice.voices)
        }
        await voice.makeReady(voice: brief.agent.voice)
        for step in brief.agent.conducted.steps.values where !step.answers.isEmpty {
            let vocabulary = StepVocabulary(answers: step.answers).vocabulary(in: brief.agent.language)
            try await recognizer.makeReady(for: vocabulary)
        }
        let prompts = Prompts(voice: voice, agent: brief.agent, deadline: deadline)
        var state = FlowState(agent: brief.agent, variables: brief.variables)
        for sentence in state.begin().lines.flatMap({ Sentences.of($0.text) }) {
            _ = try await prompts.clip(sentence)
        }
        var logger = logger
        logger[metadataKey: "call.id"] = "\(brief.call)"
        return FlowConversation(
            brief: await withRecordedMessage(brief, prompts, logger),
            prompts: prompts,
            recognizer: recognizer,
            ear: spotter.map { RecordingEar(spotter: $0, deadline: spotterDeadline, logger: logger) },
            deadline: deadline,
            bargeInDeadline: bargeInDeadline,
            logger: logger
        )
    }
}

extension FlowConversations {
    /// Puts the recording ready that is to be left in a mailbox. One that cannot be played any more is not missed until then: the text is left.
    func withRecordedMessage(
        _ brief: ConversationBrief,
        _ prompts: Prompts,
        _ logger: Logger
    ) async -> ConversationBrief {
        guard brief.agent.voicemail.action == .leaveMessage, let name = brief.agent.voicemail.audio else {
            return brief
        }
        do throws(SoundProblem) {
            guard let sounds else { throw SoundProblem("this server plays no recordings") }
            await prompts.keep(try sounds.sound(named: name), as: Agent.Voicemail.mark(of: name))
            return brief
        } catch {
            logger.warning(
                "Cannot leave a recorded message, and leaves the text",
                metadata: ["error": "\(error.message)"]
            )
            var brief = brief
            brief.agent.voicemail.audio = nil
            return brief
        }
    }
}

/// Why a conversation cannot be held.
package enum ConversationError: Error, Sendable, Hashable {
    /// Variables that the agent speaks and nobody gave, sorted.
    case missingVariables([String])
    case unknownVoice(String, known: [String])
    /// A realtime model that is not configured.
    case unknownModel(String, known: [String])
    /// A voice or a recogniser did not answer in time.
    case stalled
}

extension ConversationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingVariables(let names): "no value for \(names.map { "{{\($0)}}" }.joined(separator: ", "))"
        case .unknownVoice(let name, let known): "no voice '\(name)'; there are \(known.joined(separator: ", "))"
        case .unknownModel(let name, let known):
            "no realtime model '\(name)'; \(known.isEmpty ? "none is configured" : "there are \(known.joined(separator: ", "))")"
        case .stalled: "a speech provider did not answer in time"
        }
    }
}
