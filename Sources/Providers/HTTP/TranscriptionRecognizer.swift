import AsyncHTTPClient
import Audio
package import Conversation
import FoundationEssentials
import NIOCore
import Synchronization

/// A recogniser behind `POST /v1/audio/transcriptions`, as OpenAI's API has it and whisper servers copy it: the utterance goes there
/// whole, as a WAVE file, when it is over.
package struct TranscriptionRecognizer: Recognizer {
    /// What is asked for.
    package enum Detail: String, Sendable, CaseIterable {
        /// Words only, which every server can.
        case words = "json"
        /// Words and how sure they are, which tells noise from speech. Whisper can.
        case confidence = "verbose_json"
    }

    private let server: SpeechServer
    private let detail: Detail
    private let guardian: ServerGuard

    package init(_ server: SpeechServer, detail: Detail, guardian: ServerGuard) {
        self.server = server
        self.detail = detail
        self.guardian = guardian
    }

    package func capabilities(in language: String) -> HearingCapabilities { [.dictation, .keywords] }

    /// Whatever the words: the connection.
    package func makeReady(for vocabulary: Vocabulary) async throws {
        await ProviderHTTP.connect(ProviderHTTP.url(server.url, "/models"), key: server.key)
    }

    package func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        TranscribedUtterance { samples in try await transcribe(samples, for: vocabulary) }
    }

    private func transcribe(_ samples: [Int16], for vocabulary: Vocabulary) async throws -> Recognition {
        // OpenAI's refuses less than a tenth of a second; there is no word in it.
        guard samples.count >= 800 else { return .nothing }
        let request = request(samples, for: vocabulary)
        let answer = try await guardian.run(.whole(server.timeout)) { _ in
            let response = try await ProviderHTTP.send(request)
            let data = try await ProviderHTTP.collect(response.body, limit: 1 << 20)
            return try JSONDecoder().decode(Transcription.self, from: data)
        }
        guard answer.isSpeech else { return .nothing }
        return vocabulary.recognition(of: answer.text, confidence: answer.confidence)
    }

    private func request(_ samples: [Int16], for vocabulary: Vocabulary) -> HTTPClientRequest {
        var form = MultipartForm()
        form.add("model", server.model ?? "whisper-1")
        form.add("response_format", detail.rawValue)
        form.add("temperature", "0")
        if let language = vocabulary.language.split(separator: "-").first {
            form.add("language", language.lowercased())
        }
        if !vocabulary.keywords.isEmpty { form.add("prompt", vocabulary.keywords.prefix(50).joined(separator: ", ")) }
        form.add("file", WAVFile(sampleRate: 8000, channels: [samples]).bytes, name: "utterance.wav", type: "audio/wav")
        return ProviderHTTP.post(
            ProviderHTTP.url(server.url, "/audio/transcriptions"),
            key: server.key,
            type: form.contentType,
            body: form.body
        )
    }
}

/// The answer, as far as it is of use.
private struct Transcription: Decodable {
    struct Segment: Decodable {
        /// Mean over the words, 0 at best.
        var sureness: Double?
        /// That it is no speech, 0…1.
        var silence: Double?

        private enum CodingKeys: String, CodingKey {
            case sureness = "avg_logprob"
            case silence = "no_speech_prob"
        }
    }

    var text: String
    var segments: [Segment]?

    /// 0…1. Without particulars, words count as heard well.
    var confidence: Double {
        let scores = (segments ?? []).compactMap(\.sureness)
        guard !scores.isEmpty else { return 0.8 }
        let mean = scores.reduce(0, +) / Double(scores.count)
        return min(1, max(0, 1 + mean))
    }

    /// Whisper puts words to silence and noise, and knows it: by these bounds of its own decoder.
    var isSpeech: Bool {
        guard let segments, !segments.isEmpty else { return true }
        return !segments.allSatisfy { ($0.silence ?? 0) > 0.6 && ($0.sureness ?? 0) < -0.7 }
    }
}

/// Collects an utterance until it is over.
final class TranscribedUtterance: Utterance {
    /// In samples. A turn is over before that.
    private static let longest = 8000 * 120

    private let samples = Mutex<[Int16]>([])
    private let transcribe: @Sendable ([Int16]) async throws -> Recognition

    init(transcribe: @escaping @Sendable ([Int16]) async throws -> Recognition) {
        self.transcribe = transcribe
    }

    func hear(_ more: [Int16]) {
        self.samples.withLock { samples in
            samples += more.prefix(max(0, Self.longest - samples.count))
        }
    }

    func finish() async throws -> Recognition {
        try await transcribe(samples.withLock(\.self))
    }
}
