/// Plays the same sounds and sentences so many times, whatever the caller does, and hangs up.
package struct Announcement: Callee {
    package enum Part: Sendable, Hashable {
        case sound([Int16], name: String)
        case words(SpokenLine)
        /// In ms.
        case pause(Int)
    }

    private let parts: [Part]
    private var left: Int

    package init(_ parts: [Part], times: Int) {
        self.parts = parts
        left = times
    }

    package var hearing: Hearing { .nothing }

    package var lines: [SpokenLine] {
        parts.compactMap { if case .words(let line) = $0 { line } else { nil } }
    }

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        switch event {
        case .answered: return recite()
        case .tick(let tick) where !tick.isTalking: return left > 0 ? recite() : [.hangUp]
        case .tick, .key: return []
        }
    }

    private mutating func recite() -> [LineAction] {
        left -= 1
        return parts.map { part in
            switch part {
            case .sound(let samples, let name): .play(samples, name: name)
            case .words(let line): .say(line)
            case .pause(let length): .play(LabSound.silence(milliseconds: length), name: nil)
            }
        }
    }
}
