import Audio
import Conversation
import Foundation
import Logging
import Testing

@testable import Providers

/// Servers that `scripts/speech-rig start` runs.
private enum Rig {
    static let transcriptions = 8094
    static let speech = 8095
    static let wyomingRecognizer = 10_300
    static let wyomingVoice = 10_200

    static func isUp() -> Bool {
        [transcriptions, speech, wyomingRecognizer, wyomingVoice].allSatisfy(listens)
    }

    private static func listens(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func server(_ name: String, _ url: String, model: String? = nil) -> (SpeechServer, ServerGuard) {
        // The first request loads a model, on a machine that may be busy.
        let server = SpeechServer(name: name, url: url, model: model, timeout: .seconds(60))
        return (server, ServerGuard(name: name, places: 1, logger: logger))
    }

    static var voices: [(name: String, voice: any Voice)] {
        let (http, httpGuard) = server("http", "http://127.0.0.1:\(speech)")
        let (tcp, tcpGuard) = server("wyoming", "tcp://127.0.0.1:\(wyomingVoice)")
        let names = ["joe": "en_US-joe-medium"]
        return [
            ("/v1/audio/speech, wav", SpeechEndpointVoice(http, names: names, encoding: .wav, guardian: httpGuard)),
            (
                "/v1/audio/speech, pcm",
                SpeechEndpointVoice(http, names: names, encoding: .pcm(rate: 22_050), guardian: httpGuard)
            ),
            ("Wyoming", WyomingVoice(tcp, names: names, guardian: tcpGuard)),
        ]
    }

    static var recognizers: [(name: String, recognizer: any Recognizer)] {
        let (http, httpGuard) = server("http", "http://127.0.0.1:\(transcriptions)", model: "whisper-1")
        let (tcp, tcpGuard) = server("wyoming", "tcp://127.0.0.1:\(wyomingRecognizer)")
        return [
            ("/v1/audio/transcriptions", TranscriptionRecognizer(http, detail: .words, guardian: httpGuard)),
            ("Wyoming", WyomingRecognizer(tcp, guardian: tcpGuard)),
        ]
    }
}

@Suite(
    "Real speech servers, each voice heard by each recogniser",
    .enabled("No speech rig runs here: scripts/speech-rig install, then start") { Rig.isUp() },
    .serialized
)
struct RealServerTests {
    private static let sentences = [
        "Good morning, this is the dental practice on Mill Road.",
        "Your appointment is on Thursday at half past three.",
        "Could you tell me whether that still works for you?",
        "I would like to speak to a real person please.",
    ]

    @Test("What a voice says is understood over a telephone line, word for word but for one in eight")
    func understandsEachOther() async throws {
        for (voiceName, voice) in Rig.voices {
            var clips: [[Int16]] = []
            for sentence in Self.sentences {
                let clip = try await voice.render(sentence, voice: "joe")
                #expect((8000...64_000).contains(clip.count))
                clips.append(G711.decode(G711.encode(clip, as: .mu), as: .mu))
            }
            for (recognizerName, recognizer) in Rig.recognizers {
                var errors = 0
                var total = 0
                for (sentence, clip) in zip(Self.sentences, clips) {
                    let utterance = try await recognizer.listen(for: Vocabulary(entries: [], dictation: "words"))
                    for start in stride(from: 0, to: clip.count, by: 160) {
                        utterance.hear(Array(clip[start..<min(clip.count, start + 160)]))
                    }
                    guard case .heard(_, let words, _) = try await utterance.finish() else {
                        Issue.record("\(recognizerName) heard nothing of “\(sentence)”")
                        continue
                    }
                    let said = Self.words(sentence)
                    errors += Self.distance(said, Self.words(words))
                    total += said.count
                }
                let rate = Double(errors) / Double(max(1, total))
                print(
                    "Word error rate, \(voiceName) heard by \(recognizerName): \(Int((rate * 1000).rounded()))‰ of \(total)"
                )
                #expect(rate <= 0.125, "\(voiceName) heard by \(recognizerName)")
            }
        }
    }

    private static func words(_ text: String) -> [String] {
        SpokenForm.words(text)
    }

    /// Words to insert, delete or replace.
    private static func distance(_ a: [String], _ b: [String]) -> Int {
        var row = Array(0...b.count)
        for (i, word) in a.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let replaced = previous + (word == other ? 0 : 1)
                previous = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}

/// Words without case, punctuation and figures.
private enum SpokenForm {
    private static let figures = ["3:30": "half past three"]

    static func words(_ text: String) -> [String] {
        var text = text.lowercased()
        for (figure, words) in figures { text = text.replacingOccurrences(of: figure, with: words) }
        return text.split { !$0.isLetter && $0 != "'" && !$0.isNumber }.map(String.init)
    }
}
