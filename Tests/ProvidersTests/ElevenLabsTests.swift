import Audio
import Conversation
import Foundation
import Logging
import Testing

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("A streaming voice as ElevenLabs has it", .timeLimit(.minutes(1)))
struct ElevenLabsTests {
    private func voice(_ port: Int, _ clock: ProviderClock = .continuous) -> ElevenLabsVoice {
        ElevenLabsVoice(
            SpeechServer(
                name: "eleven",
                url: "ws://127.0.0.1:\(port)",
                key: ProviderKey("xi-secret"),
                timeout: .seconds(3)
            ),
            names: ["anna": "21m00Tcm4TlvDq8ikWAM"],
            guardian: ServerGuard(name: "eleven", places: 4, clock: clock, logger: quiet),
            clock: clock
        )
    }

    private static func audio(_ samples: [Int16]) -> String {
        let codes = Data(G711.encode(samples, as: .mu)).base64EncodedString()
        return #"{"audio":"\#(codes)","isFinal":null,"normalizedAlignment":null,"alignment":null}"#
    }

    @Test("Text goes out as it is written and audio comes back before the text is over")
    func streams() async throws {
        let (text, writer) = AsyncStream.makeStream(of: String.self)
        let collector = Collector()
        let tone = Sound.tone(seconds: 0.5)
        try await ScriptedServer.run { peer in
            let socket = try await WebSocketPeer(accepting: peer)
            #expect(socket.path == "/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/stream-input")
            #expect(socket.request.headers["xi-api-key"] == "xi-secret")
            #expect(
                socket.query == [
                    "model_id": "eleven_flash_v2_5", "output_format": "ulaw_8000", "inactivity_timeout": "120",
                ]
            )
            #expect(try await socket.json()["text"] as? String == " ")
            // The spare connection for the next text gets this far.
            let first = try await socket.json()
            #expect(first["text"] as? String == "Good morning, " && first["flush"] as? Bool == true)
            try await socket.send(Self.audio(tone))
            #expect(try await socket.json()["text"] as? String == "Maria. ")
            #expect(try await socket.json()["text"] as? String == "")
            try await socket.send(Self.audio(tone))
            try await socket.send(#"{"audio":null,"isFinal":true}"#)
            #expect(try await socket.frame() == .close(1000))
        } _: { port in
            writer.yield("Good morning,")
            try await voice(port).speak(text, voice: "anna") { samples in
                if collector.all.isEmpty {
                    writer.yield("Maria.")
                    writer.finish()
                }
                collector.add(samples)
            }
        }
        #expect(collector.all.count == 8000)
        #expect(abs(Sound.pitch(collector.all) - 440) < 2)
    }

    @Test("A connection is open before the text is there: while the phone rings, and again after each text")
    func opensBeforehand() async throws {
        let opened = AsyncStream.makeStream(of: Void.self)
        try await ScriptedServer.run { peer in
            let socket = try await WebSocketPeer(accepting: peer)
            #expect(try await socket.json()["text"] as? String == " ")
            opened.continuation.yield()
            _ = try await (socket.json(), socket.json())
            try await socket.send(Self.audio(Sound.tone(seconds: 0.1)))
            try await socket.send(#"{"isFinal":true}"#)
            await socket.gone()
        } _: { port in
            let voice = voice(port)
            var isOpen = opened.stream.makeAsyncIterator()
            await voice.makeReady(voice: "anna")
            await isOpen.next()
            for _ in 0..<2 {
                let samples = try await voice.render("Hello.", voice: "anna")
                #expect(samples.count == 800)
                await isOpen.next()
            }
        }
    }

    enum Breach: CaseIterable, Sendable {
        case errorMessage, closesWithError, hangs, hangsUp, stopsEarly, noJSON, noBase64, noAudio, absent

        var label: String {
            switch self {
            case .errorMessage, .closesWithError: "refused"
            case .hangs: "stalled"
            case .hangsUp, .stopsEarly: "cut_short"
            case .noJSON, .noBase64, .noAudio: "malformed"
            case .absent: "unreachable"
            }
        }

        func play(on peer: Peer) async throws {
            let socket = try await WebSocketPeer(accepting: peer)
            _ = try await (socket.json(), socket.json(), socket.json())
            switch self {
            case .errorMessage:
                try await socket.send(#"{"message":"Out of quota","error":"quota_exceeded","code":1008}"#)
            case .closesWithError: try await socket.close(1008, "invalid_api_key")
            case .hangs, .absent: break
            case .hangsUp: return
            case .stopsEarly:
                try await socket.send(ElevenLabsTests.audio(Sound.tone(seconds: 0.1)))
                try await socket.close(1000)
            case .noJSON: try await socket.send("<html>")
            case .noBase64: try await socket.send(#"{"audio":"%%%"}"#)
            case .noAudio: try await socket.send(#"{"isFinal":true}"#)
            }
            await socket.gone()
        }
    }

    @Test("Whatever a server does against the protocol is a fault that says so", arguments: Breach.allCases)
    func isStrict(breach: Breach) async throws {
        let clock = StepClock()
        let fault = try await ScriptedServer.run { peer in
            try await breach.play(on: peer)
        } _: { port -> ServerFault? in
            let port = breach == .absent ? try await ScriptedServer.deafPort() : port
            let voice = voice(port, ProviderClock(clock))
            return await failure(within: .seconds(3), clock: breach == .hangs ? clock : nil) {
                _ = try await voice.render("Hello.", voice: "anna")
            }
        }
        #expect(fault?.label == breach.label, "\(breach): \(String(describing: fault))")
        #expect(fault?.description.contains("xi-secret") == false)
    }
}
