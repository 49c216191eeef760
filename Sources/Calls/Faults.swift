/// What is to go wrong in one call of the phone lab, on purpose: so that fillers, deadlines and stand-ins are seen at work before a caller
/// needs them.
package struct Faults: Sendable, Hashable, Codable {
    /// Which of the providers that stand in for each other fail.
    package enum Reach: String, Sendable, Hashable, Codable, CaseIterable {
        /// The one that is asked first.
        case first
        case all
    }

    /// How long after it was asked the language model gives its first word at the earliest, in ms.
    package var modelFirstWord: Int?
    package var modelError: Reach?
    /// After how many characters of text every answer of the language model breaks off.
    package var modelCut: Int?
    /// By how much the recogniser is late with what it understood, in ms.
    package var recognizerDelay: Int?
    package var recognizerError: Reach?
    /// When the recogniser that is asked first goes away for good, in s after the conversation began.
    package var recognizerDrop: Int?
    /// How long after it was asked the voice gives its first sound at the earliest, in ms.
    package var voiceFirstSound: Int?
    /// What was rendered while it rang is said all the same.
    package var voiceError: Reach?
    /// How many of the RTP packets are lost, in either direction, in percent.
    package var loss: Double?

    /// As the API has them.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case modelFirstWord = "llm_first_token_ms"
        case modelError = "llm_error"
        case modelCut = "llm_cut_chars"
        case recognizerDelay = "stt_delay_ms"
        case recognizerError = "stt_error"
        case recognizerDrop = "stt_drop_s"
        case voiceFirstSound = "tts_first_audio_ms"
        case voiceError = "tts_error"
        case loss = "rtp_loss_pct"
    }

    /// Those of a recogniser or a voice, which calls led by a realtime model do without.
    package var ofStages: [CodingKeys] {
        var keys: [CodingKeys] = []
        if recognizerDelay != nil { keys.append(.recognizerDelay) }
        if recognizerError != nil { keys.append(.recognizerError) }
        if recognizerDrop != nil { keys.append(.recognizerDrop) }
        if voiceFirstSound != nil { keys.append(.voiceFirstSound) }
        if voiceError != nil { keys.append(.voiceError) }
        return keys
    }

    /// In ms.
    package static let longestDelay = 60_000
    /// As long as a call may last, in s.
    package static let latestDrop = 7_200

    package init() {}
}
