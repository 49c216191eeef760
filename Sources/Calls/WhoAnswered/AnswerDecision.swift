/// Decides who answered from what is heard, moment by moment. No sound, no clock: the same moments always give the same verdicts.
///
/// Until something else is certain it is a person, or unknown, and the agent talks. A first stretch of speech that is short and followed by silence is
/// a person; one that goes on is a recording; a beep is a mailbox; words decide at once. A verdict may be revised: a person by a recording that
/// goes on, or by its beep; a machine by somebody who speaks into the message that is being left.
package struct AnswerDecision: Sendable {
    package private(set) var verdict = AnswerVerdict.none
    /// When the callee's first utterance ended, in ms. Nil: it has not.
    package private(set) var firstUtteranceEnd: Int?

    private let thresholds: AnswerThresholds
    /// In ms: the end of the last moment.
    private var now = 0
    /// The callee's current or last utterance, and the stretch it is part of.
    private var utterance: Stretch?
    private var stretch: Stretch?
    private var stretches = 0
    /// Since the callee's side was last heard to speak.
    private var silence = 0
    /// Speech without the least pause, up to now.
    private var burst = 0
    private var agentHasSpoken = false
    /// Since the agent was last heard to speak, and for how long it did, in ms.
    private var agentSilence = 0
    private var agentTurn = 0
    /// Whether the callee began to speak when the agent had just finished: that is what people do, and recordings by chance only.
    private var hasReplied = false
    /// Whether the callee went on after a pause in which nobody spoke.
    private var goesOnUnasked = false
    /// In stretches that are over, in ms.
    private var spokenBefore = 0
    /// When the last beep of a mailbox ended, in ms.
    private var lastBeep: Int?
    /// Whether there was speech in the last moments, the newest last.
    private var recent: [Bool] = []
    /// Whether what began like a beep began in the middle of a word.
    private var beepFollowsSpeech = false
    /// Whether it began like an answer to the agent.
    private var beepIsReply = false

    /// Moments that are remembered: more than a beep's onset is told of late.
    private static let remembered = 32
    /// Of the agent's words, in ms, to which one may reply; for how long it is listened to them in silence; and how long people wait with their reply.
    private static let shortestTurn = 1_000
    private static let shortestPause = 1_500
    private static let longestWait = 2_500
    /// Of the agent's words, in ms, before a recorded greeting begins.
    private static let longestUnheard = 2_500
    /// Silence, in ms, between a greeting and its tone.
    private static let longestBeforeBeep = 2_000
    /// A vowel at the end of a word is no longer, in ms.
    private static let longestVowel = 300
    /// After which stretch the greeting was last said to be over. 0: it goes on, as far as is known.
    private var overAfterStretch = 0
    /// What was said, as far as a recogniser told.
    private var words = ""

    package init(thresholds: AnswerThresholds = AnswerThresholds()) {
        self.thresholds = thresholds
    }

    /// Every verdict in turn that these thresholds give on this evidence.
    package static func verdicts(
        on evidence: AnswerEvidence,
        thresholds: AnswerThresholds = AnswerThresholds()
    ) -> [AnswerVerdict] {
        var decision = AnswerDecision(thresholds: thresholds)
        return evidence.moments.flatMap { decision.note($0) }.compactMap { event in
            if case .verdict(let verdict) = event { verdict } else { nil }
        }
    }

    /// The next 20 ms. Returns verdicts and ends of greetings.
    package mutating func note(_ moment: AnswerMoment) -> [AnswerEvent] {
        guard now < AnswerEvidence.longest else { return [] }
        now += AnswerEvidence.step
        let before = verdict.answerer
        follow(moment)
        for words in moment.words { weigh(words: words) }
        for tone in moment.tones { weigh(tone) }
        weighCadence(moment)
        var events: [AnswerEvent] = verdict.answerer == before ? [] : [.verdict(verdict)]
        if let end = endOfGreeting(moment.tones) { events.append(.greetingEnded(at: end)) }
        return events
    }

    private mutating func follow(_ moment: AnswerMoment) {
        if moment.agentSpeaks {
            agentHasSpoken = true
            agentTurn = agentSilence >= thresholds[.turnGap] ? AnswerEvidence.step : agentTurn + AnswerEvidence.step
        }
        agentSilence = moment.agentSpeaks ? 0 : agentSilence + AnswerEvidence.step
        recent.append(moment.isSpeech)
        if recent.count > Self.remembered { recent.removeFirst() }
        burst = moment.isSpeech ? burst + AnswerEvidence.step : 0
        // How long it had been silent before this burst.
        let pause = silence - max(0, burst - AnswerEvidence.step)
        let isNew = utterance == nil || pause >= thresholds[.utteranceGap]
        // A click or the edge of a tone begins nothing, but goes on with what is being said.
        guard moment.isSpeech, !isNew || burst >= thresholds[.shortestAnswer] else {
            silence += AnswerEvidence.step
            if firstUtteranceEnd == nil, let utterance, silence >= thresholds[.utteranceGap] {
                firstUtteranceEnd = utterance.end
            }
            return
        }
        if isNew { utterance = Stretch(start: now - burst, moment) }
        if stretch == nil || (isNew && pause >= thresholds[.turnGap]) {
            let start = now - burst
            let before = stretch?.length ?? 0
            stretch = Stretch(
                start: start,
                moment,
                answersAgent: agentHasSpoken && start >= thresholds[.greetingLatest]
            )
            if pause >= Self.shortestPause, isReply(at: start) { hasReplied = true }
            // Who lets it speak for so long before the first sound has listened, and breaks in.
            if stretches == 0, agentTurn >= Self.longestUnheard { hasReplied = true }
            if stretches > 0, agentHasSpoken, agentSilence - burst > Self.longestWait { goesOnUnasked = true }
            spokenBefore += before
            stretches += 1
        }
        utterance?.extend(to: now, moment)
        stretch?.extend(to: now, moment)
        silence = 0
    }

    /// Whether what begins at `start` begins when the agent has just finished.
    private func isReply(at start: Int) -> Bool {
        let wait = agentSilence - (now - start)
        return agentTurn >= Self.shortestTurn && (0...Self.longestWait).contains(wait)
    }

    private mutating func weigh(words text: String) {
        // A conversation may be about voicemail.
        let isConversation = verdict.answerer == .person && (stretch?.start ?? 0) >= thresholds[.greetingLatest]
        words = String((words + " " + text).suffix(400))
        guard !isConversation, let (answerer, phrase) = AnswerPhrases.find(in: words) else { return }
        // A menu that ends in a mailbox is still a menu, and a person was asked for by neither.
        if answerer == .person, verdict.answerer != .unknown { return }
        if answerer == .machine, verdict.answerer == .screener || verdict.answerer == .ivr { return }
        decide(answerer, 0.95, "\"\(phrase)\" was said")
    }

    private mutating func weigh(_ tone: HeardTone) {
        switch tone.kind {
        case .beep where tone.end == nil:
            beepFollowsSpeech = spoke(justBefore: tone.start)
            // A mailbox beeps soon behind its own words; who listens has been silent for longer.
            let pause = silence - (now - tone.start)
            beepIsReply = pause >= Self.longestBeforeBeep && isReply(at: tone.start)
        case .beep: weighBeep(tone)
        case .specialInformation: decide(.machine, 0.97, "special information tones: a network announcement")
        case .noCircuit: decide(.machine, 0.97, "special information tones: the network has no way there")
        case .faxAnswering: decide(.machine, 0.99, "\(tone.frequency) Hz: a fax or modem answered")
        case .faxCalling: decide(.machine, 0.95, "\(tone.frequency) Hz, twice: a fax")
        case .busy: decide(.machine, 0.8, "busy tone: nobody is there")
        case .ringback, .dialTone, .key: break
        }
    }

    /// A mailbox falls silent after its beep; what goes on speaking was a voice that held a tone.
    private mutating func weighBeep(_ tone: HeardTone) {
        guard let end = tone.end, now - silence <= end + 60 else { return }
        // The vowel at the end of a hello may be as pure as a beep.
        guard !beepFollowsSpeech || end - tone.start > Self.longestVowel else { return }
        // Nor does a mailbox reply.
        guard !beepIsReply, verdict.answerer != .person || !hasReplied else { return }
        // A fax may have begun to call, and will tell in three seconds.
        guard stretches > 0 || !tone.isLikeFaxCalling else { return }
        switch verdict.answerer {
        case .screener, .ivr: return
        case .person where now > thresholds[.beepLatest] || stretches > 3: return
        default:
            lastBeep = end
            decide(.machine, 0.95, "a beep of \(tone.frequency) Hz: a mailbox")
        }
    }

    /// Whether there was speech in the 80 ms up to the frame before this one.
    private func spoke(justBefore start: Int) -> Bool {
        let last = recent.count - (now - start) / AnswerEvidence.step - 1
        return recent[max(0, min(recent.count, last - 3))..<max(0, min(recent.count, last))].contains(true)
    }

    private mutating func weighCadence(_ moment: AnswerMoment) {
        switch verdict.answerer {
        case .unknown, .nobody: if !weighRecording(moment) { weighPerson() }
        case .person: if !weighRecording(moment) { weighUnanswered() }
        case .machine: weighPickUp()
        case .screener, .ivr: break
        }
    }

    /// Whether it is too long for a person.
    private mutating func weighRecording(_ moment: AnswerMoment) -> Bool {
        guard moment.isSpeech, let stretch, let utterance, stretch.start < thresholds[.greetingLatest] else {
            return false
        }
        if stretch.overAgent >= thresholds[.talkedOver] {
            decide(.machine, 0.85, "\(seconds(stretch.overAgent)) of speech over the agent's: nobody listens")
            return true
        }
        guard stretches == 1 else { return false }
        if utterance.length >= thresholds[.longestUtterance],
            utterance.voiced * 100 >= utterance.length * thresholds[.voiced]
        {
            decide(.machine, 0.8, "\(seconds(utterance.length)) of speech without a pause: a recorded greeting")
            return true
        }
        if stretch.length >= thresholds[.longestAnswer] {
            decide(
                .machine,
                0.85,
                "\(seconds(stretch.length)) of speech without a pause of \(seconds(thresholds[.turnGap])): a recorded greeting"
            )
            return true
        }
        return false
    }

    /// Whether what spoke like a person for some seconds has no word for the agent: a recording that ended without a tone.
    private mutating func weighUnanswered() {
        guard let stretch, agentHasSpoken, !hasReplied else { return }
        let spoken = spokenBefore + stretch.length
        if spoken >= thresholds[.longestUnasked], goesOnUnasked {
            return decide(
                .machine,
                0.6,
                "\(seconds(spoken)) of speech, none of it a reply to the agent's: nobody listens"
            )
        }
        let silence = min(silence, agentSilence)
        guard silence >= thresholds[.replyLatest], spoken >= thresholds[.unansweredSpeech] else { return }
        decide(
            .machine,
            0.6,
            "\(seconds(spoken)) of speech, and in \(seconds(silence)) no reply to the agent's: nobody listens"
        )
    }

    private mutating func weighPerson() {
        guard let stretch else {
            if now == thresholds[.silence] {
                verdict = AnswerVerdict(
                    answerer: .unknown,
                    confidence: 0,
                    reason: "\(seconds(now)) of silence",
                    at: now
                )
            }
            return
        }
        let further = max(0, stretch.length - 1_000) * thresholds[.personSilencePerSecond] / 1_000
        let needed = min(thresholds[.personSilence] + further, thresholds[.longestPersonSilence])
        guard silence >= needed else { return }
        let share = Double(stretch.length) / Double(thresholds[.longestAnswer])
        decide(
            .person,
            max(0.5, 0.95 - 0.45 * share),
            stretch.answersAgent
                ? "\(seconds(stretch.length)) of speech after the agent's: an answer"
                : "\(seconds(stretch.length)) of speech, then \(seconds(silence)) of silence: a short answer"
        )
    }

    /// Whether somebody speaks into the message that is being left.
    private mutating func weighPickUp() {
        guard let lastBeep, let utterance, utterance.beganOverAgent, silence >= thresholds[.personSilence],
            utterance.start > lastBeep, (200...thresholds[.pickUpLongest]).contains(utterance.length)
        else { return }
        decide(.person, 0.7, "\(seconds(utterance.length)) of speech over the agent's message: somebody picked up")
    }

    private mutating func endOfGreeting(_ tones: [HeardTone]) -> Int? {
        guard [.machine, .screener, .ivr].contains(verdict.answerer) else { return nil }
        if let end = tones.last(where: { $0.kind == .beep })?.end {
            overAfterStretch = max(1, stretches)
            return end
        }
        guard overAfterStretch < stretches, let stretch, silence >= thresholds[.greetingEnd] else { return nil }
        overAfterStretch = stretches
        return stretch.end
    }

    /// The same verdict again, on better grounds, keeps the time at which it was first given.
    private mutating func decide(_ answerer: Reached, _ confidence: Double, _ reason: String) {
        if verdict.answerer == answerer {
            guard confidence > verdict.confidence else { return }
            verdict.confidence = confidence
            verdict.reason = reason
            return
        }
        verdict = AnswerVerdict(
            answerer: answerer,
            confidence: confidence,
            reason: reason,
            at: now,
            delay: (firstUtteranceEnd ?? (silence > 0 ? utterance?.end : nil)).map { now - $0 }
        )
    }

    /// One decimal.
    private func seconds(_ milliseconds: Int) -> String {
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

/// Speech with no long silence in it. In ms.
private struct Stretch: Sendable {
    let start: Int
    var end: Int
    /// Whether the agent was speaking when it began.
    let beganOverAgent: Bool
    /// Whether it is more likely a reply than a greeting.
    let answersAgent: Bool
    /// How much of it was spoken while the agent spoke.
    var overAgent = 0
    /// How much of it was speech.
    var voiced: Int

    var length: Int { end - start }

    init(start: Int, _ moment: AnswerMoment, answersAgent: Bool = false) {
        self.start = start
        end = start
        voiced = 0
        beganOverAgent = moment.agentSpeaks
        self.answersAgent = answersAgent
    }

    mutating func extend(to now: Int, _ moment: AnswerMoment) {
        end = now
        // The first of it comes in one piece.
        voiced = voiced == 0 ? now - start : voiced + AnswerEvidence.step
        if moment.agentSpeaks { overAgent += AnswerEvidence.step }
    }
}
