import Conversation
import Foundation
import Logging
import Testing

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("Wyoming servers", .timeLimit(.minutes(1)))
struct WyomingTests {
    private func server(_ port: Int, _ clock: ProviderClock = .continuous) -> (SpeechServer, ServerGuard) {
        let server = SpeechServer(name: "wyoming", url: "tcp://127.0.0.1:\(port)", model: "tiny", timeout: .seconds(3))
        return (server, ServerGuard(name: "wyoming", places: 1, clock: clock, logger: quiet))
    }

    @Test("A recogniser has the audio as it is spoken, at 16,000 Hz, in the protocol's order, and gives the words")
    func recognises() async throws {
        let heard = try await ScriptedServer.run { peer in
            let transcribe = try await peer.event()
            #expect(transcribe.type == "transcribe")
            #expect(transcribe.data["language"] as? String == "en" && transcribe.data["name"] as? String == "tiny")
            let start = try await peer.event()
            #expect(start.type == "audio-start" && start.isSixteenBitMono(16_000) && start.payload.isEmpty)
            var samples: [Int16] = []
            var event = try await peer.event()
            while event.type == "audio-chunk" {
                #expect(event.isSixteenBitMono(16_000))
                samples += Sound.samples(event.payload)
                event = try await peer.event()
            }
            #expect(event.type == "audio-stop")
            #expect(samples.count == 16_000)
            #expect(abs(Sound.pitch(samples, rate: 16_000) - 440) < 2)
            // Data may stand in the line, behind it, or in both places.
            try await peer.send(#"{"type": "transcript-start", "version": "1.8.0"}"# + "\n")
            let data = #"{"text": " Call me back."}"#
            try await peer.send(
                #"{"type": "transcript", "data": {"language": "en"}, "data_length": \#(data.utf8.count)}"# + "\n" + data
            )
            await peer.gone()
        } _: { port in
            let (server, guardian) = server(port)
            let recognizer = WyomingRecognizer(server, guardian: guardian)
            let utterance = try await recognizer.listen(for: Vocabulary(entries: [], dictation: "words"))
            let spoken = Sound.tone()
            for start in stride(from: 0, to: 8000, by: 160) { utterance.hear(Array(spoken[start..<start + 160])) }
            return try await utterance.finish()
        }
        #expect(heard == .heard(entry: "words", words: "Call me back.", confidence: 0.8))
    }

    @Test("A voice is asked by name, and its audio is delivered as it comes")
    func speaks() async throws {
        let heard = AsyncStream.makeStream(of: Int.self)
        let collector = Collector()
        try await ScriptedServer.run { peer in
            let order = try await peer.event()
            #expect(order.type == "synthesize" && order.data["text"] as? String == "Good morning.")
            #expect((order.data["voice"] as? [String: String]) == ["name": "en_US-joe-medium"])
            let tone = Sound.bytes(Sound.tone(rate: 22_050))
            try await peer.send(event: "audio-start")
            try await peer.send(event: "audio-chunk", Array(tone[..<20_000]))
            for await _ in heard.stream { break }
            try await peer.send(event: "audio-chunk", Array(tone[20_000...]))
            try await peer.send(event: "audio-stop", format: nil)
            await peer.gone()
        } _: { port in
            let (server, guardian) = server(port)
            let voice = WyomingVoice(server, names: ["joe": "en_US-joe-medium"], guardian: guardian)
            try await voice.speak("Good morning.", voice: "joe") { samples in
                collector.add(samples)
                heard.continuation.yield(samples.count)
            }
        }
        #expect(abs(collector.all.count - 8000) <= 1)
        #expect(abs(Sound.pitch(collector.all) - 440) < 2)
    }

    /// What a server may send that is not the protocol, and what that is.
    static let breaches: [(sends: String, fault: String)] = [
        ("hello\n", "malformed"),
        ("{\"type\": 7}\n", "malformed"),
        ("{\"type\": \"audio-start\", \"payload_length\": -1}\n", "malformed"),
        ("{\"type\": \"audio-start\", \"payload_length\": 99999999999}\n", "malformed"),
        ("{\"type\": \"audio-start\", \"data_length\": 3}\n{]}", "malformed"),
        ("{\"type\": \"audio-start\", \"data\": {\"rate\": 22050, \"width\": 4, \"channels\": 1}}\n", "malformed"),
        ("{\"type\": \"audio-chunk\", \"data\": {\"rate\": 22050, \"width\": 2, \"channels\": 1}}\n", "malformed"),
        ("{\"type\": \"audio-stop\"}\n", "malformed"),
        (String(repeating: "x", count: 70_000), "malformed"),
        ("{\"type\": \"error\", \"data\": {\"text\": \"no such voice\"}}\n", "refused"),
        ("{\"type\": \"audio-start\", \"data\": {\"rate\": 22050, \"width\": 2, \"channels\": 1}}\n", "cut_short"),
        ("{\"type\": \"audio-chunk\", \"payload_length\": 500}\nabc", "cut_short"),
        ("", "cut_short"),
    ]

    @Test("What is not the protocol is refused, and what is not all of it", arguments: breaches)
    func isStrict(sends: String, fault expected: String) async throws {
        let fault = try await ScriptedServer.run { peer in
            _ = try await peer.event()
            try await peer.send(sends)
        } _: { port -> ServerFault? in
            let (server, guardian) = server(port)
            let voice = WyomingVoice(server, names: ["joe": "joe"], guardian: guardian)
            return await failure(within: .seconds(3), clock: nil) { _ = try await voice.render("Hello.", voice: "joe") }
        }
        #expect(fault?.label == expected, "\(String(describing: fault))")
    }

    @Test("A server that hangs, and one that is not there, are told apart", arguments: [true, false])
    func waitsNoLonger(isThere: Bool) async throws {
        let clock = StepClock()
        let faults = try await ScriptedServer.run { peer in
            await peer.gone()
        } _: { port -> [ServerFault?] in
            let port = isThere ? port : try await ScriptedServer.deafPort()
            let (server, guardian) = server(port, ProviderClock(clock))
            let voice = WyomingVoice(server, names: ["joe": "joe"], guardian: guardian)
            let recognizer = WyomingRecognizer(server, guardian: guardian)
            let spoken = await failure(within: .seconds(3), clock: isThere ? clock : nil) {
                _ = try await voice.render("Hello.", voice: "joe")
            }
            let heard = await failure(within: .seconds(3), clock: isThere ? clock : nil) {
                let utterance = try await recognizer.listen(for: Vocabulary(entries: [], dictation: "words"))
                utterance.hear(Sound.tone())
                _ = try await utterance.finish()
            }
            return [spoken, heard]
        }
        #expect(faults.map { $0?.label } == Array(repeating: isThere ? "stalled" : "unreachable", count: 2))
    }

    @Test("An utterance that is given up leaves its place to the next one")
    func leavesItsPlace() async throws {
        try await ScriptedServer.run { peer in
            await peer.gone()
        } _: { port in
            let (server, guardian) = server(port)
            let recognizer = WyomingRecognizer(server, guardian: guardian)
            let vocabulary = Vocabulary(entries: [], dictation: "words")
            var utterance: (any Utterance)? = try await recognizer.listen(for: vocabulary)
            utterance?.hear(Sound.tone())
            await #expect(throws: ServerFault.busy) { _ = try await recognizer.listen(for: vocabulary) }
            utterance = nil
            _ = try await recognizer.listen(for: vocabulary)
        }
    }
}

/// An event as its bytes have it, read independently of our own code.
private struct Event {
    var type: String
    var data: [String: Any]
    var payload: [UInt8]

    func isSixteenBitMono(_ rate: Int) -> Bool {
        data["rate"] as? Int == rate && data["width"] as? Int == 2 && data["channels"] as? Int == 1
    }
}

extension Peer {
    fileprivate func event() async throws -> Event {
        let line = try await line()
        let header = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
        #expect(Set(header.keys).isSubset(of: ["type", "data", "data_length", "payload_length"]))
        var data = header["data"] as? [String: Any] ?? [:]
        let more = try await read(header["data_length"] as? Int ?? 0)
        if !more.isEmpty {
            let members = try JSONSerialization.jsonObject(with: Data(more)) as? [String: Any] ?? [:]
            data.merge(members) { $1 }
        }
        let payload = try await read(header["payload_length"] as? Int ?? 0)
        return Event(type: header["type"] as? String ?? "", data: data, payload: payload)
    }

    fileprivate func send(event type: String, format rate: Int? = 22_050, _ payload: [UInt8] = []) async throws {
        var header = "{\"type\": \"\(type)\""
        if let rate { header += ", \"data\": {\"rate\": \(rate), \"width\": 2, \"channels\": 1}" }
        if !payload.isEmpty { header += ", \"payload_length\": \(payload.count)" }
        try await send(header + "}\n")
        try await send(payload)
    }
}
