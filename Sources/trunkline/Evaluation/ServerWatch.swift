import Calls
import Conversation
import Synchronization

/// What the servers failed at that play a person, as long as they have not succeeded since.
///
/// An agent that hears nothing of a person would be blamed for what their servers did.
final class ServerWatch: Sendable {
    private struct State {
        var failures: [String: String] = [:]
        var successes: [String: ContinuousClock.Instant] = [:]
    }

    /// What gave nothing for so long, and then was not wanted any more, has failed too: an agent that asks again begins a turn anew.
    private static let patience = Duration.seconds(4)
    private let state = Mutex(State())

    /// With the name of the server.
    var failure: String? {
        state.withLock { state in state.failures.min { $0.key < $1.key }.map { "\($0.key): \($0.value)" } }
    }

    func succeed(_ server: String) {
        state.withLock { state in
            state.failures[server] = nil
            state.successes[server] = .now
        }
    }

    /// Unless it `isProof`, that the work succeeds says nothing of what failed before.
    func attempt<Value>(
        _ server: String,
        isProof: Bool = true,
        _ work: () async throws -> Value
    ) async throws -> Value {
        let start = ContinuousClock.now
        do {
            let value = try await work()
            if isProof { succeed(server) }
            return value
        } catch {
            let time = ContinuousClock.now - start
            let isUnwanted = error is CancellationError || Task.isCancelled
            state.withLock { state in
                if !isUnwanted {
                    state.failures[server] = "\(error)"
                } else if time >= Self.patience, state.successes[server].map({ $0 < start }) ?? true {
                    state.failures[server] = "gave nothing for \(Int(time / .milliseconds(1))) ms"
                }
            }
            throw error
        }
    }
}

struct WatchedModel: LanguageModel {
    let model: any LanguageModel
    let server: String
    let watch: ServerWatch

    var name: String { model.name }
    var abilities: ModelAbilities { model.abilities }

    func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        try await watch.attempt(server) {
            try await model.answer(request) { piece in
                watch.succeed(server)
                try await take(piece)
            }
        }
    }

    func makeReady() async { await model.makeReady() }

    func foresee(_ request: ModelRequest) async { await model.foresee(request) }

    func warmUp() async throws { try await model.warmUp() }
}

struct WatchedRecognizer: Recognizer {
    let recognizer: any Recognizer
    let server: String
    let watch: ServerWatch

    func capabilities(in language: String) -> HearingCapabilities { recognizer.capabilities(in: language) }

    func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        WatchedUtterance(
            utterance: try await watch.attempt(server, isProof: false) {
                try await recognizer.listen(for: vocabulary)
            },
            recognizer: self
        )
    }

    func makeReady(for vocabulary: Vocabulary) async throws { try await recognizer.makeReady(for: vocabulary) }

    func glimpse(_ audio: [Int16], for vocabulary: Vocabulary) async throws -> Recognition {
        try await recognizer.glimpse(audio, for: vocabulary)
    }
}

private struct WatchedUtterance: Utterance {
    let utterance: any Utterance
    let recognizer: WatchedRecognizer

    var events: AsyncStream<HearingEvent> { utterance.events }

    func hear(_ samples: [Int16]) { utterance.hear(samples) }

    func finish() async throws -> Recognition {
        try await recognizer.watch.attempt(recognizer.server) { try await utterance.finish() }
    }
}

struct WatchedVoice: Voice {
    let voice: any Voice
    let server: String
    let watch: ServerWatch

    var voices: [String] { voice.voices }

    func render(_ text: String, voice name: String) async throws -> [Int16] {
        try await watch.attempt(server) { try await voice.render(text, voice: name) }
    }

    func speak(
        _ text: String,
        voice name: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        try await watch.attempt(server) {
            try await voice.speak(text, voice: name) { samples in
                watch.succeed(server)
                try await deliver(samples)
            }
        }
    }

    func makeReady(voice name: String) async { await voice.makeReady(voice: name) }
}
