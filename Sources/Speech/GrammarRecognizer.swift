import Synchronization

/// The embedded recogniser: pocketsphinx searching a small grammar, made for each step of a conversation.
///
/// Hears which of the expected phrases was said, or that it was none of them; it takes no dictation. An utterance is decoded when it is
/// over, on a thread of its own, in about 4 % of its length: a decoder for each core serves hundreds of calls.
package final class GrammarRecognizer: Sendable {
    package struct Configuration: Sendable, Hashable {
        /// How many utterances are decoded at the same time, the others waiting; 12 MB each. One for each core is right.
        package var decoders: Int
        /// Where Debian's pocketsphinx-en-us puts the model and the dictionary.
        package var modelDirectory: String

        package init(decoders: Int = 2, modelDirectory: String = "/usr/share/pocketsphinx/model/en-us") {
            self.decoders = decoders
            self.modelDirectory = modelDirectory
        }
    }

    private let pronunciations: Pronunciations
    private let decoders: [OwnThread<Decoder>]
    private let grammars = Mutex<[[GrammarPhrase]: Grammar]>([:])

    /// Starts the decoders. Throws if the model cannot be read.
    package init(configuration: Configuration = Configuration()) throws {
        pronunciations = try Pronunciations(modelDirectory: configuration.modelDirectory)
        let dictionaries = try DecoderDictionaries()
        defer { dictionaries.remove() }
        decoders = try (1...max(1, configuration.decoders)).map { number in
            try OwnThread(label: "decoder-\(number)") {
                try Decoder(modelDirectory: configuration.modelDirectory, dictionaries: dictionaries)
            }
        }
    }

    /// Makes ready to recognise one utterance. Throws `RecognitionError` for a phrase that is not understood or cannot be pronounced.
    package func listen(for phrases: [GrammarPhrase]) async throws -> GrammarUtterance {
        GrammarUtterance(grammar: try grammar(for: phrases), decoders: decoders)
    }

    private func grammar(for phrases: [GrammarPhrase]) throws(RecognitionError) -> Grammar {
        if let grammar = grammars.withLock({ $0[phrases] }) { return grammar }
        let grammar = try Grammar(phrases, pronunciations: pronunciations)
        return grammars.withLock { grammars in
            if let first = grammars[phrases] { return first }
            if grammars.count >= 512 { grammars.removeAll() }
            grammars[phrases] = grammar
            return grammar
        }
    }
}
