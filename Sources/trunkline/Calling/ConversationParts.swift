import Calls
import Conversation
import Logging
import Providers
import Speech

/// The conversations of agents as the settings have them: those of flows, and those that a language model or a realtime model leads.
struct ConversationParts: Sendable {
    let factory: any ConversationFactory
    /// Nil: none is configured.
    let model: (any LanguageModel)?
    /// What is missing for `model` to lead a conversation.
    let lack: TalkLack?

    /// `stages` take the place of the model, the recogniser and the voice. `patience` is how long these may take during a call where nobody
    /// waits for them; nil for what a callee puts up with.
    static func make(
        _ settings: Settings,
        speech: SpeechParts,
        embedded: EmbeddedSpeech,
        stages: FixedStages? = nil,
        patience: Duration? = nil,
        logger: Logger
    ) -> ConversationParts {
        let voice: any Voice = stages?.voice(speech.voice) ?? speech.voice
        let recognizer: any Recognizer = stages?.recognizer ?? speech.recognizer
        let spotter = EmbeddedSpotter(embedded.keyphrases)
        let flows = FlowConversations(
            voice: voice,
            recognizer: recognizer,
            spotter: spotter,
            sounds: SoundFolder(path: settings.audioDirectory),
            deadline: patience ?? .seconds(5),
            bargeInDeadline: patience ?? .milliseconds(250),
            spotterDeadline: patience ?? .seconds(3),
            logger: logger
        )
        let model = stages?.model ?? settings.languageModel(logger: logger)
        let lack = TalkLack(hasModel: model != nil, recognizer)
        if let lack, model != nil { logger.warning("The language model cannot lead calls: \(lack)") }
        let realtime = settings.realtimeModels(logger: logger)
        guard lack == nil || !realtime.isEmpty else {
            return ConversationParts(factory: flows, model: model, lack: lack)
        }
        var limits = stages?.limits ?? TalkLimits()
        if let patience {
            limits.recognition = patience
            limits.bargeIn = patience
            limits.spotting = patience
            limits.voice = patience
        }
        let talks = TalkConversations(
            flows: flows,
            model: model,
            realtime: realtime,
            voice: voice,
            recognizer: recognizer,
            spotter: spotter,
            limits: limits,
            logger: logger
        )
        return ConversationParts(factory: talks, model: model, lack: lack)
    }
}

extension TalkLack {
    /// Nil: nothing is lacking.
    init?(hasModel: Bool, _ recognizer: any Recognizer) {
        guard hasModel else {
            self = .languageModel
            return
        }
        guard !recognizer.capabilities(in: "en-US").contains(.dictation) else { return nil }
        self = .dictation
    }
}
