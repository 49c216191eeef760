import Audio
import CFlite
import Glibc
import Synchronization

/// The embedded voice: CMU flite, in the process.
///
/// A sentence of three seconds takes about 0.1 s of one core with `slt`, `rms` and `awb` (16 kHz inside), and 0.01 s with `kal` (8 kHz).
/// Calls may be made from anywhere and at the same time.
package struct FliteSynthesizer: Sendable {
    /// `slt` is a woman, `rms`, `awb` and `kal` are men.
    package static let voices: [String] = Name.allCases.map(\.rawValue)

    private let threads: [OwnThread<FliteVoices>]
    /// What flite's noise begins with in every sentence. Nil: it goes on where it was.
    private let seed: UInt32?

    /// `isRepeatable`: the same words are the same samples, in this process and in the next one. One sentence is rendered at a time then, and nothing
    /// else in the process may draw from the C library's random numbers meanwhile.
    package init(isRepeatable: Bool = false) throws {
        guard !isRepeatable else {
            seed = 1
            threads = [try OwnThread(label: "flite") { try FliteVoices() }]
            return
        }
        seed = nil
        threads = try Self.shared.withLock { shared in
            if shared.isEmpty {
                shared = try (1...2).map { number in
                    try OwnThread(label: "flite-\(number)") { try FliteVoices() }
                }
            }
            return shared
        }
    }

    /// One set of threads for the process: the libraries keep the voices' data once anyway.
    private static let shared = Mutex<[OwnThread<FliteVoices>]>([])

    /// `text` as 8,000 Hz mono samples, sentence by sentence, its loudest sample at −4 dB of full scale.
    ///
    /// Numbers, times, money and dates are spoken as `SpokenText` writes them out. Text without a word in it is no samples.
    package func render(_ text: String, voice: String) async throws -> [Int16] {
        guard let name = Name(rawValue: voice) else { throw SynthesisError.unknownVoice(voice) }
        var samples: [Int16] = []
        for sentence in SpokenText.sentences(of: text) {
            try Task.checkCancellation()
            guard let thread = threads.min(by: { $0.load < $1.load }) else { break }
            samples += try await thread.run { [seed] in try $0.speak(sentence, name, seed: seed) }
        }
        return Self.levelled(samples)
    }

    private static func levelled(_ samples: [Int16]) -> [Int16] {
        let peak = samples.reduce(0) { max($0, abs(Int($1))) }
        guard peak > 0 else { return [] }
        let gain = Float(Int16.max) * 0.63 / Float(peak)
        return samples.map { Int16((Float($0) * gain).rounded()) }
    }

    enum Name: String, CaseIterable {
        case slt
        case rms
        case awb
        case kal
    }
}

/// Why nothing was spoken.
package enum SynthesisError: Error, Sendable, Hashable {
    case unknownVoice(String)
    /// flite could not set the voice up.
    case voiceUnavailable(String)
    /// flite gave no audio for a sentence.
    case failed
}

/// flite's voices as one thread sees them. Never shared: flite counts references without atomic instructions.
private final class FliteVoices {
    private var voices: [FliteSynthesizer.Name: UnsafeMutablePointer<cst_voice>] = [:]

    init() throws {
        try Self.registration.withLock { isInitialized in
            if !isInitialized {
                flite_init()
                isInitialized = true
            }
            for name in FliteSynthesizer.Name.allCases {
                guard let voice = cflite_voice_new(name.library) else {
                    throw SynthesisError.voiceUnavailable(name.rawValue)
                }
                voices[name] = voice
            }
        }
    }

    /// Registration writes the libraries' globals: one thread at a time. True once flite was initialised.
    private static let registration = Mutex(false)

    /// One sentence at 8,000 Hz, the silence around it cut to `margin`.
    func speak(_ sentence: String, _ name: FliteSynthesizer.Name, seed: UInt32?) throws -> [Int16] {
        if let seed { srand(seed) }
        guard let voice = voices[name], let wave = flite_text_to_wave(sentence, voice) else {
            throw SynthesisError.failed
        }
        defer { delete_wave(wave) }
        guard let samples = wave.pointee.samples, wave.pointee.num_samples > 0 else { throw SynthesisError.failed }
        let all = UnsafeBufferPointer(start: samples, count: Int(wave.pointee.num_samples))
        let rate = Int(wave.pointee.sample_rate)
        return Resampler.convert(Array(all[audible(all, rate: rate)]), from: rate, to: 8000)
    }

    /// The part that is not silence, with 20 ms kept in front and 180 ms behind: flite puts a fifth of a second of nothing in front of
    /// every sentence, which would be heard as hesitation.
    private func audible(_ samples: UnsafeBufferPointer<Int16>, rate: Int) -> Range<Int> {
        let peak = samples.reduce(0) { max($0, abs(Int($1))) }
        let floor = peak / 64
        guard peak > 0, let first = samples.firstIndex(where: { abs(Int($0)) > floor }),
            let last = samples.lastIndex(where: { abs(Int($0)) > floor })
        else {
            return 0..<0
        }
        return max(0, first - rate / 50)..<min(samples.count, last + rate * 9 / 50)
    }
}

extension FliteSynthesizer.Name {
    fileprivate var library: cflite_voice_name {
        switch self {
        case .slt: CFLITE_SLT
        case .rms: CFLITE_RMS
        case .awb: CFLITE_AWB
        case .kal: CFLITE_KAL
        }
    }
}
