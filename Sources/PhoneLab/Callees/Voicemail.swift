/// A mailbox: greets, beeps, takes a message, and hangs up when the message is long or silence lasts.
package struct Voicemail: Callee {
    /// 1000 Hz for 400 ms.
    package static let beep = LabSound.tone([1000], milliseconds: 400, level: -12)
    /// Between the greeting and the beep, in ms.
    private static let gap = 500
    /// Silence that ends a message, in ms.
    private static let longestSilence = 10_000

    private enum State {
        case greeting
        case gap(left: Int)
        case beeping
        case recording(left: Int)
        case over
    }

    private let greeting: [SpokenLine]
    private let beep: [Int16]?
    private let longestMessage: Int
    private var state = State.greeting
    private var silence = 0

    /// `longestMessage` is in ms. 0: no message is taken.
    package init(greeting: [SpokenLine], beep: [Int16]? = Voicemail.beep, longestMessage: Int = 120_000) {
        self.greeting = greeting
        self.beep = beep
        self.longestMessage = longestMessage
    }

    package var lines: [SpokenLine] { greeting }

    /// Whether the beep is over and what the caller says is kept.
    package var isRecording: Bool { if case .recording = state { true } else { false } }

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        switch event {
        case .answered: greeting.map(LineAction.say)
        case .tick(let tick): pass(tick)
        case .key: []
        }
    }

    private mutating func pass(_ tick: LineTick) -> [LineAction] {
        switch state {
        case .greeting where !tick.isTalking:
            state = .gap(left: Self.gap)
        case .gap(let left) where left > tick.duration:
            state = .gap(left: left - tick.duration)
        case .gap:
            guard let beep else {
                state = .recording(left: longestMessage)
                return []
            }
            state = .beeping
            return [.play(beep, name: "beep")]
        case .beeping where !tick.isTalking:
            state = .recording(left: longestMessage)
        case .recording(let left):
            silence = tick.isSpeech ? 0 : silence + tick.duration
            if left <= 0 || silence >= Self.longestSilence {
                state = .over
                return [.hangUp]
            }
            state = .recording(left: left - tick.duration)
        case .greeting, .beeping, .over: break
        }
        return []
    }
}
