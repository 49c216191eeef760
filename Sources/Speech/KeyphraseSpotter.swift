import Audio
import CPocketsphinx

/// Listens to one line for a few phrases.
package final class KeyphraseSpotter: Sendable {
    private let thread: OwnThread<SpottingDecoder>

    init(model: String, dictionary: String, phrases: String) throws {
        thread = try OwnThread(label: "keyphrases") {
            try SpottingDecoder(model: model, dictionary: dictionary, phrases: phrases)
        }
    }

    /// The next 8,000 Hz mono samples of the line, without gaps. Returns the phrases that are complete since the last time, in the order
    /// in which they were said; a phrase comes about 0.2 s after its last sound.
    package func hear(_ samples: [Int16]) async throws -> [String] {
        try await thread.run { try $0.hear(samples) }
    }

    /// The power of ten that weighs "these sounds" against "any sounds". A compromise: of 48 phrases said by three flite voices, two a sound
    /// missed 11 and imagined 5; three missed 6 and imagined 10. The same sentences were used to choose and to count.
    static func strictness(sounds: Int) -> Int { min(50, max(5, sounds * 2)) }
}

/// The decoder's state. Lives on one thread.
private final class SpottingDecoder {
    /// After this many frames of speech, 10 ms each, the next silence begins a new utterance: what was found is kept for as long as one
    /// lasts.
    private static let longestUtterance = 3000

    /// The mean cepstrum of flite's voices over the telephone band. The model's own is that of wide-band speech, and the first three
    /// seconds of a line would be spent unlearning it.
    private static let telephoneBand: [mfcc_t] = [
        44.1, 32.3, -25.7, 49.1, -15.2, -3, 19.4, -28.7, 13.8, -7.4, -1.8, 17.2, -11.7,
    ]

    private let decoder: OpaquePointer
    private var upsampler = Resampler(from: 8000, to: 16_000)
    /// How often each phrase was found in this utterance.
    private var found: [String: Int] = [:]
    private var frames: Int32 = 0

    init(model: String, dictionary: String, phrases: String) throws(RecognitionError) {
        DecoderLog.off
        guard let decoder = cps_spotter_new(model, dictionary, phrases, Self.telephoneBand) else {
            throw .modelUnreadable(model)
        }
        self.decoder = decoder
        // On a throw from here on, `deinit` frees the decoder: every property has its value.
        guard ps_start_utt(decoder) == 0 else { throw .decoderFailed("begin to listen for phrases") }
    }

    deinit {
        ps_free(decoder)
    }

    func hear(_ samples: [Int16]) throws(RecognitionError) -> [String] {
        let wide = upsampler.process(samples)
        let count = ps_process_raw(decoder, wide, wide.count, 0, 0)
        guard count >= 0 else { throw .decoderFailed("listen for phrases") }
        frames += count
        let phrases = newPhrases()
        if frames >= Self.longestUtterance, ps_get_in_speech(decoder) == 0 {
            guard ps_end_utt(decoder) == 0, ps_start_utt(decoder) == 0 else { throw .decoderFailed("go on listening") }
            frames = 0
            found = [:]
        }
        return phrases
    }

    /// The library lists everything found since the utterance began, the latest first. Places in time cannot tell old from new: they move
    /// with every silence that is left out.
    private func newPhrases() -> [String] {
        var listed: [String] = []
        var segment = ps_seg_iter(decoder)
        while let current = segment {
            listed.append(String(cString: ps_seg_word(current)).trimmed)
            segment = ps_seg_next(current)
        }
        var counts: [String: Int] = [:]
        var new: [String] = []
        for phrase in listed.reversed() {
            counts[phrase, default: 0] += 1
            if counts[phrase, default: 0] > found[phrase, default: 0] { new.append(phrase) }
        }
        // A phrase that is just being found better is left out of the list for a moment.
        found.merge(counts) { max($0, $1) }
        return new
    }
}
