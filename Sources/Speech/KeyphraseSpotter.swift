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

    /// The power of ten that weighs "these sounds" against "any sounds". Two a sound finds most with flite's voices over the telephone band;
    /// three finds phrases where they are not.
    static func strictness(sounds: Int) -> Int { min(50, max(5, sounds * 2)) }
}

/// The decoder's state. Lives on one thread.
private final class SpottingDecoder {
    /// After this many frames of 10 ms the utterance is begun anew: what was found is kept for as long as one lasts.
    private static let longestUtterance = 3000

    /// The mean cepstrum of flite's voices over the telephone band. The model's own is that of wide-band speech, and the first three
    /// seconds of a line would be spent unlearning it.
    private static let telephoneBand: [mfcc_t] = [
        44.1, 32.3, -25.7, 49.1, -15.2, -3, 19.4, -28.7, 13.8, -7.4, -1.8, 17.2, -11.7,
    ]

    private let decoder: OpaquePointer
    private var upsampler = Resampler(from: 8000, to: 16_000)
    /// The frame in which the last occurrence of a phrase ended: one that overlaps it is the same, found better.
    private var ends: [String: Int32] = [:]
    private var frames: Int32 = 0

    init(model: String, dictionary: String, phrases: String) throws(RecognitionError) {
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
        let found = newPhrases()
        if frames >= Self.longestUtterance {
            guard ps_end_utt(decoder) == 0, ps_start_utt(decoder) == 0 else { throw .decoderFailed("go on listening") }
            frames = 0
            ends = [:]
        }
        return found
    }

    private func newPhrases() -> [String] {
        var found: [(phrase: String, end: Int32)] = []
        var segment = ps_seg_iter(decoder)
        while let current = segment {
            var start: Int32 = 0
            var end: Int32 = 0
            ps_seg_frames(current, &start, &end)
            let phrase = String(cString: ps_seg_word(current)).trimmed
            if start > ends[phrase] ?? -1 { found.append((phrase, end)) }
            segment = ps_seg_next(current)
        }
        for (phrase, end) in found { ends[phrase] = max(end, ends[phrase] ?? -1) }
        return found.sorted { $0.end < $1.end }.map(\.phrase)
    }
}
