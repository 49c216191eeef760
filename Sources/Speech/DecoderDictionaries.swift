import FoundationEssentials

/// The two files that pocketsphinx reads when a decoder is made.
struct DecoderDictionaries {
    /// No words: they are added grammar by grammar. pocketsphinx insists on one, so it is one that no phrase can hold.
    let words: String
    /// What may come between words: silence and noises. The model's own list also has a filler that stands for any speech, with which
    /// half a sentence can be skipped to fit a grammar.
    let fillers: String

    init() throws {
        let stem = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID().uuidString)").path
        words = stem + ".dict"
        fillers = stem + ".fillers"
        try Data("0 AH\n".utf8).write(to: URL(filePath: words))
        try Data("<s> SIL\n</s> SIL\n<sil> SIL\n[NOISE] +NSN+\n".utf8).write(to: URL(filePath: fillers))
    }

    /// The files are not needed once the decoders are made.
    func remove() {
        for path in [words, fillers] { try? FileManager.default.removeItem(atPath: path) }
    }
}
