import Synchronization

/// One utterance being heard. Dropped without `finish`, it is given up.
///
/// Audio is kept until the utterance is over and decoded then: the channel's mean is taken from the whole utterance, which on a
/// telephone line finds twice as many answers as a running estimate does. One second takes about 90 ms.
package final class GrammarUtterance: Sendable {
    private let grammar: Grammar
    private let decoders: [OwnThread<Decoder>]
    private let audio = Mutex<[Int16]>([])

    /// What is longer than 20 s is no answer; only its beginning is kept.
    private static let longest = 160_000

    init(grammar: Grammar, decoders: [OwnThread<Decoder>]) {
        self.grammar = grammar
        self.decoders = decoders
    }

    /// 8,000 Hz mono samples, in order. Returns at once.
    package func hear(_ samples: [Int16]) {
        audio.withLock { audio in
            guard audio.count < Self.longest else { return }
            audio += samples
        }
    }

    /// The utterance is over: what was it? Without any speech it was nothing.
    package func finish() async throws -> GrammarResult {
        let samples = audio.withLock { audio in
            defer { audio = [] }
            return audio
        }
        let speech = LineConditioning.prepare(samples)
        guard !speech.isEmpty, let thread = decoders.min(by: { $0.load < $1.load }) else { return .nothing }
        let grammar = grammar
        let (reading, phones) = try await thread.run { try $0.decode(speech, with: grammar) }
        return Rejection.judge(reading, against: phones, in: grammar)
    }
}
