/// Hears music on hold: tones that stay where they are, one after the other, for longer than a voice holds them.
///
/// A tone is steady if it is among the two strongest of each 20 ms and is where it began for 140 ms and longer: pitch wanders in voices. More than a third
/// of six seconds being steady is music; of no voice that was tried it was more than 1.7 s. Music that is nearly all drums may not be known.
package struct MusicDetector: Sendable {
    package enum Change: Sendable, Hashable {
        /// Music plays since so many ms ago.
        case began(ago: Int)
        /// The last of it was heard so many ms ago.
        case ended(ago: Int)
    }

    private struct Tone {
        /// Where it began, in Hz.
        var frequency: Double
        /// For how many frames it has stayed.
        var age: Int
    }

    // In frames of 20 ms.
    private static let window = 300
    private static let enough = 110
    private static let shortestTone = 7
    /// It has ended when no more of so much was steady than one vowel is.
    private static let ending = 100
    private static let rest = 10
    /// What is steady later than this in it is such a vowel.
    private static let fading = 25
    /// Pauses between tones are shorter.
    private static let longestPause = 25
    /// In dB of full scale.
    private static let quietest = -50.0

    package private(set) var isPlaying = false
    private var ear = ToneEar()
    private var tones: [Tone] = []
    /// Of the last frames, the newest last.
    private var steady: [Bool] = []
    /// How many of `steady` are.
    private var count = 0
    /// Since it began to play.
    private var frames = 0
    /// How much of all that was heard so far was steady, in ms.
    private(set) var steadiness = 0

    package init() {}

    /// The next 20 ms, at 8,000 Hz. Returns what is known now that was not before. Some 10 µs.
    package mutating func hear(_ samples: ArraySlice<Int16>) -> Change? {
        hear(ear.hear(samples))
    }

    /// The same, of a frame that was taken apart already.
    mutating func hear(_ frame: ToneFrame) -> Change? {
        follow(frame)
        guard isPlaying else {
            guard count >= Self.enough else { return nil }
            isPlaying = true
            frames = 0
            return .began(ago: 20 * beginning)
        }
        frames += 1
        guard frames >= Self.ending, steady.suffix(Self.ending).count(where: \.self) <= Self.rest else { return nil }
        isPlaying = false
        let fading = steady.suffix(Self.ending).prefix(Self.fading)
        let played = fading.lastIndex(of: true).map { $0 - fading.startIndex + 1 } ?? 0
        // What was steady may go on in a voice: it is not to be taken for music again.
        forget()
        return .ended(ago: 20 * (Self.ending - played))
    }

    private mutating func follow(_ frame: ToneFrame) {
        var now: [Tone] = []
        if frame.level > Self.quietest {
            for frequency in [frame.frequency, frame.second] {
                let drift = min(15, max(5, 0.015 * frequency))
                let known = tones.filter { abs($0.frequency - frequency) <= drift }.max { $0.age < $1.age }
                now.append(Tone(frequency: known?.frequency ?? frequency, age: (known?.age ?? 0) + 1))
            }
        }
        tones = now
        let age = now.map(\.age).max() ?? 0
        note(age > Self.shortestTone)
        // It takes a moment to know that a tone stays.
        if age == Self.shortestTone {
            for index in steady.indices.suffix(Self.shortestTone) where !steady[index] {
                steady[index] = true
                count += 1
                steadiness += 20
            }
        }
    }

    private mutating func note(_ isSteady: Bool) {
        steady.append(isSteady)
        count += isSteady ? 1 : 0
        steadiness += isSteady ? 20 : 0
        guard steady.count > Self.window else { return }
        count -= steady.removeFirst() ? 1 : 0
    }

    private mutating func forget() {
        steady = []
        count = 0
        tones = []
    }

    /// How many frames ago the tones began that have followed one another until now.
    private var beginning: Int {
        var (place, pause) = (0, 0)
        for (index, isSteady) in steady.reversed().enumerated() {
            pause = isSteady ? 0 : pause + 1
            guard pause <= Self.longestPause else { break }
            if isSteady { place = index + 1 }
        }
        return place
    }
}
