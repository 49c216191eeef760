package import Conversation

/// What recognisers there are.
package enum RecognizerKind: String, Sendable, CaseIterable {
    /// `POST /v1/audio/transcriptions`.
    case openai
    /// The Wyoming protocol over TCP.
    case wyoming
    /// Deepgram's streaming WebSocket.
    case deepgram

    package func recognizer(
        _ server: SpeechServer,
        detail: TranscriptionRecognizer.Detail,
        guardian: ServerGuard
    ) -> any Recognizer {
        switch self {
        case .openai: TranscriptionRecognizer(server, detail: detail, guardian: guardian)
        case .wyoming: WyomingRecognizer(server, guardian: guardian)
        case .deepgram: DeepgramRecognizer(server, guardian: guardian)
        }
    }

    package var schemes: [String] {
        switch self {
        case .openai: ["http", "https"]
        case .wyoming: ["tcp"]
        case .deepgram: ["ws", "wss"]
        }
    }
}

/// What voices there are.
package enum VoiceKind: String, Sendable, CaseIterable {
    /// `POST /v1/audio/speech`.
    case openai
    /// The Wyoming protocol over TCP.
    case wyoming
    /// ElevenLabs' streaming WebSocket.
    case elevenlabs

    /// `names` are the voices, each with the server's own name for it.
    package func voice(
        _ server: SpeechServer,
        names: [String: String],
        encoding: SpeechEndpointVoice.Encoding,
        guardian: ServerGuard
    ) -> any Voice {
        switch self {
        case .openai: SpeechEndpointVoice(server, names: names, encoding: encoding, guardian: guardian)
        case .wyoming: WyomingVoice(server, names: names, guardian: guardian)
        case .elevenlabs: ElevenLabsVoice(server, names: names, guardian: guardian)
        }
    }

    package var schemes: [String] {
        switch self {
        case .openai: ["http", "https"]
        case .wyoming: ["tcp"]
        case .elevenlabs: ["ws", "wss"]
        }
    }
}
