/// What the caller hears besides the callee.
package enum Ambience: Sendable, Hashable {
    case none
    /// The caller itself, 200 ms later and 20 dB quieter: a bad hybrid, or a speakerphone.
    case echo
    /// A room: low noise at −46 dB of full scale.
    case noise
}

/// An ambience as it is on one line: given what the caller says, it makes as much background.
struct AmbientSound: Sendable {
    private static let echoDelay = 1600
    private static let echoGain: Float = 0.1

    private let kind: Ambience
    private var random: SplitMix64
    private var delayed = [Int16](repeating: 0, count: AmbientSound.echoDelay)
    private var lowPassed: Float = 0

    init(_ kind: Ambience, random: SplitMix64) {
        self.kind = kind
        self.random = random
    }

    mutating func next(hearing samples: [Int16]) -> [Int16] {
        switch kind {
        case .none: return [Int16](repeating: 0, count: samples.count)
        case .echo:
            delayed += samples
            let echo = delayed.prefix(samples.count).map { Int16(Float($0) * Self.echoGain) }
            delayed.removeFirst(samples.count)
            return echo
        case .noise:
            return samples.map { _ in
                lowPassed = 0.8 * lowPassed + 0.2 * Float.random(in: -800...800, using: &random)
                return Int16(lowPassed)
            }
        }
    }
}
