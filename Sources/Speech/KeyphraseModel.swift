import FoundationEssentials

/// The embedded recogniser's other use: spotting a few phrases anywhere in speech, whatever stands around them.
///
/// Where `GrammarRecognizer` says which of some answers an utterance was, this says whether "can you make it" occurred in a minute of
/// talk. It takes about 2 % of one core, and every line has a decoder of its own.
package final class KeyphraseModel: Sendable {
    private let modelDirectory: String
    private let pronunciations: Pronunciations
    /// Where decoders are made, one after the other: each takes some 40 ms of reading the model.
    private let maker = OwnThread(label: "keyphrase-models") {}

    /// `modelDirectory` is where Debian's pocketsphinx-en-us puts the model and the dictionary. Throws if they cannot be read.
    package init(modelDirectory: String = "/usr/share/pocketsphinx/model/en-us") throws {
        self.modelDirectory = modelDirectory
        pronunciations = try Pronunciations(modelDirectory: modelDirectory)
    }

    /// Makes ready to listen to one line. Phrases are words in lowercase, without numbers; those of fewer than five sounds are found
    /// where they are not.
    package func spotter(for phrases: [String]) async throws -> KeyphraseSpotter {
        guard !phrases.isEmpty else { throw RecognitionError.emptyVocabulary }
        let words = Set(phrases.flatMap { $0.split(separator: " ").map(String.init) }).sorted()
        let readings = words.map { (word: $0, readings: pronunciations.readings(of: $0)) }
        if let unknown = readings.first(where: \.readings.isEmpty) {
            throw RecognitionError.unpronounceable(unknown.word)
        }
        let sounds = Dictionary(readings.map { ($0.word, $0.readings[0].split(separator: " ").count) }) { first, _ in
            first
        }

        return try await maker.run { [modelDirectory] in
            try Self.spotter(model: modelDirectory + "/en-us", readings: readings, phrases: phrases, sounds: sounds)
        }
    }

    // pocketsphinx takes its dictionary and its phrases from files only.
    private static func spotter(
        model: String,
        readings: [(word: String, readings: [String])],
        phrases: [String],
        sounds: [String: Int]
    ) throws -> KeyphraseSpotter {
        let directory = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let dictionary = directory.appending(path: "words.dict")
        let entries = readings.flatMap { entry in
            entry.readings.enumerated().map {
                "\(entry.word)\($0.offset == 0 ? "" : "(\($0.offset + 1))") \($0.element)\n"
            }
        }
        try Data(entries.joined().utf8).write(to: dictionary)
        let list = directory.appending(path: "phrases.list")
        let lines = phrases.map { phrase in
            let length = phrase.split(separator: " ").reduce(0) { $0 + (sounds[String($1)] ?? 0) }
            return "\(phrase) /1e-\(KeyphraseSpotter.strictness(sounds: length))/\n"
        }
        try Data(lines.joined().utf8).write(to: list)
        return try KeyphraseSpotter(model: model, dictionary: dictionary.path, phrases: list.path)
    }
}
