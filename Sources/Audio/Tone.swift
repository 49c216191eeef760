import Glibc

/// Sums of sine waves, at 8 kHz: what a telephone network says without words.
package enum Tone {
    /// North American ringback, one ring of it. Two seconds of this, four of silence.
    package static let ringback = [440.0, 480.0]
    /// North American busy and reorder tone: half a second of this, half of silence; reorder is twice as fast.
    package static let busy = [480.0, 620.0]
    /// What an answering machine invites to speak with.
    package static let beep = [1_000.0]

    /// A keypad digit's two frequencies (ITU-T Q.23). Nil for anything but `0`–`9`, `*`, `#`, `A`–`D`.
    package static func frequencies(of digit: Character) -> [Double]? {
        let keypad = ["123A", "456B", "789C", "*0#D"]
        let rows = [697.0, 770.0, 852.0, 941.0]
        let columns = [1_209.0, 1_336.0, 1_477.0, 1_633.0]
        for (row, keys) in zip(rows, keypad) {
            for (column, key) in zip(columns, keys) where key == digit {
                return [row, column]
            }
        }
        return nil
    }

    /// The sum of sines at these frequencies (Hz), equally loud. `level` is the RMS of the whole in dB below full scale; above −6 the sum
    /// of two may clip.
    package static func samples(frequencies: [Double], milliseconds: Int, level: Double = -15) -> [Int16] {
        let count = max(0, milliseconds) * 8
        guard !frequencies.isEmpty else { return [Int16](repeating: 0, count: count) }
        let amplitude = pow(10, level / 20) * 32_768 * (2 / Double(frequencies.count)).squareRoot()
        let steps = frequencies.map { 2 * Double.pi * $0 / 8_000 }
        return (0..<count).map { index in
            let sum = steps.reduce(0.0) { $0 + sin($1 * Double(index)) }
            return Int16(max(-32_767, min(32_767, (amplitude * sum).rounded())))
        }
    }
}
