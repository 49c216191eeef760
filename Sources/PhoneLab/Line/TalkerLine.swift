import Synchronization
package import Telephony

/// An answered line as a talker has it: its audio, its keys, and somewhere to say what is to be noted of the call.
package final class TalkerLine: LegAudio {
    /// What a talker did since the last tick, for the lab's records.
    enum Deed {
        case played([Int16])
        case stopped
        case said(LabCall.Noted)
        case heard(LabCall.Noted)
        case pressed(String)
        case failed(String)
        case hungUp
    }

    package let ticks: AsyncStream<AudioTick>
    /// What the caller presses. For one reader.
    package let keys: AsyncStream<Character>
    private let audio: any LegAudio
    private let tick: AsyncStream<AudioTick>.Continuation
    private let press: AsyncStream<Character>.Continuation
    private let deeds = Mutex<[Deed]>([])

    init(_ audio: any LegAudio) {
        self.audio = audio
        // As lines do: whoever is slow loses the oldest. 20 s.
        (ticks, tick) = AsyncStream.makeStream(of: AudioTick.self, bufferingPolicy: .bufferingNewest(1000))
        (keys, press) = AsyncStream.makeStream(of: Character.self)
    }

    // The talker's side.

    @discardableResult
    package func play(_ samples: [Int16]) -> Range<Int64> {
        note(.played(samples))
        return audio.play(samples)
    }

    @discardableResult
    package func stopPlaying() -> Int64 {
        note(.stopped)
        return audio.stopPlaying()
    }

    package var isHungUp: Bool { audio.isHungUp }

    package func setGain(_ gain: Float) { audio.setGain(gain) }

    package func listen(_ listener: AsyncStream<LegSound>.Continuation) { audio.listen(listener) }

    /// Presses `keys`: `0`–`9`, `*`, `#`.
    package func press(_ keys: String) { note(.pressed(keys)) }

    /// The caller heard `text`, between two times in ms on the line's clock.
    package func noteSaid(_ text: String, start: Int, end: Int) { note(.said(.init(text, start: start, end: end))) }

    /// The talker understood `text` of the caller, between two times in ms on the line's clock.
    package func noteHeard(_ text: String, start: Int, end: Int) { note(.heard(.init(text, start: start, end: end))) }

    /// The talker cannot play its part, for this reason: what comes of the call says nothing of the caller.
    package func fail(_ reason: String) { note(.failed(reason)) }

    // The lab's side.

    func pass(_ tick: AudioTick) { self.tick.yield(tick) }

    func pass(_ key: Character) { press.yield(key) }

    func hangUp() { note(.hungUp) }

    func takeDeeds() -> [Deed] {
        deeds.withLock { deeds in
            defer { deeds = [] }
            return deeds
        }
    }

    /// The line is down.
    func end() {
        tick.finish()
        press.finish()
    }

    private func note(_ deed: Deed) {
        deeds.withLock { $0.append(deed) }
    }
}
