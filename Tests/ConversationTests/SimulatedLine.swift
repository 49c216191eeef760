import Audio
import Conversation
import Synchronization
import Telephony

/// A line whose clock moves only when the conversation asks for the next tick, so that a test of minutes takes milliseconds and always
/// goes the same way.
///
/// The callee follows cues; what they say is mixed into the line where the clock is when the cue comes.
final class SimulatedLine: LegAudio {
    enum Moment {
        /// Ms after the answer.
        case at(Int)
        /// Ms of the agent being silent, after it has spoken since the last cue.
        case agentSilent(Int)
        /// Ms of the agent speaking without a pause, since the last cue.
        case agentSpeaking(Int)
    }

    enum Deed {
        case say([Int16])
        case press(Character)
        case tell(ConversationCommand)
        case hangUp
        case run(@Sendable () -> Void)
    }

    struct Cue {
        var moment: Moment
        var deed: Deed
    }

    struct Echo {
        /// Linear.
        var gain: Float
        /// Samples.
        var delay: Int
    }

    private struct State {
        var cues: [Cue]
        var position = 0
        var queue: [Int16] = []
        var queued: Int64 = 0
        var gain: Float = 1
        var speakingFor = 0
        var silentFor = 0
        var hasSpoken = false
        var callee: [Int16] = []
        var isDown = false
        var sent: [Int16] = []
        var stops: [Int] = []
        var gains: [(position: Int, gain: Float)] = []
        var cuePositions: [Int] = []
        var noise = SystemNoise()
    }

    let keypad = HandOver<Character>()
    let commands = HandOver<ConversationCommand>()
    private let echo: Echo?
    /// Done before the clock goes on, with how many ms it shows.
    private let beforeTick: (@Sendable (Int) async -> Void)?
    private let state: Mutex<State>
    /// Nobody needs longer: ends tests that would go on for ever.
    private static let longest = 8000 * 240

    init(cues: [Cue] = [], echo: Echo? = nil, beforeTick: (@Sendable (Int) async -> Void)? = nil) {
        self.echo = echo
        self.beforeTick = beforeTick
        state = Mutex(State(cues: cues))
    }

    /// What the agent sent, from the answer on.
    var sent: [Int16] { state.withLock(\.sent) }
    /// Where on the recording the agent was stopped, in ms.
    var stops: [Int] { state.withLock { $0.stops.map { $0 / 8 } } }
    /// Every change of loudness: ms and gain.
    var gains: [(position: Int, gain: Float)] { state.withLock { $0.gains.map { ($0.position / 8, $0.gain) } } }
    /// When each cue came, in ms.
    var cuePositions: [Int] { state.withLock { $0.cuePositions.map { $0 / 8 } } }
    /// Ms since the answer.
    var duration: Int { state.withLock { $0.position / 8 } }

    var isHungUp: Bool { state.withLock(\.isDown) }

    var ticks: AsyncStream<AudioTick> {
        AsyncStream { await self.next() }
    }

    @discardableResult
    func play(_ samples: [Int16]) -> Range<Int64> {
        state.withLock { state in
            let start = state.queued
            state.queue += samples
            state.queued += Int64(samples.count)
            return start..<state.queued
        }
    }

    @discardableResult
    func stopPlaying() -> Int64 {
        state.withLock { state in
            let reached = state.queued - Int64(state.queue.count)
            state.queue = []
            state.stops.append(state.position)
            return reached
        }
    }

    func setGain(_ gain: Float) {
        state.withLock { state in
            if gain != state.gain { state.gains.append((state.position, gain)) }
            state.gain = gain
        }
    }

    /// Nobody listens to a simulated line.
    func listen(_ listener: AsyncStream<LegSound>.Continuation) { listener.finish() }

    private func next() async -> AudioTick? {
        if Task.isCancelled { return nil }
        await beforeTick?(state.withLock(\.position) / 8)
        for deed in state.withLock({ Self.due(&$0) }) {
            switch deed {
            case .say(let samples): state.withLock { $0.callee += samples }
            case .press(let key): await keypad.give(key)
            case .tell(let command): await commands.give(command)
            case .hangUp: state.withLock { $0.isDown = true }
            case .run(let action): action()
            }
        }
        return state.withLock { $0.isDown || $0.position > Self.longest ? nil : advance(&$0) }
    }

    private static func due(_ state: inout State) -> [Deed] {
        guard let cue = state.cues.first, state.callee.isEmpty else { return [] }
        let isDue =
            switch cue.moment {
            case .at(let time): state.position >= time * 8
            case .agentSilent(let time): state.hasSpoken && state.silentFor >= time * 8
            case .agentSpeaking(let time): state.speakingFor >= time * 8
            }
        guard isDue else { return [] }
        state.cues.removeFirst()
        state.cuePositions.append(state.position)
        state.hasSpoken = false
        state.speakingFor = 0
        return [cue.deed]
    }

    private func advance(_ state: inout State) -> AudioTick {
        let gain = state.gain
        let out = gain > 0 ? state.queue.prefix(160).map { Int16(Float($0) * gain) } : []
        state.queue.removeFirst(out.count)
        state.sent += out + [Int16](repeating: 0, count: 160 - out.count)
        if out.isEmpty {
            state.silentFor += 160
            state.speakingFor = 0
        } else {
            state.hasSpoken = true
            state.silentFor = 0
            state.speakingFor += 160
        }
        var heard = (0..<160).map { _ in state.noise.next() }
        let voice = state.callee.prefix(160)
        state.callee.removeFirst(voice.count)
        for (index, sample) in voice.enumerated() { heard[index] += Int(sample) }
        if let echo {
            for index in heard.indices {
                let source = state.position + index - echo.delay
                if source >= 0 { heard[index] += Int(Float(state.sent[source]) * echo.gain) }
            }
        }
        let tick = AudioTick(
            samples: G711.decode(G711.encode(heard.map { Int16(clamping: $0) }, as: .mu), as: .mu),
            position: Int64(state.position),
            played: state.queued - Int64(state.queue.count),
            isIdle: state.queue.isEmpty
        )
        state.position += 160
        return tick
    }
}

/// The hiss of a quiet line, always the same.
struct SystemNoise {
    private var seed: UInt64 = 1

    mutating func next() -> Int {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(seed >> 60) - 8
    }
}

/// What is handed over before the clock goes on.
final class HandOver<Element: Sendable>: Sendable {
    private struct State {
        var taker: CheckedContinuation<Element?, Never>?
        var giver: CheckedContinuation<Void, Never>?
        var isOver = false
    }

    private let state = Mutex(State())

    /// For one taker.
    var stream: AsyncStream<Element> {
        AsyncStream {
            await self.next()
        } onCancel: {
            self.close()
        }
    }

    /// Returns when the taker has done with it, which is when it asks for the next one.
    func give(_ element: Element) async {
        await takerIsWaiting()
        let taker = state.withLock { state in
            defer { state.taker = nil }
            return state.taker
        }
        taker?.resume(returning: element)
        await takerIsWaiting()
    }

    private func next() async -> Element? {
        await withCheckedContinuation { continuation in
            let (giver, isOver) = state.withLock { state in
                if !state.isOver { state.taker = continuation }
                defer { state.giver = nil }
                return (state.giver, state.isOver)
            }
            giver?.resume()
            if isOver { continuation.resume(returning: nil) }
        }
    }

    private func takerIsWaiting() async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.taker != nil || state.isOver { return true }
                state.giver = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    private func close() {
        let (taker, giver) = state.withLock { state in
            state.isOver = true
            defer { (state.taker, state.giver) = (nil, nil) }
            return (state.taker, state.giver)
        }
        taker?.resume(returning: nil)
        giver?.resume()
    }
}
