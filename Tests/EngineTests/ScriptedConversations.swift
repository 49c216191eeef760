import Calls
import Conversation
import FoundationEssentials
import Logging
import Synchronization
import Telephony

/// Conversations whose course the test decides.
final class ScriptedConversations: ConversationFactory {
    enum Script: Sendable {
        /// Says two things and ends, its goal met.
        case short
        /// Says one thing, then stays until the line goes down, it is told to say goodbye, or the test ends it.
        case stays
        /// Like `short`, and the callee asks not to be called again.
        case optsOut
        /// Never returns, not even when the line is down, until it is canceled.
        case hangs
        /// Does not even return when it is canceled, only when the test wakes it.
        case deaf
        /// Cannot speak.
        case mute
        /// Is ready only when the test says so.
        case slow
        /// Finds when the test says so that it cannot speak, and says that to whoever has picked up.
        case missing
        /// Gives the callee so many turns and ends when the test says so, with its goal not met.
        case talks(turns: Int)
        /// Finds out at once that a machine has answered.
        case meetsMachine
        /// Takes `first` for what answered, and when the line is down knows that it was `last`. Without a last it gives no account, not even
        /// when it is canceled.
        case identifies(first: Reached?, last: Reached?)
        /// These things happen, then all is said; the record is made when the test says so.
        case tells([ConversationEvent])
        /// The callee says these words, which the summary quotes if it may.
        case quotes(String)
    }

    struct Mute: Error {}

    static let said = [
        TranscriptEntry(
            speaker: .agent,
            text: "Hello Ann.",
            generated: "Hello Ann.",
            start: 0,
            end: 900,
            step: "confirm"
        ),
        TranscriptEntry(speaker: .callee, text: "yes", start: 1200, end: 1500, step: "confirm", intent: "yes"),
    ]

    let script: Script
    let briefs = AsyncStream.makeStream(of: ConversationBrief.self)
    /// One for each conversation that began.
    let begun = AsyncStream.makeStream(of: Void.self)
    /// Yielding ends a `.stays` conversation from within, or makes a `.slow` one ready.
    let go = AsyncStream.makeStream(of: Void.self)

    private let deaf = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(_ script: Script) {
        self.script = script
    }

    fileprivate func sleepDeeply() async {
        await withCheckedContinuation { continuation in deaf.withLock { $0.append(continuation) } }
    }

    /// Has `.deaf` conversations return.
    func wake() {
        let sleeping = deaf.withLock { sleeping in
            defer { sleeping = [] }
            return sleeping
        }
        for continuation in sleeping { continuation.resume() }
    }

    func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation {
        var brief = brief
        brief.remote = await RemoteTools.open(for: brief, logger: Logger(label: "test"))
        briefs.continuation.yield(brief)
        switch script {
        case .mute: throw Mute()
        case .slow: for await _ in go.stream { break }
        case .missing:
            for await _ in go.stream { break }
            throw ProviderMissing(cause: Mute(), farewell: ScriptedConversation(factory: self, brief: brief))
        case .short, .optsOut, .stays, .hangs, .deaf, .quotes, .talks, .meetsMachine, .identifies, .tells: break
        }
        return ScriptedConversation(factory: self, brief: brief)
    }

    /// That `answerer` answered, who said `words`.
    static func answer(_ answerer: Reached, words: String = "hello") -> AnswerRecord {
        var answer = AnswerRecord(verdict: AnswerVerdict(answerer: answerer, confidence: 0.9, reason: "test", at: 400))
        answer.evidence.words = [AnswerEvidence.Words(text: words, at: 400)]
        return answer
    }

    static func record(_ reason: EndReason?, optedOut: Bool = false) -> ConversationRecord {
        ConversationRecord(
            transcript: said,
            fields: ["confirmed": true],
            goal: .met,
            reached: .person,
            reason: reason,
            optedOut: optedOut,
            summary: "# Confirmed"
        )
    }
}

private struct ScriptedConversation: PreparedConversation {
    let factory: ScriptedConversations
    let brief: ConversationBrief

    func close() async { await brief.remote.close() }

    func run(
        on audio: any LegAudio,
        digits: AsyncStream<Character>,
        commands: AsyncStream<ConversationCommand>,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) async -> ConversationRecord {
        factory.begun.continuation.yield()
        report(.said(ScriptedConversations.said[0]))
        switch factory.script {
        case .short, .slow, .mute:
            report(.said(ScriptedConversations.said[1]))
            return ScriptedConversations.record(.agentHungUp)
        case .quotes(let words):
            let entry = TranscriptEntry(speaker: .callee, text: words, start: 1200, end: 2000, step: "confirm")
            report(.said(entry))
            report(.answeredBy(ScriptedConversations.answer(.unknown, words: words)))
            var record = ScriptedConversations.record(.agentHungUp)
            record.transcript = [ScriptedConversations.said[0], entry]
            record.answer = ScriptedConversations.answer(.person, words: words)
            record.summary = brief.keepsWords ? "The callee said \(words)" : "The callee said something"
            return record
        case .missing: return ScriptedConversations.record(.providerStalled)
        case .talks(let turns):
            for await _ in factory.go.stream { break }
            var record = ScriptedConversations.record(.agentHungUp)
            record.goal = .notMet
            record.transcript = (0..<turns).flatMap { turn in
                [
                    TranscriptEntry(speaker: .agent, text: "And?", start: turn * 2000, end: turn * 2000 + 900),
                    TranscriptEntry(
                        speaker: .callee,
                        text: "Well.",
                        start: turn * 2000 + 1000,
                        end: turn * 2000 + 1900
                    ),
                ]
            }
            return record
        case .tells(let events):
            for event in events { report(event) }
            report(.finished(.agentHungUp))
            for await _ in factory.go.stream { break }
            var record = ScriptedConversations.record(.agentHungUp)
            var account = ConversationAccount(model: "scripted", prompt: "You are a test.")
            account.extraction.status = .failed
            account.extraction.error = "The model was asleep"
            account.turns = [
                TurnTiming(at: 1500, endpointing: 700, recognition: 100, model: 200, voice: 80, playout: 20)
            ]
            record.account = account
            return record
        case .meetsMachine:
            var record = ScriptedConversations.record(.voicemail)
            record.reached = .machine
            record.goal = .undecided
            return record
        case .identifies(let first, let last):
            if let first { report(.answeredBy(ScriptedConversations.answer(first))) }
            for await _ in audio.ticks {}
            guard let last else {
                await factory.sleepDeeply()
                return ScriptedConversations.record(nil)
            }
            var record = ScriptedConversations.record(nil)
            record.reached = last
            record.answer = ScriptedConversations.answer(last)
            return record
        case .optsOut:
            return ScriptedConversations.record(.agentHungUp, optedOut: true)
        case .hangs:
            let (never, _) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            return ScriptedConversations.record(nil)
        case .deaf:
            await factory.sleepDeeply()
            return ScriptedConversations.record(nil)
        case .stays:
            return await withTaskGroup(of: EndReason?.self) { group in
                group.addTask {
                    for await _ in audio.ticks {}
                    return nil
                }
                group.addTask {
                    for await _ in commands { return .serverDrained }
                    return nil
                }
                group.addTask { [go = factory.go.stream] in
                    for await _ in go { return .agentHungUp }
                    // The stream is shared, and ends when the first conversation is over.
                    let (never, _) = AsyncStream.makeStream(of: Void.self)
                    for await _ in never {}
                    return nil
                }
                let reason = await group.next() ?? nil
                group.cancelAll()
                return ScriptedConversations.record(reason)
            }
        }
    }
}
