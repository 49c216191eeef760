import Audio
import Conversation
import Foundation
import Logging
import Synchronization
import Testing

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

@Suite("A recogniser behind /v1/audio/transcriptions", .timeLimit(.minutes(1)))
struct TranscriptionTests {
    private let vocabulary = Vocabulary(
        entries: [
            .init(name: "yes", expansions: ["( yes | yeah ) [please]"]), .init(name: "no", expansions: ["no [thanks]"]),
        ],
        dictation: "words",
        language: "en-GB",
        keywords: ["Trunkline", "Maria Keller"]
    )

    private func recognizer(
        _ port: Int,
        _ clock: ProviderClock = .continuous,
        detail: TranscriptionRecognizer.Detail = .words
    )
        -> TranscriptionRecognizer
    {
        let server = SpeechServer(
            name: "whisper",
            url: "http://127.0.0.1:\(port)",
            key: ProviderKey("sk-secret"),
            model: "whisper-1",
            timeout: .seconds(3)
        )
        return TranscriptionRecognizer(
            server,
            detail: detail,
            guardian: ServerGuard(name: "whisper", places: 2, clock: clock, logger: quiet)
        )
    }

    private func hear(_ samples: [Int16], with recognizer: any Recognizer) async throws -> Recognition {
        let utterance = try await recognizer.listen(for: vocabulary)
        for start in stride(from: 0, to: samples.count, by: 160) {
            utterance.hear(Array(samples[start..<min(samples.count, start + 160)]))
        }
        return try await utterance.finish()
    }

    @Test(
        "The utterance goes out whole: a form with model, language, key words and a WAVE file, and the key in its header"
    )
    func sendsForm() async throws {
        let spoken = Sound.tone()
        let heard = try await ScriptedServer.run { peer in
            let request = try await peer.request()
            #expect(request.method == "POST" && request.target == "/v1/audio/transcriptions")
            #expect(request.headers["authorization"] == "Bearer sk-secret")
            let type = request.headers["content-type"] ?? ""
            let prefix = "multipart/form-data; boundary="
            #expect(type.hasPrefix(prefix))
            let parts = Form.parse(request.body, boundary: String(type.dropFirst(prefix.count)))
            #expect(parts["model"]?.text == "whisper-1")
            #expect(parts["language"]?.text == "en")
            #expect(parts["prompt"]?.text == "Trunkline, Maria Keller")
            #expect(parts["response_format"]?.text == "json")
            #expect(parts["file"]?.head.contains("filename=\"utterance.wav\"") == true)
            let file = try WAVFile(parsing: parts["file"]?.body ?? [])
            #expect(file.sampleRate == 8000 && file.channels == [spoken])
            try await peer.answer(type: "application/json", Array(#"{"text": " Yes, please."}"#.utf8))
        } _: { port in
            try await hear(spoken, with: recognizer(port))
        }
        guard case .heard("yes", "yes please", _) = heard else {
            Issue.record("Heard \(heard)")
            return
        }
    }

    @Test("Words that fit no answer come back as dictation, as they were written")
    func dictates() async throws {
        let heard = try await ScriptedServer.run { peer in
            _ = try await peer.request()
            try await peer.answer(type: "application/json", Array(#"{"text": " Tell her it's about the roof. "}"#.utf8))
        } _: { port in
            try await hear(Sound.tone(), with: recognizer(port))
        }
        #expect(heard == .heard(entry: "words", words: "Tell her it's about the roof.", confidence: 0.8))
    }

    @Test("What whisper made of noise counts as nothing, if it is asked how sure it is")
    func knowsNoise() async throws {
        let heard = try await ScriptedServer.run { peer in
            let request = try await peer.request()
            #expect(String(decoding: request.body, as: UTF8.self).contains("verbose_json"))
            let answer = #"{"text": "Thank you.", "segments": [{"avg_logprob": -1.1, "no_speech_prob": 0.9}]}"#
            try await peer.answer(type: "application/json", Array(answer.utf8))
        } _: { port in
            try await hear(Sound.tone(), with: recognizer(port, detail: .confidence))
        }
        #expect(heard == .nothing)
    }

    @Test("Less than a tenth of a second is not sent anywhere")
    func keepsClicks() async throws {
        let port = try await ScriptedServer.deafPort()
        #expect(try await hear(Sound.tone(seconds: 0.09), with: recognizer(port)) == .nothing)
    }

    @Test("Each way a server fails is told apart, in time", arguments: Mishap.allCases)
    func survives(mishap: Mishap) async throws {
        let clock = StepClock()
        let (requests, asked) = AsyncStream.makeStream(of: Void.self)
        let fault = try await ScriptedServer.run { peer in
            try await mishap.play(on: peer, type: "application/json") { asked.yield() }
        } _: { port -> ServerFault? in
            let port = mishap == .refusesConnection ? try await ScriptedServer.deafPort() : port
            let recognizer = recognizer(port, ProviderClock(clock))
            return await failure(
                within: .seconds(3),
                clock: mishap.takesTime ? clock : nil,
                // A request that is given up before it has a connection leaves one that nothing comes over.
                after: { for await _ in requests { break } }
            ) {
                _ = try await hear(Sound.tone(), with: recognizer)
            }
        }
        #expect(fault?.label == mishap.label, "\(String(describing: fault))")
        #expect(fault?.description.contains("sk-secret") == false)
    }
}

@Suite("A voice behind /v1/audio/speech", .timeLimit(.minutes(1)))
struct SpeechEndpointTests {
    private func voice(
        _ port: Int,
        _ clock: ProviderClock = .continuous,
        encoding: SpeechEndpointVoice.Encoding = .wav
    ) -> SpeechEndpointVoice {
        let server = SpeechServer(
            name: "tts",
            url: "http://127.0.0.1:\(port)/v1/",
            key: ProviderKey("sk-secret"),
            model: "tts-1",
            timeout: .seconds(3)
        )
        return SpeechEndpointVoice(
            server,
            names: ["joe": "en_US-joe-medium"],
            encoding: encoding,
            guardian: ServerGuard(name: "tts", places: 2, clock: clock, logger: quiet)
        )
    }

    @Test(
        "Audio comes at 8,000 Hz whatever the server's rate, with its pitch and length",
        arguments: [(SpeechEndpointVoice.Encoding.wav, 22_050), (.wav, 8000), (.pcm(rate: 24_000), 24_000)]
    )
    func resamples(encoding: SpeechEndpointVoice.Encoding, rate: Int) async throws {
        let samples = try await ScriptedServer.run { peer in
            let request = try await peer.request()
            #expect(request.target == "/v1/audio/speech" && request.headers["authorization"] == "Bearer sk-secret")
            let order = try JSONDecoder().decode([String: String].self, from: Data(request.body))
            let format = encoding == .wav ? "wav" : "pcm"
            #expect(
                order == [
                    "model": "tts-1", "input": "Hello \"there\".", "voice": "en_US-joe-medium",
                    "response_format": format,
                ]
            )
            let tone = Sound.tone(rate: rate)
            let body = encoding == .wav ? WAVFile(sampleRate: rate, channels: [tone]).bytes : Sound.bytes(tone)
            try await peer.answer(type: encoding == .wav ? "audio/wav" : "audio/pcm", body)
        } _: { port in
            try await voice(port, encoding: encoding).render("Hello \"there\".", voice: "joe")
        }
        #expect(abs(samples.count - 8000) <= 1)
        #expect(abs(Sound.pitch(samples) - 440) < 2)
    }

    @Test("The beginning is delivered while the rest has not been sent")
    func streams() async throws {
        let heard = AsyncStream.makeStream(of: Int.self)
        let delivered = Mutex(0)
        try await ScriptedServer.run { peer in
            _ = try await peer.request()
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nTransfer-Encoding: chunked\r\n\r\n")
            let audio = Sound.endlessHeader + Sound.bytes(Sound.tone(seconds: 0.5, rate: 24_000))
            let chunk = Array((String(audio.count, radix: 16) + "\r\n").utf8) + audio + Array("\r\n".utf8)
            // Cut where it hurts: in the header, and in the middle of a sample.
            try await peer.send(Array(chunk[..<30]))
            try await peer.send(Array(chunk[30..<5001]))
            try await peer.send(Array(chunk[5001...]))
            for await _ in heard.stream { break }
            try await peer.send("0\r\n\r\n")
        } _: { port in
            try await voice(port).speak("Hello.", voice: "joe") { samples in
                delivered.withLock { $0 += samples.count }
                heard.continuation.yield(samples.count)
            }
        }
        #expect(abs(delivered.withLock(\.self) - 4000) <= 1)
    }

    @Test("Each way a server fails is told apart, in time", arguments: Mishap.allCases)
    func survives(mishap: Mishap) async throws {
        let clock = StepClock()
        let (requests, asked) = AsyncStream.makeStream(of: Void.self)
        let fault = try await ScriptedServer.run { peer in
            try await mishap.play(on: peer, type: "audio/wav") { asked.yield() }
        } _: { port -> ServerFault? in
            let port = mishap == .refusesConnection ? try await ScriptedServer.deafPort() : port
            let voice = voice(port, ProviderClock(clock))
            return await failure(
                within: .seconds(3),
                clock: mishap.takesTime ? clock : nil,
                // A request that is given up before it has a connection leaves one that nothing comes over.
                after: { for await _ in requests { break } }
            ) {
                _ = try await voice.render("Hello.", voice: "joe")
            }
        }
        #expect(fault?.label == mishap.label, "\(String(describing: fault))")
        #expect(fault?.description.contains("sk-secret") == false)
    }

    @Test("Samples are no progress before there are 20 ms of them, and after that the next have their own time")
    func measuresProgress() async throws {
        let clock = StepClock()
        let (portions, heard) = AsyncStream.makeStream(of: Int.self)
        let fault = try await ScriptedServer.run { peer in
            _ = try await peer.request()
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nTransfer-Encoding: chunked\r\n\r\n")
            let audio = Sound.endlessHeader + Sound.bytes(Sound.tone(seconds: 0.5, rate: 24_000))
            try await peer.send(String(audio.count, radix: 16) + "\r\n")
            try await peer.send(audio + Array("\r\n1\r\nx\r\n".utf8))
            await peer.gone()
        } _: { port -> ServerFault? in
            let voice = voice(port, ProviderClock(clock))
            return await failure(
                within: .seconds(3),
                clock: clock,
                after: { for await _ in portions { break } }
            ) {
                try await voice.speak("Hello.", voice: "joe") { heard.yield($0.count) }
            }
        }
        #expect(fault == .stalled)
    }
}

/// What `work` fails with. If time has to pass for that, `clock` is moved once somebody waits, and `after` has happened.
func failure(
    within limit: Duration,
    clock: StepClock?,
    after: @escaping @Sendable () async -> Void = {},
    _ work: @escaping @Sendable () async throws -> Void
) async -> ServerFault? {
    await withTaskGroup(of: ServerFault?.self) { group in
        group.addTask {
            do {
                try await work()
                return nil
            } catch {
                return error as? ServerFault ?? .malformed("\(error)")
            }
        }
        if let clock {
            group.addTask {
                await after()
                while !Task.isCancelled {
                    await clock.someoneWaits()
                    clock.advance(by: limit)
                    await Task.yield()
                }
                return nil
            }
        }
        let fault = await group.next() ?? nil
        group.cancelAll()
        return fault
    }
}

/// A form, taken apart strictly.
private enum Form {
    struct Part {
        var head: String
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    static func parse(_ body: [UInt8], boundary: String) -> [String: Part] {
        let data = Data(body)
        let delimiter = Data("--\(boundary)".utf8)
        var parts: [String: Part] = [:]
        var place = data.range(of: delimiter)
        #expect(place?.lowerBound == 0)
        while let start = place,
            let next = data.range(of: Data("\r\n".utf8) + delimiter, in: start.upperBound..<data.endIndex)
        {
            let section = data[start.upperBound..<next.lowerBound]
            guard let split = section.range(of: Data("\r\n\r\n".utf8)) else { break }
            let head = String(decoding: section[..<split.lowerBound], as: UTF8.self)
            let name = head.split(separator: "name=\"").dropFirst().first?.split(separator: "\"").first.map(String.init)
            #expect(head.hasPrefix("\r\nContent-Disposition: form-data; name=\""))
            parts[name ?? ""] = Part(head: head, body: Array(section[split.upperBound...]))
            place = next
        }
        #expect(data.suffix(4) == Data("--\r\n".utf8))
        return parts
    }
}
