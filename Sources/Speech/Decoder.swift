import CPocketsphinx

/// Two pocketsphinx decoders on one thread: one searches a grammar, the other a loop of all phones. How much better the free reading
/// fits tells whether the grammar's reading is to be believed.
final class Decoder {
    /// How well one reading fits.
    struct Reading {
        /// The words, fillers left out. Empty if nothing was found.
        var words: [String]
        /// Log-likelihood of the path, in pocketsphinx's units, per frame of speech (10 ms; silence is not counted).
        var score: Double
        var frames: Int
    }

    private let grammarDecoder: OpaquePointer
    private let phoneDecoder: OpaquePointer
    private var loaded: [ObjectIdentifier: (name: String, grammar: Grammar, used: Int)] = [:]
    private var spoken: Set<String> = []
    private var uses = 0

    init(modelDirectory: String, dictionaries: DecoderDictionaries) throws(RecognitionError) {
        DecoderLog.off
        let model = modelDirectory + "/en-us"
        guard let grammarDecoder = cps_decoder_new(model, dictionaries.words, dictionaries.fillers) else {
            throw .modelUnreadable(model)
        }
        guard let phoneDecoder = cps_decoder_new(model, dictionaries.words, dictionaries.fillers) else {
            ps_free(grammarDecoder)
            throw .modelUnreadable(model)
        }
        self.grammarDecoder = grammarDecoder
        self.phoneDecoder = phoneDecoder
        guard ps_set_allphone(phoneDecoder, "phones", nil) == 0, ps_set_search(phoneDecoder, "phones") == 0 else {
            throw .decoderFailed("set up its phone loop")
        }
    }

    deinit {
        ps_free(grammarDecoder)
        ps_free(phoneDecoder)
    }

    /// Decodes one whole utterance at 16,000 Hz. What was decoded before has no influence.
    func decode(
        _ samples: [Int16],
        with grammar: Grammar
    ) throws(RecognitionError) -> (grammar: Reading, phones: Reading) {
        try select(grammar)
        return (try read(samples, grammarDecoder), try read(samples, phoneDecoder))
    }

    private func read(_ samples: [Int16], _ decoder: OpaquePointer) throws(RecognitionError) -> Reading {
        // A new stream forgets the noise of the line that was heard before; a new utterance alone does not.
        guard ps_start_stream(decoder) == 0, ps_start_utt(decoder) == 0 else {
            throw .decoderFailed("start an utterance")
        }
        let frames = ps_process_raw(decoder, samples, samples.count, 0, 1)
        guard ps_end_utt(decoder) == 0, frames >= 0 else { throw .decoderFailed("decode an utterance") }
        return reading(decoder)
    }

    private func reading(_ decoder: OpaquePointer) -> Reading {
        var score: Int32 = 0
        let frames = Int(ps_get_n_frames(decoder))
        guard let text = ps_get_hyp(decoder, &score), frames > 0 else { return Reading(words: [], score: 0, frames: 0) }
        let words = String(cString: text).split(separator: " ").map(String.init)
        return Reading(words: words, score: Double(score) / Double(frames), frames: frames)
    }

    // Loading a grammar.

    private func select(_ grammar: Grammar) throws(RecognitionError) {
        uses += 1
        let key = ObjectIdentifier(grammar)
        if loaded[key] == nil {
            makeRoom()
            let name = "grammar\(uses)"
            try load(grammar, as: name)
            loaded[key] = (name, grammar, uses)
        }
        loaded[key]?.used = uses
        guard let name = loaded[key]?.name, ps_set_search(grammarDecoder, name) == 0 else {
            throw .decoderFailed("select a grammar")
        }
    }

    /// Drops the grammar not used for longest once there are 48: an agent has a handful.
    private func makeRoom() {
        guard loaded.count >= 48, let oldest = loaded.min(by: { $0.value.used < $1.value.used }) else { return }
        ps_unset_search(grammarDecoder, oldest.value.name)
        loaded[oldest.key] = nil
    }

    private func load(_ grammar: Grammar, as name: String) throws(RecognitionError) {
        for entry in grammar.pronunciations where spoken.insert(entry.word).inserted {
            for (index, reading) in entry.readings.enumerated() {
                let key = index == 0 ? entry.word : "\(entry.word)(\(index + 1))"
                guard ps_add_word(grammarDecoder, key, reading, 0) >= 0 else {
                    throw .unpronounceable(entry.word)
                }
            }
        }
        let graph = grammar.graph
        let end = graph.stateCount
        guard let model = fsg_model_init(name, ps_get_logmath(grammarDecoder), 1, Int32(end + 1)) else {
            throw .decoderFailed("build a grammar")
        }
        defer { fsg_model_free(model) }
        model.pointee.start_state = 0
        model.pointee.final_state = Int32(end)
        // A hesitation costs something, or it would be found in every soft beginning.
        let unlikely = logmath_log(ps_get_logmath(grammarDecoder), 0.001)
        for arc in graph.arcs {
            let word = fsg_model_word_add(model, arc.word)
            let isHesitation = arc.from == 0 && Grammar.hesitations.contains(arc.word)
            fsg_model_trans_add(model, Int32(arc.from), Int32(arc.to), isHesitation ? unlikely : 0, word)
        }
        for state in graph.ends { fsg_model_null_trans_add(model, Int32(state), Int32(end), 0) }
        guard ps_set_fsg(grammarDecoder, name, model) == 0 else { throw .decoderFailed("take a grammar") }
    }
}
