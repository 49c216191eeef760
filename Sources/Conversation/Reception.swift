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

    /// Of speech from its first sound on, in ms: what goes on for longer may be a recording. Most people say less when they pick up.
    private static let longestPerson = 1500
    /// Of speech, in ms, before phrases are listened for: a tone or a noise on the line has none, and listening takes 2 % of a core.
    private static let leastSpeech = 600
    /// In ms. Shorter than those after which the agent acts.
    private static let pauseForPhrases = 440
    private static let longestWithoutPause = 5000
    /// In ms. A machine that is talked to need not be listened to for phrases all the time.
    private static let longestOverheard = 60_000
    /// Samples that are given away at once.
    private static let portion = 1600

    private let thresholds: AnswerThresholds
    private var who: WhoAnswered
    private var handling: AnswerHandling
    private var personJoined: Int?
    /// Where on the recording the present decision began, in ms: behind a menu it is made anew.
    private var origin = 0
    /// In ms.
    private var heardUntil = 0
    private let hasSpotter: Bool
    /// What was heard since the present decision began, as long as it is not given away.
    private var pending: [Int16] = []
    private var isOverheard = false
    private var isOverheardOut = false
    /// Silence so far, in ms.
    private var pause = 0
    /// Phrases of machines that seem to have been said.
    private var spotted: [String] = []

    init(_ agent: Agent, hasSpotter: Bool) {
        self.hasSpotter = hasSpotter
        thresholds = agent.answering.thresholds
        who = WhoAnswered(thresholds: thresholds)
        handling = AnswerHandling(agent, asksForWords: hasSpotter)
    }

    /// Whether the agent is not to talk as its flow has it.
    var holdsFlow: Bool { handling.holdsFlow }

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
        var isDecided = false
        pause = frame.sound == .speech ? 0 : pause + 20
        weighPhrases()
        let events = who.hear(samples, agentSpeaks: frame.agentSpeaks, isEcho: frame.sound == .echo)
        for case .verdict(let verdict) in events {
            isDecided = true
            news.actions += handling.decide(verdict.answerer, at: end)
        }
        // After the verdicts: a tone may be what made a mailbox of it.
        for case .tone(let tone) in events where tone.kind == .beep && tone.end != nil {
            news.actions += handling.hearTone(at: end)
        }
        news.actions += handling.hear(frame)
        for action in news.actions {
            switch action {
            case .decideAfresh:
                who = WhoAnswered(thresholds: thresholds)
                origin = heardUntil
                (pending, isOverheard, isOverheardOut, spotted) = ([], false, false, [])
            case .begin where who.verdict.answerer != .person:
                personJoined = heardUntil
                isDecided = true
            case .hush, .leaveMessage, .introduce, .press, .begin, .leave: break
            }
        }
        if isDecided { news.record = record }
        if hasSpotter { news.recording = recording(samples) }
        return news
    }

    /// Words that a recogniser understood.
    mutating func hear(words: String) {
        who.hear(words: words)
    }

    /// One of `MachinePhrases` seems to have been said.
    mutating func spot(_ phrase: String) {
        spotted.append(phrase)
    }

    /// The line went down: what was said until then counts.
    mutating func lineDown() {
        guard !handling.isPersonSure else { return }
        weighPhrases(isOver: true)
        _ = who.hear([Int16](repeating: 0, count: WhoAnswered.frameLength), agentSpeaks: false)
    }

    /// In a pause, in a recording that has none, or when the line is down: what do the phrases say?
    private mutating func weighPhrases(isOver: Bool = false) {
        guard !spotted.isEmpty else { return }
        let isLong = who.evidence.duration == who.verdict.at + Self.longestWithoutPause
        guard pause == Self.pauseForPhrases || isLong || isOver else { return }
        switch who.verdict.answerer {
        case .machine: for phrase in MachinePhrases.telling(spotted) { who.hear(words: phrase) }
        case .person, .unknown: for phrase in MachinePhrases.convicting(spotted) { who.hear(words: phrase) }
        case .screener, .ivr, .nobody: break
        }
    }

    /// What is to be overheard now: all of it from the beginning, once somebody has been speaking for long.
    private mutating func recording(_ samples: ArraySlice<Int16>) -> [Int16] {
        // A person who is let speak again is in a conversation, which may be about mailboxes.
        let isConversation = who.verdict.answerer == .person && pause > Self.pauseForPhrases
        let isLate = who.evidence.duration >= Self.longestOverheard
        guard !isConversation, !isLate, !isOverheardOut, !handling.isOver else {
            isOverheardOut = true
            (pending, isOverheard) = ([], false)
            return []
        }
        pending += samples
        if let start = who.evidence.speech.first?.start, who.evidence.duration - start >= Self.longestPerson {
            isOverheard = who.evidence.speech.reduce(0) { $0 + $1.end - $1.start } >= Self.leastSpeech
        }
        guard isOverheard, pending.count >= Self.portion else {
            // Silence before the first word is of no use.
            if who.evidence.speech.isEmpty { pending = Array(pending.suffix(Self.portion)) }
            return []
        }
        defer { pending = [] }
        return pending
    }

    /// A question was answered: whatever it sounds like, it is a person.
    mutating func confirmPerson() {
        guard !handling.isPersonSure else { return }
        handling.confirmPerson()
        if who.verdict.answerer != .person { personJoined = heardUntil }
    }
}
