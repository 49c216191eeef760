import Audio
import Calls

/// Finds out who answered, and has the agent do about it what is its manner.
struct Reception: Sendable {
    /// What 20 ms brought.
    struct News: Sendable {
        var actions: [AnswerHandling.Action] = []
        /// What is known now, if that has changed.
        var record: AnswerRecord?
        /// What may be a recording: to be listened to for phrases. Without gaps from the first on.
        var recording: [Int16] = []
    }

    private let thresholds: AnswerThresholds
    private let hasSpotter: Bool
    private var who: AnswerListening
    private var handling: AnswerHandling
    private var personJoined: Int?
    /// Where on the recording the present decision began, in ms: behind a menu it is made anew.
    private var origin = 0
    /// In ms.
    private var heardUntil = 0

    init(_ agent: Agent, hasSpotter: Bool) {
        self.hasSpotter = hasSpotter
        thresholds = agent.answering.thresholds
        who = AnswerListening(thresholds: thresholds, hasSpotter: hasSpotter)
        handling = AnswerHandling(agent, asksForWords: hasSpotter)
    }

    /// Whether the agent is not to talk as its flow has it.
    var holdsFlow: Bool { handling.holdsFlow }

    /// Whether it is a person, by all that is known.
    var isWithPerson: Bool { handling.isPersonSure || who.verdict.answerer == .person }

    /// Whether phrases may still change what is known.
    var listensForPhrases: Bool { !handling.isPersonSure && !handling.isSettled && who.listensForPhrases }

    /// What has been found out.
    var record: AnswerRecord {
        var verdict = who.verdict
        verdict.at += origin
        return AnswerRecord(
            verdict: verdict,
            evidence: who.evidence,
            thresholds: thresholds,
            personJoined: personJoined,
            message: handling.message.map { Int($0.lowerBound / 8)..<Int($0.upperBound / 8) }
        )
    }

    /// The callee's next 20 ms, which begin at `frame.position` and sound like `frame.sound`.
    mutating func hear(_ samples: ArraySlice<Int16>, _ frame: TurnTaking.Frame) -> News {
        var news = News()
        let end = frame.position + Int64(samples.count)
        heardUntil = Int(end / 8)
        // What a person says in a conversation decides nothing any more: a vowel may pass for a tone.
        guard !handling.isPersonSure else { return news }
        let events = who.hear(samples, agentSpeaks: frame.agentSpeaks, isEcho: frame.sound == .echo)
        news.actions = actions(on: events, at: end) + handling.hear(frame)
        var isDecided = events.contains { if case .verdict = $0 { true } else { false } }
        for action in news.actions {
            switch action {
            case .decideAfresh:
                who = AnswerListening(thresholds: thresholds, hasSpotter: hasSpotter)
                origin = heardUntil
            case .begin where who.verdict.answerer != .person:
                personJoined = heardUntil
                isDecided = true
            case .hush, .leaveMessage, .introduce, .press, .begin, .leave: break
            }
        }
        if isDecided { news.record = record }
        if handling.isSettled { who.stopOverhearing() }
        news.recording = who.recording()
        return news
    }

    private mutating func actions(on events: [AnswerEvent], at end: Int64) -> [AnswerHandling.Action] {
        var actions: [AnswerHandling.Action] = []
        for case .verdict(let verdict) in events {
            actions += handling.decide(verdict.answerer, isDoubtful: verdict.isDoubtful, at: end)
        }
        // After the verdicts: a tone may be what made a mailbox of it.
        for case .tone(let tone) in events {
            if who.verdict.answerer == .machine, let reason = who.evidence.deadEnd {
                actions += handling.meetDeadEnd(reason)
            } else if tone.kind == .beep, tone.end != nil {
                actions += handling.hearTone(at: end)
            }
        }
        return actions
    }

    /// Words that a recogniser understood.
    mutating func hear(words: String) {
        who.hear(words: words)
    }

    /// One of `MachinePhrases` seems to have been said.
    mutating func spot(_ phrase: String) {
        who.spot(phrase)
    }

    /// The line went down: what was said until then counts. `isHungUp`: the callee's side put it down, and not behind the agent's goodbye.
    mutating func lineDown(isHungUp: Bool) {
        guard !handling.isPersonSure else { return }
        _ = who.lineDown(isHungUp: isHungUp)
    }

    /// A question was answered: whatever it sounds like, it is a person.
    mutating func confirmPerson() {
        guard !handling.isPersonSure else { return }
        handling.confirmPerson()
        if who.verdict.answerer != .person { personJoined = heardUntil }
    }
}
