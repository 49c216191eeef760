import Conversation
import Foundation
import Logging
import Synchronization
import Testing

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("A streaming recogniser as Deepgram has it", .timeLimit(.minutes(1)))
struct DeepgramTests {
    private let vocabulary = Vocabulary(entries: [], dictation: "words", language: "en-US", keywords: ["Maria Keller"])

    private func recognizer(_ port: Int, _ clock: ProviderClock = .continuous) -> DeepgramRecognizer {
        DeepgramRecognizer(
            SpeechServer(
                name: "deepgram",
                url: "ws://127.0.0.1:\(port)",
                key: ProviderKey("dg-secret"),
                timeout: .seconds(3)
            ),
            guardian: ServerGuard(name: "deepgram", places: 4, clock: clock, logger: quiet)
        )
    }

    private static func results(_ words: String, _ confidence: Double = 0.9, _ marks: String = "") -> String {
        #"{"type":"Results","channel_index":[0,1],"duration":1.0,"start":0.0,"channel":{"alternatives":[{"transcript":""#
            + words
            + #"","confidence":\#(confidence),"words":[]}]}\#(marks)}"#
    }

    @Test("Audio streams out as it is heard, partial words and the end of the turn come back, then the final words")
    func streams() async throws {
        let spoken = Sound.tone(seconds: 1)
        let (heard, events) = try await ScriptedServer.run { peer in
            let socket = try await WebSocketPeer(accepting: peer)
            #expect(socket.path == "/v1/listen" && socket.request.headers["authorization"] == "Token dg-secret")
            #expect(
                socket.query == [
                    "model": "nova-3", "language": "en-US", "encoding": "linear16", "sample_rate": "8000",
                    "channels": "1",
                    "punctuate": "true", "interim_results": "true", "endpointing": "300", "utterance_end_ms": "1000",
                    "keyterm": "Maria Keller",
                ]
            )
            var audio: [UInt8] = []
            while audio.count < 16_000 {
                guard case .binary(let bytes) = try await socket.frame() else { throw Peer.Gone() }
                audio += bytes
            }
            #expect(Sound.samples(audio) == spoken)
            try await socket.send(#"{"type":"SpeechStarted","channel":[0],"timestamp":0.1}"#)
            try await socket.send(Self.results("please call", 0.5, #","is_final":false,"speech_final":false"#))
            // In two fragments, with a ping between them (RFC 6455 section 5.4).
            let final = Array(Self.results("Please call Maria.", 0.75, #","is_final":true,"speech_final":true"#).utf8)
            try await socket.send(opcode: 1, isLast: false, Array(final[..<40]))
            try await socket.send(opcode: 9, [1, 2, 3])
            try await socket.send(opcode: 0, Array(final[40...]))
            #expect(try await socket.frame() == .pong([1, 2, 3]))
            #expect(try await socket.json()["type"] as? String == "Finalize")
            #expect(try await socket.json()["type"] as? String == "CloseStream")
            try await socket.send(Self.results("Thanks.", 0.95, #","is_final":true,"from_finalize":true"#))
            try await socket.send(#"{"type":"Metadata","request_id":"x","duration":1.0,"channels":1}"#)
            #expect(try await socket.frame() == .close(1000))
        } _: { port -> (Recognition, [HearingEvent]) in
            let utterance = try await recognizer(port).listen(for: vocabulary)
            for start in stride(from: 0, to: 8000, by: 160) { utterance.hear(Array(spoken[start..<start + 160])) }
            var events: [HearingEvent] = []
            for await event in utterance.events {
                events.append(event)
                if event == .endOfTurn { break }
            }
            return (try await utterance.finish(), events)
        }
        #expect(events == [.partial("please call"), .partial("Please call Maria."), .endOfTurn])
        guard case .heard("words", "Please call Maria. Thanks.", let confidence) = heard else {
            Issue.record("Heard \(heard)")
            return
        }
        #expect(abs(confidence - 0.806) < 0.01, "Weighed by the length of what was heard")
    }

    @Test("Where nothing is left to finalize, the words come with the end of the stream")
    func endsWithoutFinalize() async throws {
        let heard = try await ScriptedServer.run { peer in
            let socket = try await WebSocketPeer(accepting: peer)
            _ = try await socket.frame()
            try await socket.send(Self.results("Yes.", 0.9, #","is_final":true"#))
            _ = try await (socket.json(), socket.json())
            try await socket.send(#"{"type":"Metadata","request_id":"x"}"#)
            try await socket.close(1000)
            await socket.gone()
        } _: { port in
            let utterance = try await recognizer(port).listen(for: vocabulary)
            utterance.hear(Sound.tone())
            return try await utterance.finish()
        }
        #expect(heard == .heard(entry: "words", words: "Yes.", confidence: 0.9))
    }

    enum Breach: CaseIterable, Sendable {
        case refusesHandshake, wrongAccept, hangs, hangsUp, closesWithError, noise, noJSON, binary, masked, reservedBit,
            strayContinuation, badUTF8, tooLong, errorMessage, absent

        var label: String {
            switch self {
            case .refusesHandshake, .closesWithError, .errorMessage: "refused"
            case .hangs: "stalled"
            case .hangsUp: "cut_short"
            case .absent: "unreachable"
            case .wrongAccept, .noise, .noJSON, .binary, .masked, .reservedBit, .strayContinuation, .badUTF8, .tooLong:
                "malformed"
            }
        }

        func play(on peer: Peer) async throws {
            if self == .refusesHandshake {
                _ = try await peer.request()
                try await peer.send(
                    "HTTP/1.1 401 Unauthorized\r\ndg-error: Invalid credentials.\r\nContent-Length: 0\r\n\r\n"
                )
                return await peer.gone()
            }
            if self == .wrongAccept {
                _ = try await peer.request()
                try await peer.send(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n"
                )
                return await peer.gone()
            }
            let socket = try await WebSocketPeer(accepting: peer)
            _ = try await socket.frame()
            switch self {
            case .hangsUp: return
            case .closesWithError: try await socket.close(1011, "NET-0001")
            case .noise: try await socket.send(raw: [0xBF, 0x02, 0x7B, 0x7D])
            case .noJSON: try await socket.send("hello")
            case .binary: try await socket.send(opcode: 2, [1, 2])
            case .masked: try await socket.send(raw: [0x81, 0x82, 0, 0, 0, 0, 0x7B, 0x7D])
            case .reservedBit: try await socket.send(raw: [0xC1, 0x02, 0x7B, 0x7D])
            case .strayContinuation: try await socket.send(opcode: 0, [0x7B, 0x7D])
            case .badUTF8: try await socket.send(opcode: 1, [0xC3, 0x28])
            case .tooLong: try await socket.send(raw: [0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0])
            case .errorMessage:
                try await socket.send(#"{"type":"Error","description":"Unsupported model","variant":"x"}"#)
            case .hangs, .absent, .refusesHandshake, .wrongAccept: break
            }
            await socket.gone()
        }
    }

    @Test(
        "Whatever a server does against the protocol ends the utterance with a fault that says so",
        arguments: Breach.allCases
    )
    func isStrict(breach: Breach) async throws {
        let clock = StepClock()
        let fault = try await ScriptedServer.run { peer in
            try await breach.play(on: peer)
        } _: { port -> ServerFault? in
            let port = breach == .absent ? try await ScriptedServer.deafPort() : port
            let recognizer = recognizer(port, ProviderClock(clock))
            return await failure(within: .seconds(3), clock: breach == .hangs ? clock : nil) {
                let utterance = try await recognizer.listen(for: vocabulary)
                utterance.hear(Sound.tone())
                _ = try await utterance.finish()
            }
        }
        #expect(fault?.label == breach.label, "\(breach): \(String(describing: fault))")
        #expect(fault?.description.contains("dg-secret") == false)
    }
}
