package import Conversation
package import Speech
import Synchronization

/// The embedded voice, with a memory: fixed prompts are rendered once and then cost nothing.
package final class EmbeddedVoice: Voice {
    private struct Phrase: Hashable {
        var voice: String
        var text: String
    }

    private struct Cache {
        var clips: [Phrase: (samples: [Int16], used: UInt64)] = [:]
        var samples = 0
        var uses: UInt64 = 0
    }

    private let synthesizer: FliteSynthesizer
    private let limit: Int
    private let cache = Mutex(Cache())

    /// `cacheSeconds` of audio are kept, 16 kB each; what was not used for longest goes first.
    package init(_ synthesizer: FliteSynthesizer, cacheSeconds: Int = 1800) {
        self.synthesizer = synthesizer
        limit = cacheSeconds * 8000
    }

    package var voices: [String] { FliteSynthesizer.voices }

    package func render(_ text: String, voice: String) async throws -> [Int16] {
        let phrase = Phrase(voice: voice, text: text)
        if let samples = recall(phrase) { return samples }
        let samples = try await synthesizer.render(text, voice: voice)
        keep(samples, as: phrase)
        return samples
    }

    private func recall(_ phrase: Phrase) -> [Int16]? {
        cache.withLock { cache in
            cache.uses += 1
            cache.clips[phrase]?.used = cache.uses
            return cache.clips[phrase]?.samples
        }
    }

    private func keep(_ samples: [Int16], as phrase: Phrase) {
        guard samples.count <= limit / 8 else { return }
        cache.withLock { cache in
            if cache.clips.updateValue((samples, cache.uses), forKey: phrase) == nil { cache.samples += samples.count }
            guard cache.samples > limit else { return }
            // Down to three quarters, so that this is rare.
            for (old, clip) in cache.clips.sorted(by: { $0.value.used < $1.value.used }) {
                guard cache.samples > limit * 3 / 4 else { break }
                cache.clips[old] = nil
                cache.samples -= clip.samples.count
            }
        }
    }
}

/// The embedded recogniser.
package struct EmbeddedRecognizer: Recognizer {
    private let recognizer: GrammarRecognizer

    package init(_ recognizer: GrammarRecognizer) {
        self.recognizer = recognizer
    }

    /// Its model is English.
    package func capabilities(in language: String) -> HearingCapabilities {
        language.lowercased().hasPrefix("en") ? .quickGlimpse : []
    }

    package func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        EmbeddedUtterance(utterance: try await recognizer.listen(for: vocabulary.entries.map(\.phrase)))
    }
}

private struct EmbeddedUtterance: Utterance {
    let utterance: GrammarUtterance

    func hear(_ samples: [Int16]) {
        utterance.hear(samples)
    }

    func finish() async throws -> Recognition {
        switch try await utterance.finish() {
        case .heard(let phrase, let words, let confidence): .heard(entry: phrase, words: words, confidence: confidence)
        case .nothing: .nothing
        }
    }
}

/// The embedded recogniser's other use. It knows English only.
package struct EmbeddedSpotter: PhraseSpotter {
    private let model: KeyphraseModel

    package init(_ model: KeyphraseModel) {
        self.model = model
    }

    package func listen(for phrases: [String]) async throws -> any SpottedLine {
        EmbeddedLine(spotter: try await model.spotter(for: phrases))
    }
}

private struct EmbeddedLine: SpottedLine {
    let spotter: KeyphraseSpotter

    func hear(_ samples: [Int16]) async throws -> [String] {
        try await spotter.hear(samples)
    }
}

extension Vocabulary.Entry {
    fileprivate var phrase: GrammarPhrase {
        GrammarPhrase(name: name, expansions: expansions, lenience: lenience.bound)
    }
}

extension Vocabulary.Lenience {
    fileprivate var bound: GrammarPhrase.Lenience {
        switch self {
        case .lenient: .lenient
        case .ordinary: .ordinary
        case .strict: .strict
        }
    }
}
