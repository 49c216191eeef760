/// Decides who answered from what is heard, moment by moment. No sound, no clock: the same moments always give the same verdicts.
///
/// Until something else is certain it is a person, or unknown, and the agent talks. A first stretch of speech that is short and followed by silence is
/// a person; one that goes on is a recording; a beep is a mailbox; words decide at once. A verdict may be revised: a person by a recording that
/// goes on, or by its beep; a machine by somebody who speaks into the message that is being left.
package struct AnswerDecision: Sendable {
    package private(set) var verdict = AnswerVerdict.none
    /// When the callee's first utterance ended, in ms. Nil: it has not.
    package private(set) var firstUtteranceEnd: Int?

    let thresholds: AnswerThresholds
    /// In ms: the end of the last moment.
    var now = 0
    /// The callee's current or last utterance, and the stretch it is part of.
    private var utterance: AnswerStretch?
    var stretch: AnswerStretch?
    var stretches = 0
    /// Since the callee's side was last heard to speak.
    var silence = 0
    /// Speech without the least pause, up to now.
    private var burst = 0
    private var agentHasSpoken = false
    /// Since the agent was last heard to speak, and for how long it did, in ms.
    var agentSilence = 0
    var agentTurn = 0
    /// For how long it spoke in all, and since the callee's side last did, in ms.
    var agentSpoken = 0
    var agentHeard = 0
    /// Since the least sound of speech, in ms.
    var quiet = 0
    /// Whether the callee began to speak when the agent had just finished: that is what people do, and recordings by chance only.
    var hasReplied = false
    /// Whether it listened to the agent for a while, and began to speak in the middle of its words.
    private var hasBrokenIn = false
    /// Whether it went on, or began again, at a time at which it may have been a reply.
    var mayHaveReplied = false
    /// Whether somebody speaks who is nearer than what was heard first.
    var isNear = false
    /// Whether the callee went on after a pause in which nobody spoke.
    private var goesOnUnasked = false
    /// In stretches that are over, in ms.
    var spokenBefore = 0
    /// When the last beep of a mailbox ended, in ms.
    var lastBeep: Int?
    /// Whether there was speech in the last moments, the newest last.
    var recent: [Bool] = []
    /// Whether what began like a beep began in the middle of a word.
    var beepFollowsSpeech = false
    /// Whether it began like an answer to the agent.
    var beepIsReply = false
    /// How long it had been silent before it, in ms.
    var beepPause = 0
    private var rhythm = SpeechRhythm()

    /// Moments that are remembered: more than a beep's onset is told of late.
    private static let remembered = 32
    /// Of the agent's words, in ms, to which one may reply; for how long it is listened to them in silence; and how long people wait with their reply.
    static let shortestTurn = 1_000
    static let shortestListened = 1_500
    static let shortestPause = 1_500
    private static let longestWait = 2_500
    /// Of the agent's words, in ms, before a recorded greeting begins.
    static let longestUnheard = 2_500
    /// In ms.
    private static let shortestVowel = 40
    /// What is said after all, and the silence after it: a menu takes up its words with shorter pauses.
    private static let lateReply = 200...1_500
    private static let lateReplySilence = 700
    /// After so many ms it is known that somebody nearer speaks.
    private static let nearerKnown = 80
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
        var events = evidence.moments.flatMap { decision.note($0) }
        if evidence.isHungUp == true { events += decision.hangUp() }
        return events.compactMap { event in if case .verdict(let verdict) = event { verdict } else { nil } }
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
            agentSpoken += AnswerEvidence.step
            agentHeard += AnswerEvidence.step
        }
        agentSilence = moment.agentSpeaks ? 0 : agentSilence + AnswerEvidence.step
        rhythm.note(moment.isSpeech)
        recent.append(moment.isSpeech)
        if recent.count > Self.remembered { recent.removeFirst() }
        burst = moment.isSpeech ? burst + AnswerEvidence.step : 0
        quiet = moment.isSpeech ? 0 : quiet + AnswerEvidence.step
        if moment.isNearer { return beginAnew(moment) }
        // How long it had been silent before this burst.
        let pause = silence - max(0, burst - AnswerEvidence.step)
        let isNew = utterance == nil || pause >= thresholds[.utteranceGap]
        // A click or the edge of a tone begins nothing, but goes on with what is being said.
        guard moment.isSpeech, !isNew || burst >= thresholds[.shortestAnswer] || isFaintWord else {
            silence += AnswerEvidence.step
            if firstUtteranceEnd == nil, let utterance, silence >= thresholds[.utteranceGap] {
                firstUtteranceEnd = utterance.end
            }
            return
        }
        if isNew { utterance = AnswerStretch(start: now - burst, moment) }
        if stretch == nil || (isNew && pause >= thresholds[.turnGap]) {
            let start = now - burst
            let before = stretch?.length ?? 0
            stretch = AnswerStretch(
                start: start,
                moment,
                answersAgent: agentHasSpoken && start >= thresholds[.greetingLatest]
            )
            if stretches > 0, agentTurn >= Self.shortestTurn, agentSilence - burst <= Self.longestWait {
                mayHaveReplied = true
            }
            if pause >= Self.shortestPause {
                if isReply(at: start) { hasReplied = true }
                if breaksIn(at: start) { hasBrokenIn = true }
            }
            // Who lets it speak for so long before the first sound has listened.
            if stretches == 0, agentTurn >= Self.longestUnheard { hasReplied = true }
            if stretches > 0, agentHasSpoken, agentSilence - burst > Self.longestWait { goesOnUnasked = true }
            spokenBefore += before
            stretches += 1
        }
        utterance?.extend(to: now, moment)
        stretch?.extend(to: now, moment)
        if let stretch { rhythm.follow(stretch) }
        (silence, agentHeard) = (0, 0)
    }

    /// Whether it is the second short burst in a row: of a faint word only the vowels are heard.
    private var isFaintWord: Bool {
        burst >= Self.shortestVowel
            && recent.count(where: \.self) * AnswerEvidence.step >= thresholds[.shortestAnswer] + AnswerEvidence.step
    }

    /// Somebody nearer speaks: what was heard so far was behind them, and no greeting of theirs.
    private mutating func beginAnew(_ moment: AnswerMoment) {
        let start = now - min(burst, Self.nearerKnown)
        if isReply(at: start) || breaksIn(at: start) { hasReplied = true }
        utterance = AnswerStretch(start: start, moment)
        stretch = AnswerStretch(
            start: start,
            moment,
            answersAgent: agentHasSpoken && start >= thresholds[.greetingLatest]
        )
        (stretches, spokenBefore, silence) = (1, 0, 0)
        (goesOnUnasked, isNear) = (false, true)
        utterance?.extend(to: now, moment)
        stretch?.extend(to: now, moment)
    }

    /// Whether what begins at `start` begins when the agent has just finished.
    func isReply(at start: Int) -> Bool {
        let wait = agentSilence - (now - start)
        return agentTurn >= Self.shortestTurn && (0...Self.longestWait).contains(wait)
    }

    /// Whether what begins at `start` begins in the middle of the agent's words, some of which were listened to.
    private func breaksIn(at start: Int) -> Bool {
        agentSilence <= now - start && agentTurn >= Self.shortestListened
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

    private mutating func weighCadence(_ moment: AnswerMoment) {
        switch verdict.answerer {
        case .unknown, .nobody: if !weighMusic(moment), !weighRecording(moment) { weighPerson() }
        case .person:
            if weighMusic(moment) || weighRecording(moment) { return }
            weighRepetition()
            weighUnanswered()
        case .machine:
            weighPickUp()
            if !moment.isMusic { weighLateReply() }
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
        // A first stretch that came when the agent had spoken is an answer, however long.
        guard stretches == 1, !hasReplied else { return false }
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
        if spoken >= thresholds[.longestUnasked], goesOnUnasked, !hasBrokenIn {
            return decide(
                .machine,
                0.6,
                "\(seconds(spoken)) of speech, none of it a reply to the agent's: nobody listens"
            )
        }
        // The least sound may be what is heard of an answer.
        let silence = min(quiet, agentSilence)
        guard silence >= thresholds[.replyLatest], spoken >= thresholds[.unansweredSpeech] else { return }
        decide(
            .machine,
            0.6,
            "\(seconds(spoken)) of speech, and in \(seconds(silence)) no reply to the agent's: nobody listens"
        )
    }

    /// Whether what was just said had been said before, to the same rhythm. It may have begun like a reply, by chance.
    private mutating func weighRepetition() {
        guard silence == thresholds[.turnGap], rhythm.isRepeated else { return }
        decide(.machine, 0.8, "the same was said again, to the same rhythm: a recording")
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

    /// Whether somebody who was taken for a recording, because nothing was said for so long, says something short after all.
    private mutating func weighLateReply() {
        guard verdict.isDoubtful, let stretch, stretch.start >= verdict.at, silence == Self.lateReplySilence,
            Self.lateReply.contains(stretch.length)
        else { return }
        decide(.person, 0.6, "\(seconds(stretch.length)) of speech after all: a late answer")
    }

    /// Whether somebody speaks into the message that is being left.
    private mutating func weighPickUp() {
        guard let lastBeep, let utterance, utterance.beganOverAgent, silence >= thresholds[.personSilence],
            utterance.start > max(lastBeep, verdict.at - AnswerEvidence.step),
            (200...thresholds[.pickUpLongest]).contains(utterance.length)
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
    mutating func decide(_ answerer: Reached, _ confidence: Double, _ reason: String) {
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
    func seconds(_ milliseconds: Int) -> String {
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
