/// Silence in which neither side is heard for longer than people pause when they talk. Times in ms.
package struct DeadAir: Sendable, Hashable, Codable {
    /// Anything shorter is a pause.
    package static let shortest = 2000

    /// Of all of it together.
    package var total = 0
    package var longest = 0

    /// What is left of a call of `duration` when everybody's words are taken away.
    package init(in transcript: [TranscriptEntry], duration: Int) {
        var heardUntil = 0
        let stretches = transcript.map { (start: $0.start, end: $0.end) } + [(start: duration, end: duration)]
        for stretch in stretches.sorted(by: { $0.start < $1.start }) {
            let silence = min(stretch.start, duration) - heardUntil
            if silence >= Self.shortest {
                total += silence
                longest = max(longest, silence)
            }
            heardUntil = max(heardUntil, stretch.end)
        }
    }
}
