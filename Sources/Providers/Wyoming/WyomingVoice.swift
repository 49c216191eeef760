import Calls
import Conversation

/// A voice behind the Wyoming protocol, such as piper: `synthesize` there, samples back.
package struct WyomingVoice: StreamedVoice {
    package let voices: [String]
    private let server: SpeechServer
    private let names: [String: String]
    private let guardian: ServerGuard

    /// `names` are the voices, each with the server's own name for it.
    package init(_ server: SpeechServer, names: [String: String], guardian: ServerGuard) {
        self.server = server
        self.names = names
        self.guardian = guardian
        voices = names.keys.sorted()
    }

    package func speak(
        _ text: String,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        guard let name = names[voice] else { throw ServerFault.unknownVoice(voice) }
        let url = server.url
        try await guardian.run(.voice(server.timeout)) { progress in
            let wire = try WyomingWire(url)
            defer { wire.close() }
            wire.send(
                WyomingEvent(
                    type: "synthesize",
                    data: ["text": .string(text), "voice": .object(["name": .string(name)])]
                )
            )
            var answer = WyomingSpeech(limit: longestSpeech(text))
            var portions = Portions()
            for try await event in wire.events {
                if let samples = try answer.take(event), let portion = portions.add(samples) {
                    try await progress.made { try await deliver(portion) }
                }
                if answer.isWhole { break }
            }
            try Task.checkCancellation()
            let tail = try answer.finish()
            if let portion = portions.add(tail) ?? portions.finish() {
                try await progress.made { try await deliver(portion) }
            }
        }
    }
}

/// The events of one answer, in the only order there is: `audio-start`, `audio-chunk`…, `audio-stop`.
struct WyomingSpeech {
    private let limit: Int
    private var decoder: SampleDecoder?
    private var rate = 0
    private(set) var isWhole = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Samples, if the event has any.
    mutating func take(_ event: WyomingEvent) throws(ServerFault) -> [Int16]? {
        switch event.type {
        case "audio-start":
            guard decoder == nil else { throw .malformed("a second audio-start") }
            rate = try Self.rate(of: event)
            decoder = SampleDecoder(.pcm16(rate: rate), limit: limit)
            return nil
        case "audio-chunk":
            guard decoder != nil else { throw .malformed("audio-chunk before audio-start") }
            guard try Self.rate(of: event) == rate else { throw .malformed("audio that changes its rate") }
            guard event.payload.count % 2 == 0 else { throw .malformed("half a sample") }
            return try decoder?.decode(event.payload)
        case "audio-stop":
            guard decoder != nil else { throw .malformed("audio-stop before audio-start") }
            isWhole = true
            return nil
        case "error": throw .refused(status: 0, reason: ServerFault.excerpt(event.text("text") ?? ""))
        // Others tell things that nobody asked for.
        default: return nil
        }
    }

    mutating func finish() throws(ServerFault) -> [Int16] {
        guard isWhole else { throw .cutShort }
        return try decoder?.finish() ?? []
    }

    private static func rate(of event: WyomingEvent) throws(ServerFault) -> Int {
        guard let rate = event.integer("rate"), (8000...192_000).contains(rate), event.integer("width") == 2,
            event.integer("channels") == 1
        else {
            throw .malformed("\(event.type) that is not 16-bit mono")
        }
        return rate
    }
}
