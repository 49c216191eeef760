import PhoneLab

/// A tone that comes and goes as speech does: 400 ms of it, 100 ms of silence. One that never pauses is the line's own noise to whoever listens.
enum Syllables {
    /// Ends with sound. `frequencies` in Hz, `level` in dB below full scale.
    static func of(_ frequencies: [Double], milliseconds: Int, level: Double) -> [Int16] {
        let syllable = LabSound.tone(frequencies, milliseconds: 400, level: level) + LabSound.silence(milliseconds: 100)
        return (0..<milliseconds * 8).map { syllable[$0 % syllable.count] }
    }
}
