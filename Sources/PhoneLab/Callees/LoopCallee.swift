/// Plays one sound over and over, and listens to nothing.
package struct LoopCallee: Callee {
    /// What is kept queued, in samples: 2 s, so that a busy machine does not tear it.
    private static let reserve = 16_000

    private let sound: [Int16]
    private let name: String
    private var isNamed = false

    package init(_ loop: LoopSound) {
        sound = loop.samples
        name = loop.name
    }

    package var hearing: Hearing { .nothing }

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        let backlog = if case .tick(let tick) = event { tick.backlog } else { 0 }
        if case .key = event { return [] }
        guard !sound.isEmpty, backlog < Self.reserve else { return [] }
        let repeats = (Self.reserve - backlog + sound.count - 1) / sound.count
        defer { isNamed = true }
        return (0..<repeats).map { index in
            .play(sound, name: !isNamed && index == 0 ? name : nil)
        }
    }
}

/// A sound whose end joins its beginning.
package struct LoopSound: Sendable {
    package let name: String
    package let samples: [Int16]

    /// So much of it, in ms.
    package func samples(lasting time: Int) -> [Int16] {
        (0..<time * 8).map { samples[$0 % samples.count] }
    }

    /// 440 Hz at −20 dB of full scale. A second holds whole periods.
    package static let tone = LoopSound(name: "tone", samples: LabSound.tone([440], milliseconds: 1000, level: -20))

    /// Eight notes of a slow arpeggio, 400 ms each, two voices.
    package static let holdMusic = LoopSound(
        name: "hold music",
        samples: [(262.0, 659.0), (330, 784), (392, 659), (523, 784), (440, 698), (349, 523), (392, 587), (494, 784)]
            .flatMap { LabSound.note([$0.0, $0.1], milliseconds: 400, level: -20) }
    )
}
