/// What tones tell.
extension AnswerDecision {
    /// Silence, in ms, between a greeting and its tone.
    private static let longestBeforeBeep = 2_000
    /// A vowel at the end of a word is no longer, in ms, and one that stands alone.
    private static let longestVowel = 300
    private static let longestLoneVowel = 220
    /// Of a greeting, in ms, that a tone which may be a vowel must follow.
    private static let shortestGreeting = 1_500
    /// Voices have no purer tones above it, in Hz.
    private static let highestVowel = 700

    mutating func weigh(_ tone: HeardTone) {
        switch tone.kind {
        case .beep where tone.end == nil:
            beepFollowsSpeech = spoke(justBefore: tone.start)
            // A mailbox beeps soon behind its own words; who listens has been silent for longer.
            beepPause = silence - (now - tone.start)
            beepIsReply = beepPause >= Self.longestBeforeBeep && isReply(at: tone.start)
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
        let length = end - tone.start
        // The vowel at the end of a hello may be as pure as a beep.
        guard !beepFollowsSpeech || length > Self.longestVowel else { return }
        // A vowel may also stand alone; behind a greeting, and higher than voices are pure, it is less likely one.
        let spoken = spokenBefore + (stretch?.length ?? 0)
        let isBehindGreeting = spoken >= Self.shortestGreeting && beepPause <= Self.longestBeforeBeep
        let isHigh = tone.frequency >= Self.highestVowel
        guard length >= Self.longestVowel || isHigh && (isBehindGreeting || length >= Self.longestLoneVowel) else {
            return
        }
        // Nor does a mailbox reply, if it was no vowel for certain.
        guard length >= Self.longestVowel && isHigh || !beepIsReply && (verdict.answerer != .person || !hasReplied)
        else { return }
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

    /// Whether it is music, in which nobody has spoken: a queue, or music on hold.
    mutating func weighMusic(_ moment: AnswerMoment) -> Bool {
        guard moment.isMusic, !hasReplied, !isNear else { return false }
        decide(.machine, 0.65, "music from the first sound on: nobody is on the line yet")
        return true
    }

    /// Whether there was speech in the 80 ms up to the frame before this one.
    private func spoke(justBefore start: Int) -> Bool {
        let last = recent.count - (now - start) / AnswerEvidence.step - 1
        return recent[max(0, min(recent.count, last - 3))..<max(0, min(recent.count, last))].contains(true)
    }
}
