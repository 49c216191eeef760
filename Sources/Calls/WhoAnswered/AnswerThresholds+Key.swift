extension AnswerThresholds {
    /// The thresholds. `docs/who-answered.md` says how each came to its default.
    package enum Key: String, Sendable, Hashable, Codable, CaseIterable {
        case utteranceGap = "utterance_gap_ms"
        case turnGap = "turn_gap_ms"
        case personSilence = "person_silence_ms"
        case personSilencePerSecond = "person_silence_per_s_ms"
        case longestPersonSilence = "person_silence_longest_ms"
        case longestUtterance = "longest_utterance_ms"
        case longestAnswer = "longest_answer_ms"
        case voiced = "recording_voiced_percent"
        case shortestAnswer = "shortest_answer_ms"
        case talkedOver = "talked_over_ms"
        case greetingLatest = "greeting_latest_ms"
        case unansweredSpeech = "unanswered_speech_ms"
        case replyLatest = "reply_latest_ms"
        case hungUpSpeech = "hung_up_speech_ms"
        case longestUnasked = "unasked_ms"
        case openingMusic = "opening_music_ms"
        case musicStep = "music_step_db"
        case beepLatest = "beep_latest_ms"
        case greetingEnd = "greeting_end_ms"
        case pickUpLongest = "pick_up_longest_ms"
        case silence = "silence_ms"
        case backgroundDrop = "background_drop_db"
        case beepLowest = "beep_lowest_hz"
        case beepHighest = "beep_highest_hz"
        case beepPurity = "beep_purity_percent"
        case beepGap = "beep_gap_ms"
    }
}

extension AnswerThresholds.Key {
    package var standard: Int { facts.standard }

    /// What it may be set to.
    package var range: ClosedRange<Int> { facts.range }

    /// What it means, in a sentence.
    package var meaning: String { facts.meaning }

    /// Whether changing it changes what is heard, and not only what is made of it: a stored call cannot be decided again by it.
    package var needsAudio: Bool {
        switch self {
        case .backgroundDrop, .beepLowest, .beepHighest, .beepPurity, .beepGap, .openingMusic, .musicStep: true
        default: false
        }
    }

    private var facts: (standard: Int, range: ClosedRange<Int>, meaning: String) {
        switch self {
        case .utteranceGap:
            (260, 100...2_000, "Silence that ends an utterance.")
        case .turnGap:
            (
                1_000, 300...5_000,
                "Silence that ends a stretch of utterances: a recording pauses shorter, a person waits for a reply."
            )
        case .personSilence:
            (400, 100...3_000, "Silence after a first answer of up to a second that makes it a person's.")
        case .personSilencePerSecond:
            (150, 0...2_000, "How much longer that silence must be for each further second of the answer.")
        case .longestPersonSilence:
            (800, 100...5_000, "The longest silence that is waited for before a person is believed.")
        case .longestUtterance:
            (8_500, 500...60_000, "A first utterance as long as this is a recording.")
        case .longestAnswer:
            (9_000, 500...60_000, "A first stretch of utterances as long as this is a recording.")
        case .voiced:
            (60, 0...100, "A recording is speech for this share of it; a crowd behind a person is heard now and then.")
        case .shortestAnswer:
            (60, 0...2_000, "A burst of sound that is shorter begins no utterance: a click, the edge of a tone.")
        case .talkedOver:
            (6_000, 500...60_000, "One who goes on for as long as this while the agent speaks does not listen.")
        case .greetingLatest:
            (6_000, 0...60_000, "A greeting begins before this; who begins later answers the agent.")
        case .unansweredSpeech:
            (
                2_000, 500...60_000,
                "Speech of at least this length to which no reply to the agent follows is a recording."
            )
        case .replyLatest:
            (
                3_300, 1_000...60_000,
                "Silence on both sides, once the agent has spoken, in which a person would have replied."
            )
        case .hungUpSpeech:
            (
                1_200, 500...60_000,
                "Speech of at least this length, and then no word for the agent until the line is hung up, is a recording."
            )
        case .longestUnasked:
            (
                20_000, 500...60_000,
                "Speech of this length in all, resumed when nobody spoke and never in reply to the agent, is a recording."
            )
        case .openingMusic:
            (
                500, 0...3_000,
                "Music of which steady tones of this length are among the first three seconds is no person."
            )
        case .musicStep:
            (2, -20...40, "What is louder than the music by this many dB is a voice in front of it.")
        case .beepLatest:
            (20_000, 0...180_000, "A beep after this does not make a machine of what sounds like a person.")
        case .greetingEnd:
            (1_500, 300...10_000, "Silence after which a greeting without a beep is over.")
        case .pickUpLongest:
            (
                2_500, 200...10_000,
                "Words over the agent's message that are no longer than this are a person who picked up."
            )
        case .silence:
            (10_000, 1_000...120_000, "Silence since the answer after which it is said that nothing is heard.")
        case .backgroundDrop:
            (8, 6...60, "Sounds this many dB below the loudest speech are somebody else's, or a radio.")
        case .beepLowest:
            (340, 300...3_000, "No beep is lower.")
        case .beepHighest:
            (2_250, 400...3_400, "No beep is higher.")
        case .beepPurity:
            (75, 30...99, "The share of the sound's power that lies in a beep's tone.")
        case .beepGap:
            (400, 40...2_000, "A second beep within this time belongs to the first.")
        }
    }
}
