import Calls

/// The tones of telephone networks that are no beep (ITU-T E.180 supplement 2, Q.23, T.30), by their frequencies in Hz.
enum NetworkTones {
    /// What a pair of tones is, if it is one of a network's or a keypad's. Nil: a beep may sound like that.
    static func kind(of first: Double, and second: Double) -> HeardTone.Kind? {
        let (low, high) = (min(first, second), max(first, second))
        if near(low, 350), near(high, 440) { return .dialTone }
        if near(low, 440), near(high, 480) { return .ringback }
        if near(low, 480), near(high, 620) { return .busy }
        let isRow = [697.0, 770, 852, 941].contains { abs(low - $0) < 0.03 * $0 }
        let isColumn = [1_209.0, 1_336, 1_477, 1_633].contains { abs(high - $0) < 0.03 * $0 }
        return isRow && isColumn ? .key : nil
    }

    /// Whether these are, one after the other, the three special information tones.
    private static func isSpecialInformation(_ frequencies: [Double]) -> Bool {
        guard frequencies.count >= 2 else { return false }
        return zip(frequencies, [880.0...1_020, 1_340...1_460, 1_740...1_820]).allSatisfy { $1.contains($0) }
    }

    /// Which of the three it was: their second tone tells a bad number from a busy network.
    static func specialInformation(_ frequencies: [Double]) -> HeardTone.Kind? {
        guard isSpecialInformation(frequencies) else { return nil }
        return frequencies[1] > noCircuit ? .noCircuit : .specialInformation
    }

    /// Halfway from the tone of networks outside North America, 1,400 Hz, to 1,428.5.
    private static let noCircuit = 1_414.0

    /// Where a calling fax's tone lies.
    static let faxCalling = 1_062.0...1_138
    /// Where an answering fax's or modem's tone lies.
    static let faxAnswering = 2_080.0...2_120
    /// Where the one tone of European networks lies that is ringback, busy or dial tone by its rhythm.
    static let european = 415.0...435

    private static func near(_ frequency: Double, _ other: Double) -> Bool { abs(frequency - other) < 15 }
}
