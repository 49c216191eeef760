import Calls
package import Logging
import Telephony

/// Conversations of agents that go by instructions: led by a language model. Those of flow agents are left to `flows`.
package struct TalkConversations: ConversationFactory {
    private let flows: FlowConversations
    private let model: any LanguageModel
    private let voice: any Voice
    private let recognizer: any Recognizer
    private let spotter: (any PhraseSpotter)?
    private let limits: TalkLimits
    private let logger: Logger

    /// Agents in a language in which `recognizer` takes no dictation are left to `flows` too: they take a message.
    package init(
        flows: FlowConversations,
        model: any LanguageModel,
        voice: any Voice,
        recognizer: any Recognizer,
        spotter: (any PhraseSpotter)? = nil,
        limits: TalkLimits = TalkLimits(),
        logger: Logger
    ) {
        self.flows = flows
        self.model = model
        self.voice = voice
        self.recognizer = recognizer
        self.spotter = spotter
        self.limits = limits
        self.logger = logger
    }

    /// Renders the greeting. Throws `ConversationError`, or what the voice throws.
    package func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation {
        guard brief.agent.flow == nil, recognizer.capabilities(in: brief.agent.language).contains(.dictation) else {
            return try await flows.prepare(brief)
        }
        if brief.needsVariables {
            let missing = Template.missingVariables(in: brief.agent, variables: brief.variables)
            guard missing.isEmpty else { throw ConversationError.missingVariables(missing) }
        }
        guard voice.voices.contains(brief.agent.voice) else {
            throw ConversationError.unknownVoice(brief.agent.voice, known: voice.voices)
        }
        var logger = logger
        logger[metadataKey: "call.id"] = "\(brief.call)"
        async let tools = RemoteTools.open(for: brief, logger: logger)
        async let connected: Void = connect(brief.agent)
        let prompts = Prompts(voice: voice, agent: brief.agent, deadline: limits.voice)
        let account = ConversationAccount(brief, model: model)
        let script = FlowState(agent: brief.agent, variables: brief.variables)
        let first = [script.filled(brief.opening), account.disclosure?.text ?? ""]
        for sentence in first.flatMap(Sentences.of) { _ = try await prompts.clip(sentence) }
        // Said when a provider fails, which may be this one.
        await prompts.prepare([FlowLines.apology])
        await connected
        var brief = brief
        brief.remote = await tools
        let parts = TalkLoop.Parts(
            model: model,
            recognizer: recognizer,
            prompts: prompts,
            ear: spotter.map { RecordingEar(spotter: $0, deadline: limits.spotting, logger: logger) },
            limits: limits,
            logger: logger
        )
        return TalkConversation(
            brief: await flows.withRecordedMessage(brief, prompts, logger),
            account: account,
            parts: parts
        )
    }
}

extension TalkConversations {
    /// Opens connections while the phone rings, so that the first turn need not wait for them.
    private func connect(_ agent: Agent) async {
        let (model, voice, recognizer) = (model, voice, recognizer)
        let vocabulary = Vocabulary(entries: [], dictation: "words", language: agent.language)
        await withDiscardingTaskGroup { group in
            group.addTask { await model.makeReady() }
            group.addTask { await voice.makeReady(voice: agent.voice) }
            // Where it cannot, it shows with the first words, and others take over.
            group.addTask { try? await recognizer.makeReady(for: vocabulary) }
        }
    }
}

extension ConversationAccount {
    /// What is known of the conversation beforehand: what says that an automaton is speaking, and what the model is told.
    init(_ brief: ConversationBrief, model: any LanguageModel) {
        let disclosure = brief.disclosure
        let hasTools = model.abilities.tools
        let prompt =
            switch brief.side {
            case .caller: SystemPrompt(brief, hasTools: hasTools).text
            case .callee: PersonPrompt(part: brief.prompt, hasTools: hasTools, time: brief.time).text
            }
        self.init(model: model.name, prompt: prompt)
        self.disclosure = disclosure.map { Disclosure(text: $0) }
    }
}

extension ConversationBrief {
    /// What says that an automaton is speaking. Nil: nothing does.
    var disclosure: String? {
        guard agent.disclosure.isOn else { return nil }
        let script = FlowState(agent: agent, variables: variables)
        if let own = agent.disclosure.say { return script.filled(own) }
        let opening = script.filled(agent.opening)
        return TalkLines.discloses(opening) ? opening : TalkLines.disclosure
    }
}

extension SystemPrompt {
    /// Of the model that leads the call of `brief`.
    init(_ brief: ConversationBrief, hasTools: Bool) {
        self.init(
            agent: brief.agent,
            part: brief.prompt,
            variables: brief.agent.defaults.merging(brief.variables) { $1 },
            disclosure: brief.disclosure,
            hasTools: hasTools,
            time: brief.time
        )
    }
}
