import Calls

/// Writes down what is said and makes the record of it.
final class Chronicle {
    /// Stands for speech of which nothing was understood.
    static let unintelligible = "[unintelligible]"
    /// Stands for the time in which music played in the callee's place.
    static let onHold = "[on hold]"

    private let keepsWords: Bool
    private let tell: @Sendable (ConversationEvent) -> Void
    private var transcript: [TranscriptEntry] = []
    private var reached = Reached.unknown
    /// Where the agent's last words ended, in samples on the recording's clock.
    private(set) var agentEnd: Int64 = 0
    /// Something the callee said was understood.
    private(set) var hasUnderstood = false

    /// Without `keepsWords` the summary quotes nobody.
    init(keepsWords: Bool, report: @escaping @Sendable (ConversationEvent) -> Void) {
        self.keepsWords = keepsWords
        tell = report
    }

    func report(_ event: ConversationEvent) {
        tell(event)
    }

    func add(_ entry: TranscriptEntry) {
        if entry.speaker == .agent { agentEnd = Int64(entry.end) * 8 }
        transcript.append(entry)
        tell(.said(entry))
    }

    func addSpeech(_ text: String, _ speech: TurnTaking.Speech, step: String?, intent: String?) {
        add(
            FlowMove.Said(
                text: text,
                start: Int(speech.start / 8),
                end: Int(speech.end / 8),
                voiced: speech.voiced,
                step: step,
                intent: intent
            )
        )
    }

    func add(_ said: FlowMove.Said) {
        // Nothing but a living voice is understood; a stretch of unknown speech this long is one too, or a machine pretending.
        if said.intent == TranscriptEntry.menu {
            if reached == .unknown { reached = .ivr }
        } else if said.intent != nil || said.voiced >= 300 {
            reached = .person
        }
        if said.text != Self.unintelligible { hasUnderstood = true }
        add(
            TranscriptEntry(
                speaker: .callee,
                text: said.text,
                start: said.start,
                end: said.end,
                step: said.step,
                intent: said.intent
            )
        )
    }

    /// Music plays in the callee's place since `start`, in samples on the recording.
    func beginHold(_ start: Int64) {
        report(.onHold(since: Int(start / 8)))
    }

    /// Music played in the callee's place. In samples on the recording.
    func addHold(_ range: Range<Int64>) {
        add(
            TranscriptEntry(
                speaker: .callee,
                text: Self.onHold,
                start: Int(range.lowerBound / 8),
                end: Int(range.upperBound / 8),
                intent: TranscriptEntry.onHold
            )
        )
    }

    func addKeys(_ keys: String, at position: Int64, step: String?, intent: String?) {
        reached = .person
        let time = Int(position / 8)
        add(
            TranscriptEntry(
                speaker: .callee,
                text: keys,
                start: time,
                end: time,
                step: step,
                intent: intent,
                keyed: true
            )
        )
    }

    /// Keys that the agent was made to press.
    func addPressed(
        _ keys: String,
        at position: Int64,
        step: String?,
        intent: String? = TranscriptEntry.byRequest
    ) {
        let time = Int(position / 8)
        // Not `add`: keys are no words, whose end the agent's leave would wait for.
        let entry = TranscriptEntry(
            speaker: .agent,
            text: keys,
            start: time,
            end: time,
            step: step,
            intent: intent,
            keyed: true
        )
        transcript.append(entry)
        tell(.said(entry))
    }

    func record(of state: FlowState, reason: EndReason?, answer: AnswerRecord?) -> ConversationRecord {
        var record = record(goal: state.goal, reason: reason, optedOut: state.optedOut, answer: answer)
        record.fields = state.fields
        let summary = Summary(agent: state.agent, record: record, messages: state.messages, isQuoting: keepsWords)
        record.summary = summary.markdown
        return record
    }

    /// Without fields and summary.
    func record(goal: Goal, reason: EndReason?, optedOut: Bool, answer: AnswerRecord?) -> ConversationRecord {
        var record = ConversationRecord(
            transcript: transcript.sorted { $0.start < $1.start },
            fields: [:],
            goal: goal,
            reached: answer.map(\.reached).flatMap { $0 == .unknown ? nil : $0 } ?? reached,
            reason: reason,
            optedOut: optedOut,
            summary: ""
        )
        record.answer = answer
        return record
    }
}
