import Audio
package import Calls

/// Finds out who answered from the sound of a call's beginning and from the phrases that machines say, as far as a spotter hears them.
///
/// Whoever runs it gives what `recording()` returns to the spotter, and what the spotter finds to `spot`.
package struct AnswerListening: Sendable {
    /// Of speech from its first sound on, in ms: what goes on for longer may be a recording. Most people say less when they pick up.
    private static let longestPerson = 1500
    /// Of speech, in ms, before phrases are listened for: a tone or a noise on the line has none, and listening takes 2 % of a core.
    private static let leastSpeech = 600
    /// In ms. Shorter than those after which the agent acts.
    private static let pauseForPhrases = 440
    /// Recorded voices pause for less between two sentences, in ms.
    private static let pauseOfConversation = 1200
    private static let longestWithoutPause = 5000
    /// In ms. A machine that is talked to need not be listened to for phrases all the time.
    private static let longestOverheard = 60_000
    /// Samples that are given away at once.
    private static let portion = 1600

    private let hasSpotter: Bool
    private var who: WhoAnswered
    /// What was heard, as long as it is not given away.
    private var pending: [Int16] = []
    private var isOverheard = false
    private var isOverheardOut = false
    /// Phrases of machines that seem to have been said.
    private var spotted: [String] = []

    package init(thresholds: AnswerThresholds = AnswerThresholds(), hasSpotter: Bool) {
        self.hasSpotter = hasSpotter
        who = WhoAnswered(thresholds: thresholds)
    }

    package var verdict: AnswerVerdict { who.verdict }
    package var evidence: AnswerEvidence { who.evidence }

    /// The callee's next 20 ms, as `WhoAnswered.hear` takes them.
    package mutating func hear(_ samples: ArraySlice<Int16>, agentSpeaks: Bool, isEcho: Bool = false) -> [AnswerEvent] {
        weighPhrases()
        let events = who.hear(samples, agentSpeaks: agentSpeaks, isEcho: isEcho)
        if hasSpotter, !isOverheardOut { pending += samples }
        return events
    }

    /// Words that a recogniser understood.
    package mutating func hear(words: String) {
        who.hear(words: words)
    }

    /// One of `MachinePhrases` seems to have been said.
    package mutating func spot(_ phrase: String) {
        spotted.append(phrase)
    }

    /// The line went down: what was said until then counts. `isHungUp`: the callee's side put it down, and not behind the agent's goodbye.
    package mutating func lineDown(isHungUp: Bool) -> [AnswerEvent] {
        weighPhrases(isOver: true)
        var events: [AnswerEvent] = []
        if !spotted.isEmpty {
            events = who.hear([Int16](repeating: 0, count: WhoAnswered.frameLength), agentSpeaks: false)
        }
        return isHungUp ? events + who.hangUp() : events
    }

    /// What is to be listened to for phrases now, without gaps: all of it from the first sound on, once somebody has been speaking for long.
    package mutating func recording() -> [Int16] {
        guard hasSpotter, !isOverheardOut else { return [] }
        // A person who waits for an answer is in a conversation, which may be about mailboxes. A menu only takes a breath.
        let isConversation = verdict.answerer == .person && pause > Self.pauseOfConversation
        guard !isConversation, evidence.duration < Self.longestOverheard else {
            stopOverhearing()
            return []
        }
        if let start = evidence.speech.first?.start, evidence.duration - start >= Self.longestPerson {
            isOverheard = evidence.speech.reduce(0) { $0 + $1.end - $1.start } >= Self.leastSpeech
        }
        guard isOverheard, pending.count >= Self.portion else {
            // Silence before the first word is of no use.
            if evidence.speech.isEmpty { pending = Array(pending.suffix(Self.portion)) }
            return []
        }
        defer { pending = [] }
        return pending
    }

    /// Whether phrases may still matter.
    package var listensForPhrases: Bool { hasSpotter && !isOverheardOut }

    /// No phrase matters any more.
    package mutating func stopOverhearing() {
        isOverheardOut = true
        (pending, isOverheard) = ([], false)
    }

    /// Since the last speech, in ms.
    private var pause: Int { evidence.duration - (evidence.speech.last?.end ?? 0) }

    /// In a pause, in a recording that has none, or when the line is down: what do the phrases say?
    private mutating func weighPhrases(isOver: Bool = false) {
        guard !spotted.isEmpty else { return }
        let isLong = evidence.duration == verdict.at + Self.longestWithoutPause
        guard pause == Self.pauseForPhrases || isLong || isOver else { return }
        switch verdict.answerer {
        case .machine: for phrase in MachinePhrases.telling(spotted) { who.hear(words: phrase) }
        case .person, .unknown: for phrase in MachinePhrases.convicting(spotted) { who.hear(words: phrase) }
        case .screener, .ivr, .nobody: break
        }
    }
}
