import Audio
import Synchronization
package import Telephony

/// A line without a telephone: at its other end is what a callee once said. Its clock goes on when the conversation asks for the next tick and
/// nothing is under way beside it, so that a call of minutes takes seconds, and the same agent has the same call every time.
package final class RecordedLine: LegAudio {
    private struct State {
        var next = 0
        /// What is being said of a stretch, and how far.
        var saying: [Int16] = []
        var said = 0
        var position = 0
        var queue: [Int16] = []
        var taken = 0
        var queued: Int64 = 0
        var gain: Float = 1
        /// In samples.
        var agentSpeaking = 0
        var agentSilent = 0
        var calleeSilent = 0
        var agentHasSpoken = false
        var isHungUp = false
    }

    private static let frame = 160
    /// Of the line, ms after which a callee who has nothing left to say is gone, the agent being silent.
    private static let patience = 30_000

    private let callee: RecordedCallee
    private let works: WorkCount
    /// In samples: no call is longer.
    private let longest: Int
    private let state = Mutex(State())

    /// `works` is that of the conversation's brief. `longest` is in s.
    package init(callee: RecordedCallee, works: WorkCount, longest: Int) {
        self.callee = callee
        self.works = works
        self.longest = longest * 8000
    }

    /// How long it has lasted, in ms.
    package var duration: Int { state.withLock { $0.position / 8 } }

    package var ticks: AsyncStream<AudioTick> { AsyncStream { await self.next() } }

    @discardableResult
    package func play(_ samples: [Int16]) -> Range<Int64> {
        state.withLock { state in
            let start = state.queued
            state.queue.append(contentsOf: samples)
            state.queued += Int64(samples.count)
            return start..<state.queued
        }
    }

    @discardableResult
    package func stopPlaying() -> Int64 {
        state.withLock { state in
            let reached = state.queued - Int64(state.queue.count - state.taken)
            (state.queue, state.taken) = ([], 0)
            return reached
        }
    }

    package var isHungUp: Bool { state.withLock { $0.isHungUp } }

    package func setGain(_ gain: Float) { state.withLock { $0.gain = gain } }

    /// Nobody listens in.
    package func listen(_ listener: AsyncStream<LegSound>.Continuation) { listener.finish() }

    private func next() async -> AudioTick? {
        await works.settled()
        guard !Task.isCancelled else { return nil }
        return state.withLock { tick(&$0) }
    }

    /// Nil: the callee has hung up.
    private func tick(_ state: inout State) -> AudioTick? {
        guard state.position < longest, !isGone(state) else { return nil }
        if state.said == state.saying.count {
            (state.saying, state.said) = ([], 0)
            if state.next < callee.stretches.count {
                if isDue(callee.stretches[state.next].moment, state) { begin(&state) }
            } else if let hangUp = callee.hangUp, isDue(hangUp, state) {
                state.isHungUp = true
                return nil
            }
        }
        let isPlaying = play(&state)
        var samples = Array(state.saying[state.said..<min(state.saying.count, state.said + Self.frame)])
        state.said += samples.count
        state.calleeSilent = samples.isEmpty ? state.calleeSilent + Self.frame : 0
        samples += [Int16](repeating: 0, count: Self.frame - samples.count)
        state.agentSpeaking = isPlaying ? state.agentSpeaking + Self.frame : 0
        state.agentSilent = isPlaying ? 0 : state.agentSilent + Self.frame
        state.agentHasSpoken = state.agentHasSpoken || isPlaying
        defer { state.position += Self.frame }
        return AudioTick(
            samples: samples,
            position: Int64(state.position),
            played: state.queued - Int64(state.queue.count - state.taken),
            isIdle: state.taken == state.queue.count
        )
    }

    private func begin(_ state: inout State) {
        state.saying = callee.stretches[state.next].samples
        state.next += 1
        state.agentHasSpoken = false
    }

    /// Sends 20 ms of what is queued. False if there was nothing, or it is held.
    private func play(_ state: inout State) -> Bool {
        let count = state.gain > 0 ? min(Self.frame, state.queue.count - state.taken) : 0
        state.taken += count
        if state.taken == state.queue.count { (state.queue, state.taken) = ([], 0) }
        return count > 0
    }

    private func isDue(_ moment: RecordedCallee.Moment, _ state: State) -> Bool {
        switch moment {
        case .afterAnswer(let time): state.position >= 8 * time
        case .afterAgent(let time): state.agentHasSpoken && state.agentSilent >= 8 * time
        case .duringAgent(let time): state.agentSpeaking >= 8 * time
        case .afterOwn(let time): state.calleeSilent >= 8 * time
        }
    }

    /// Whether nothing will come any more of a callee from whom the agent waits for something.
    private func isGone(_ state: State) -> Bool {
        state.next == callee.stretches.count && state.said == state.saying.count
            && min(state.calleeSilent, state.agentSilent) >= 8 * Self.patience
    }
}
