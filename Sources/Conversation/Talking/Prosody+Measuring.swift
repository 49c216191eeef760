import Audio

extension Prosody {
    /// Measures the end of `speech`, at 8,000 Hz, whose last sample is the last of the voice.
    init(_ speech: ArraySlice<Int16>) {
        let frames = stride(from: speech.startIndex, to: speech.endIndex - 159, by: 160).map {
            Level.decibels(speech[$0..<($0 + 160)])
        }
        // 120 ms against the half second before, its pauses not counted.
        let before = frames.dropLast(6).suffix(25).filter { $0 > -45 }
        if frames.count >= 12, before.count >= 5 {
            let end = frames.suffix(6)
            fall = before.reduce(0, +) / Double(before.count) - end.reduce(0, +) / Double(end.count)
        }
        let pitches = Pitch.track(speech.suffix(5600))
        let last = Self.median(pitches.suffix(10).compactMap(\.self))
        let usual = Self.median(pitches.dropLast(10).compactMap(\.self))
        if let last, let usual { glide = Pitch.semitones(from: usual, to: last) }
    }

    private static func median(_ values: [Double]) -> Double? {
        values.count >= 3 ? values.sorted()[values.count / 2] : nil
    }
}
