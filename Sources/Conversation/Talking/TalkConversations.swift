import Calls
package import Logging
import Telephony

/// Conversations of agents that go by instructions: led by a language model, or by the realtime model that the agent names. Those of flow agents
/// are left to `flows`.
package struct TalkConversations: ConversationFactory {
    private let flows: FlowConversations
    private let model: (any LanguageModel)?
    private let realtime: [any RealtimeModel]
    private let voice: any Voice
    private let recognizer: any Recognizer
    private let spotter: (any PhraseSpotter)?
    private let limits: TalkLimits
    private let logger: Logger

    /// Agents in a language in which `recognizer` takes no dictation are left to `flows` too, as those are for which there is no `model`: they take
    /// a message. What came of the calls of `realtime` is found out by `model`, if there is one.
    package init(
        flows: FlowConversations,
        model: (any LanguageModel)?,
        realtime: [any RealtimeModel] = [],
        voice: any Voice,
        recognizer: any Recognizer,
        spotter: (any PhraseSpotter)? = nil,
        limits: TalkLimits = TalkLimits(),
        logger: Logger
    ) {
        self.flows = flows
        self.model = model
        self.realtime = realtime
        self.voice = voice
        self.recognizer = recognizer
        self.spotter = spotter
        self.limits = limits
        self.logger = logger
    }

    /// Renders the greeting, and begins the session of a realtime model. Throws `ConversationError`, `ProviderMissing` without the realtime
    /// model, or what the voice throws.
    package func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation {
        let leader = try realtimeModel(of: brief.agent)
        let isHeard = recognizer.capabilities(in: brief.agent.language).contains(.dictation)
        guard brief.agent.flow == nil, leader != nil || model != nil && isHeard else {
            return try await flows.prepare(brief)
        }
        if brief.needsVariables {
            let missing = Template.missingVariables(in: brief.agent, variables: brief.variables)
            guard missing.isEmpty else { throw ConversationError.missingVariables(missing) }
        }
        guard voice.voices.contains(brief.agent.voice) else {
            throw ConversationError.unknownVoice(brief.agent.voice, known: voice.voices)
        }
        let logger = logger(for: brief.call)
        async let tools = RemoteTools.open(for: brief, logger: logger)
        async let connected: Void = connect(brief.agent, isRealtime: leader != nil)
        let prompts = Prompts(voice: voice, agent: brief.agent, deadline: limits.voice)
        let account =
            if let leader {
                ConversationAccount(brief, realtime: leader.name)
            } else {
                ConversationAccount(brief, model: model?.name ?? "", hasTools: model?.abilities.tools ?? false)
            }
        let script = FlowState(agent: brief.agent, variables: brief.variables)
        let first = [script.filled(brief.opening), account.disclosure?.text ?? ""]
        var brief = brief
        let inbox = Inbox<TalkItem>()
        var session: (any RealtimeSession)?
        var missing: ModelFailure?
        do {
            for sentence in first.flatMap(Sentences.of) { _ = try await prompts.clip(sentence) }
            // Said when a provider fails, which may be this one.
            await prompts.prepare([FlowLines.apology])
            await connected
            brief.remote = await tools
            session = try await leader?.open(setup(brief, account)) { inbox.put(.realtime($0)) }
        } catch let failure as ModelFailure where leader != nil {
            missing = failure
        } catch {
            await tools.close()
            throw error
        }
        let parts = TalkLoop.Parts(
            model: model,
            realtime: session,
            isMissing: missing != nil,
            recognizer: recognizer,
            prompts: prompts,
            ear: spotter.map { RecordingEar(spotter: $0, deadline: limits.spotting, logger: logger) },
            limits: limits,
            logger: logger
        )
        let conversation = TalkConversation(
            brief: await flows.withRecordedMessage(brief, prompts, logger),
            account: account,
            parts: parts,
            inbox: inbox
        )
        if let missing { throw ProviderMissing(cause: missing, farewell: conversation) }
        return conversation
    }

    private func logger(for call: Call.ID) -> Logger {
        var logger = logger
        logger[metadataKey: "call.id"] = "\(call)"
        return logger
    }

    private func setup(_ brief: ConversationBrief, _ account: ConversationAccount) -> RealtimeSetup {
        var setup = RealtimeSetup(instructions: account.prompt)
        setup.tools = TalkTool.offered(to: brief.agent, remote: brief.remote, side: brief.side)
        setup.language = brief.agent.language
        setup.keywords = brief.agent.keywords
        return setup
    }

    /// The one that `agent` names. Throws `ConversationError.unknownModel` if there is none with that name.
    private func realtimeModel(of agent: Agent) throws(ConversationError) -> (any RealtimeModel)? {
        guard agent.flow == nil, let name = agent.model else { return nil }
        guard let model = realtime.first(where: { $0.name == name }) else {
            throw .unknownModel(name, known: realtime.map(\.name))
        }
        return model
    }
}

extension TalkConversations {
    /// Opens connections while the phone rings, so that the first turn need not wait for them.
    private func connect(_ agent: Agent, isRealtime: Bool) async {
        guard !isRealtime else { return await voice.makeReady(voice: agent.voice) }
        let (model, voice, recognizer) = (model, voice, recognizer)
        let vocabulary = Vocabulary(entries: [], dictation: "words", language: agent.language)
        await withDiscardingTaskGroup { group in
            group.addTask { await model?.makeReady() }
            group.addTask { await voice.makeReady(voice: agent.voice) }
            // Where it cannot, it shows with the first words, and others take over.
            group.addTask { try? await recognizer.makeReady(for: vocabulary) }
        }
    }
}

extension ConversationAccount {
    /// What is known of the conversation beforehand: what says that an automaton is speaking, and what the model is told.
    init(_ brief: ConversationBrief, model: String, hasTools: Bool) {
        let prompt =
            switch brief.side {
            case .caller: SystemPrompt(brief, hasTools: hasTools).text
            case .callee: PersonPrompt(part: brief.prompt, hasTools: hasTools, time: brief.time).text
            }
        self.init(model: model, prompt: prompt)
        disclosure = brief.disclosure.map { Disclosure(text: $0) }
    }

    /// The same where the realtime model of that name leads it.
    init(_ brief: ConversationBrief, realtime: String) {
        var prompt = SystemPrompt(brief, hasTools: true)
        prompt.isRealtime = true
        self.init(model: realtime, prompt: prompt.text)
        disclosure = brief.disclosure.map { Disclosure(text: $0) }
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
