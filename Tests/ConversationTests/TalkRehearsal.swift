import Calls
import Foundation
import Logging
import Synchronization
import Telephony

@testable import Conversation

/// One conversation of a talking agent on a simulated line: everything beside the loop is done while the clock stands still, so that it takes
/// as long as the test says and always goes the same way.
struct TalkRehearsal {
    let record: ConversationRecord
    let line: SimulatedLine
    let events: [ConversationEvent]
    let requests: [ModelRequest]
    /// What the recogniser was asked to finish, thrown away or not.
    let recognitions: Int

    /// `heard` is what the recogniser makes of each thing said, in order. `delays` are how long, in ms, the works take that the loop begins, by
    /// their place: the first one prepares lines, then every utterance is one, and every time the model is asked. `told` is what the recogniser tells
    /// while it listens, so many ms after an utterance began.
    static func run(
        _ agent: Agent = .talker(),
        model: ScriptedModel,
        heard: [String?] = [],
        delays: [Int: Int] = [:],
        maxDuration: Int = 600,
        side: Side = .caller,
        requests: (any AgentRequests)? = nil,
        transfer: TransferOutcome? = nil,
        voice: (any Voice)? = nil,
        recognizer: (any Recognizer)? = nil,
        abilities: HearingCapabilities = .dictation,
        told: [(after: Int, HearingEvent)] = [],
        cues: [SimulatedLine.Cue]
    ) async throws -> TalkRehearsal {
        let backstage = Backstage(delays: delays, told: told)
        let recognizer = recognizer ?? ScriptedRecognizer(heard, abilities) { backstage.beginListening() }
        var brief = ConversationBrief(
            call: Call.ID(bornAt: Date()),
            agent: agent,
            variables: [:],
            maxDuration: maxDuration
        )
        brief.requests = requests
        brief.side = side
        brief.remote = await RemoteTools.open(for: brief, logger: Logger(label: "test"))
        var account = ConversationAccount(model: model.name, prompt: "You are a test.")
        account.disclosure = ConversationAccount.Disclosure(text: agent.greeting)
        let conversation = TalkConversation(
            brief: brief,
            account: account,
            parts: TalkLoop.Parts(
                model: model,
                recognizer: recognizer,
                prompts: Prompts(voice: try voice ?? Studio.voice(), agent: agent, deadline: .seconds(60)),
                ear: nil,
                limits: TalkLimits(),
                logger: Logger(label: "test")
            )
        )
        return await run(conversation, backstage, transfer: transfer, cues: cues) { model.requests }
    }

    /// One that was made ready as calls have it.
    static func run(
        _ conversation: TalkConversation,
        _ backstage: Backstage = Backstage(),
        transfer: TransferOutcome? = nil,
        cues: [SimulatedLine.Cue],
        requests: () -> [ModelRequest] = { [] }
    ) async -> TalkRehearsal {
        let cues = cues.map { cue in
            guard case .press(let key) = cue.deed else { return cue }
            return SimulatedLine.Cue(moment: cue.moment, deed: .run { backstage.inbox.put(.digit(key)) })
        }
        let line = SimulatedLine(cues: cues) { await backstage.advance(to: $0) }
        let events = Mutex<[ConversationEvent]>([])
        let loop = TalkLoop(
            brief: conversation.brief,
            parts: conversation.parts,
            audio: line,
            inbox: backstage.inbox,
            account: conversation.account,
            begin: { backstage.begin($0) },
            report: { event in
                events.withLock { $0.append(event) }
                if case .transfer = event, let transfer { backstage.inbox.put(.command(.transferred(transfer))) }
            }
        )
        let record = await loop.run()
        return TalkRehearsal(
            record: record,
            line: line,
            events: events.withLock(\.self),
            requests: requests(),
            recognitions: (conversation.parts.recognizer as? ScriptedRecognizer)?.finished ?? 0
        )
    }

    /// The transcript as lines, for failures that explain themselves.
    var script: String {
        record.transcript.map { entry in
            "\(entry.start)-\(entry.end) \(entry.speaker.rawValue): \(entry.text) (\(entry.intent ?? "-"))"
        }.joined(separator: "\n")
    }

    func said(_ text: String) -> Bool {
        record.transcript.contains { $0.speaker == .agent && $0.text.contains(text) }
    }
}

/// What is done beside the loop: when its time has come, before the clock goes on.
final class Backstage: Sendable {
    private struct State {
        var told: [(due: Int, item: TalkItem)] = []
        var utterances = 0
        var works: [(due: Int, work: Work)] = []
        var count = 0
        var position = 0
    }

    let inbox = Inbox<TalkItem>()
    private let delays: [Int: Int]
    private let told: [(after: Int, event: HearingEvent)]
    private let state = Mutex(State())

    init(delays: [Int: Int] = [:], told: [(after: Int, HearingEvent)] = []) {
        self.delays = delays
        self.told = told.map { ($0.after, $0.1) }
    }

    /// The first utterance that is listened to is told of.
    func beginListening() {
        state.withLock { state in
            state.utterances += 1
            guard state.utterances == 1 else { return }
            state.told = told.map { (state.position + $0.after, .told(utterance: 1, $0.event)) }
        }
    }

    func begin(_ work: Work) {
        state.withLock { state in
            state.works.append((state.position + (delays[state.count] ?? 0), work))
            state.count += 1
        }
    }

    /// Puts `item` into the inbox so many ms from now.
    func put(_ item: TalkItem, after time: Int) {
        state.withLock { $0.told.append(($0.position + time, item)) }
    }

    /// What is to come comes now.
    func hurry() {
        state.withLock { state in
            for (_, item) in state.told { inbox.put(item) }
            state.told = []
        }
    }

    func advance(to position: Int) async {
        let due = state.withLock { state in
            state.position = position
            for (due, item) in state.told where due <= position { inbox.put(item) }
            state.told.removeAll { $0.due <= position }
            let due = state.works.filter { $0.due <= position }
            state.works.removeAll { $0.due <= position }
            return due.map(\.work)
        }
        for work in due { await work.run() }
    }
}

/// A model that answers as a test has it.
final class ScriptedModel: LanguageModel {
    enum Answer: Sendable {
        case pieces([ModelPiece])
        /// Fails when it has said so much.
        case fails(after: String, ModelFailure)
    }

    let name = "scripted"
    let abilities: ModelAbilities
    private let answers: [Answer]
    private let log = Mutex<[ModelRequest]>([])

    init(_ answers: [Answer], tools: Bool = true) {
        self.answers = answers
        var abilities = ModelAbilities()
        abilities.tools = tools
        self.abilities = abilities
    }

    /// Answers in words.
    convenience init(words: [String]) {
        self.init(words.map { .pieces([.text($0)]) })
    }

    var requests: [ModelRequest] { log.withLock(\.self) }

    func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        let number = log.withLock { log in
            log.append(request)
            return log.count
        }
        guard number <= answers.count else { throw ModelFailure.cutOff }
        switch answers[number - 1] {
        case .fails(let text, let failure):
            if !text.isEmpty { try await take(.text(text)) }
            throw failure
        case .pieces(let pieces):
            for piece in pieces { try await take(piece) }
            let hasCalls = pieces.contains { if case .call = $0 { true } else { false } }
            return ModelEnding(
                reason: hasCalls ? .toolCalls : .stop,
                usage: ModelUsage(promptTokens: 10, answerTokens: 5)
            )
        }
    }

    func warmUp() async throws {}
}

extension ModelPiece {
    static func call(_ name: String, _ arguments: String = "{}") -> ModelPiece {
        .call(ToolCall(id: "call_\(name)", name: name, arguments: arguments))
    }
}

extension Agent {
    /// An agent that goes by instructions.
    static func talker(_ change: (inout Agent) -> Void = { _ in }) -> Agent {
        var agent = Agent(
            id: Agent.ID(bornAt: Date(timeIntervalSince1970: 0)),
            slug: "talker",
            name: "Bright Dental",
            numbers: [],
            greeting: "Hello, this is the automated assistant of Bright Dental. Can you come on Thursday?",
            goodbye: "Thank you for your time. Goodbye.",
            flow: nil,
            createdAt: Date(timeIntervalSince1970: 0),
            updatedAt: Date(timeIntervalSince1970: 0)
        )
        agent.instructions = "Confirm the appointment on Thursday."
        agent.returns = ["confirmed": "boolean", "day": "string"]
        agent.answering.detects = false
        change(&agent)
        return agent
    }
}
