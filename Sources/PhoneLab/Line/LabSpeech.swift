import Logging
import Speech

/// The voices and the ears of everybody in the lab.
///
/// Rendered sentences are kept: the same people say the same things in every call.
actor LabSpeech {
    private static let linesKept = 400

    private let voice: FliteSynthesizer
    private nonisolated let model: KeyphraseModel
    private let logger: Logger
    private var rendered: [SpokenLine: [Int16]] = [:]

    init(voice: FliteSynthesizer, model: KeyphraseModel, logger: Logger) {
        self.voice = voice
        self.model = model
        self.logger = logger
    }

    /// 8,000 samples a second. Empty, and logged, if it cannot be spoken.
    func render(_ line: SpokenLine) async -> [Int16] {
        if let samples = rendered[line] { return samples }
        do {
            let samples = try await voice.render(line.text, voice: line.voice)
            if rendered.count >= Self.linesKept { rendered.removeAll() }
            rendered[line] = samples
            return samples
        } catch {
            if !Task.isCancelled { logger.warning("A person of the lab cannot speak", metadata: ["error": "\(error)"]) }
            return []
        }
    }

    /// Nil, and logged, if the phrases cannot be listened for.
    nonisolated func spotter(for phrases: [String]) async -> KeyphraseSpotter? {
        do {
            return try await model.spotter(for: phrases)
        } catch {
            if !Task.isCancelled {
                logger.warning("A person of the lab cannot listen", metadata: ["error": "\(error)"])
            }
            return nil
        }
    }
}
