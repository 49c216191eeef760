import AsyncHTTPClient
import Conversation
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// A voice behind `POST /v1/audio/speech`, as OpenAI's API has it: heard while it is still being sent.
package struct SpeechEndpointVoice: StreamedVoice {
    /// What the server is to send.
    package enum Encoding: Sendable, Hashable {
        /// A WAVE file, which says what it holds. Some servers send it only when it is whole.
        case wav
        /// Bare 16-bit samples at so many Hz: 24,000 with OpenAI.
        case pcm(rate: Int)
    }

    package let voices: [String]
    private let server: SpeechServer
    private let names: [String: String]
    private let encoding: Encoding
    private let guardian: ServerGuard

    /// `names` are the voices, each with the server's own name for it.
    package init(_ server: SpeechServer, names: [String: String], encoding: Encoding, guardian: ServerGuard) {
        self.server = server
        self.names = names
        self.encoding = encoding
        self.guardian = guardian
        voices = names.keys.sorted()
    }

    package func makeReady(voice: String) async {
        await ProviderHTTP.connect(ProviderHTTP.url(server.url, "/models"), key: server.key)
    }

    package func speak(
        _ text: String,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        guard let name = names[voice] else { throw ServerFault.unknownVoice(voice) }
        let order = Order(model: server.model ?? "tts-1", input: text, voice: name, format: encoding.name)
        let request = ProviderHTTP.post(
            ProviderHTTP.url(server.url, "/audio/speech"),
            key: server.key,
            type: "application/json",
            body: ByteBuffer(bytes: try JSONEncoder().encode(order))
        )
        let encoding = encoding
        try await guardian.run(.voice(server.timeout)) { progress in
            let response = try await ProviderHTTP.send(request)
            try encoding.check(response)
            var decoder = SampleDecoder(encoding.format, limit: longestSpeech(text))
            var portions = Portions()
            for try await buffer in response.body {
                guard let portion = portions.add(try decoder.decode(buffer.readableBytesView)) else { continue }
                try await progress.made { try await deliver(portion) }
            }
            let tail = try decoder.finish()
            if let portion = portions.add(tail) ?? portions.finish() {
                try await progress.made { try await deliver(portion) }
            }
        }
    }

    private struct Order: Encodable {
        var model: String
        var input: String
        var voice: String
        var format: String

        private enum CodingKeys: String, CodingKey {
            case model, input, voice
            case format = "response_format"
        }
    }
}

extension SpeechEndpointVoice.Encoding {
    fileprivate var name: String {
        switch self {
        case .wav: "wav"
        case .pcm: "pcm"
        }
    }

    fileprivate var format: SampleDecoder.Format {
        switch self {
        case .wav: .wav
        case .pcm(let rate): .pcm16(rate: rate)
        }
    }

    /// Bare samples cannot be told from anything else, so that it counts what the server says they are.
    fileprivate func check(_ response: HTTPClientResponse) throws(ServerFault) {
        let type = response.headers.first(name: "Content-Type")?.lowercased() ?? ""
        let isText = ["text/", "application/json", "application/xml"].contains(where: type.hasPrefix)
        let isPacked = ["mpeg", "mp3", "opus", "ogg", "aac", "flac"].contains(where: type.contains)
        guard !isText, !isPacked else { throw .malformed("\(type) where \(name) was asked for") }
    }
}
