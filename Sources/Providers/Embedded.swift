package import Conversation
package import Speech

/// The embedded voice.
package struct EmbeddedVoice: Voice {
    private let synthesizer: FliteSynthesizer

    package init(_ synthesizer: FliteSynthesizer) {
        self.synthesizer = synthesizer
    }

    package var voices: [String] { FliteSynthesizer.voices }

    package func render(_ text: String, voice: String) async throws -> [Int16] {
        try await synthesizer.render(text, voice: voice)
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
