import Calls
import Conversation
import Foundation
import Logging
import PhoneLab
import Providers

extension Persona {
    /// Their number in the lab, with everything that plays them. Throws `Complaint` if the configuration has nothing that could.
    func labNumber(_ settings: Settings, speech: SpeechParts, logger: Logger) throws -> LabNumber {
        let models = settings.models.filter { model == nil || $0.name == model }
        guard !models.isEmpty else {
            let known = settings.models.map(\.name).joined(separator: ", ")
            throw complaint(
                model == nil || known.isEmpty
                    ? "needs a language model: configure one under 'models' (docs/talking.md)"
                    : "names the model '\(model ?? "")', which is not among the 'models' of the configuration: \(known)"
            )
        }
        let ears = speech.recognizer.names(takingDictationIn: language)
        guard !ears.isEmpty else {
            throw complaint(
                "needs a recogniser that takes dictation in \(language), which the embedded one does not: configure one under 'recognizers' (docs/speech.md)"
            )
        }
        guard speech.voice.voices.contains(voice) else {
            throw complaint(
                "has the unknown voice '\(voice)': known are \(speech.voice.voices.joined(separator: ", "))"
            )
        }
        let mind = FallbackModel(models.map(played), logger: logger)
        let names = Servers(
            model: models.map { "\($0.name) (\($0.url))" }.joined(separator: ", "),
            recognizer: ears.map { ear in
                settings.recognizers.first { $0.name == ear }.map { "\(ear) (\($0.endpoint.url))" } ?? ear
            }.joined(separator: ", "),
            voice: voice
        )
        return LabNumber(
            number,
            "\(name), played by \(mind.name) in the voice \(voice), heard by \(ears.joined(separator: ", "))",
            ringing: rings
        ) {
            let watch = ServerWatch()
            let voice = WatchedVoice(voice: speech.voice, server: "the voice \(names.voice)", watch: watch)
            let recognizer = WatchedRecognizer(
                recognizer: speech.recognizer,
                server: "the recogniser \(names.recognizer)",
                watch: watch
            )
            let conversations = TalkConversations(
                flows: FlowConversations(voice: voice, recognizer: recognizer, logger: logger),
                model: WatchedModel(model: mind, server: names.model, watch: watch),
                voice: voice,
                recognizer: recognizer,
                limits: .ofCallee,
                logger: logger
            )
            return PlayedPerson(brief: brief, helloDelay: helloDelay, conversations: conversations, watch: watch)
        }
    }

    /// What the servers are called in complaints.
    private struct Servers {
        var model: String
        var recognizer: String
        var voice: String
    }

    private func played(_ model: Settings.Model) -> ChatModel {
        var model = model
        model.temperature = temperature ?? model.temperature
        return ChatModel(model, seed: seed)
    }

    /// What they know as somebody who talks.
    private var brief: ConversationBrief {
        let now = Date()
        var agent = Agent(
            id: Agent.ID(bornAt: now),
            slug: "person",
            name: name,
            voice: voice,
            language: language,
            numbers: [],
            greeting: hello,
            goodbye: "Bye.",
            flow: nil,
            createdAt: now,
            updatedAt: now
        )
        agent.answering.detects = false
        agent.disclosure.isOn = false
        agent.settings.eagerness = eagerness
        var brief = ConversationBrief(call: Call.ID(bornAt: now), agent: agent, variables: [:], maxDuration: longest)
        brief.side = .callee
        brief.prompt = text
        brief.time = now.formatted(.iso8601)
        return brief
    }

    private func complaint(_ problem: String) -> Complaint {
        Complaint("The person of the case '\(name)' is played by a language model, and \(problem)")
    }
}
