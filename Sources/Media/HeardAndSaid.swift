/// One tick of a stream, both sides, from the media thread to the pump.
///
/// `@unchecked Sendable`: a block of samples belongs to whoever holds its place of the ring.
final class HeardAndSaid: @unchecked Sendable {
    struct Tick: BitwiseCopyable {
        var position = 0
        var played = 0
        var isIdle = true
    }

    private let ring = HandoverRing(capacity: HeardAndSaid.capacity, initial: Tick())
    private let samples: UnsafeMutablePointer<Int16>

    /// 2.5 s: for so long the pump may be kept from running.
    private static let capacity = 128
    static let tickLength = 160

    init() {
        samples = .allocate(capacity: Self.capacity * 2 * Self.tickLength)
        samples.initialize(repeating: 0, count: Self.capacity * 2 * Self.tickLength)
    }

    deinit {
        samples.deallocate()
    }

    /// On the media thread. False: there was no room, and the tick is gone; the next one's position tells.
    func push(_ tick: Tick, heard: UnsafeMutableBufferPointer<Int16>, said: UnsafeMutableBufferPointer<Int16>) -> Bool {
        guard let place = ring.reserve(), let heard = heard.baseAddress, let said = said.baseAddress else {
            return false
        }
        let block = samples + place * 2 * Self.tickLength
        block.update(from: heard, count: Self.tickLength)
        (block + Self.tickLength).update(from: said, count: Self.tickLength)
        ring.publish(tick)
        return true
    }

    /// On the pump's thread. The samples are only valid in `body`.
    func pop(
        _ body: (_ tick: Tick, _ heard: UnsafeBufferPointer<Int16>, _ said: UnsafeBufferPointer<Int16>) -> Void
    ) -> Bool {
        guard let (place, tick) = ring.first() else { return false }
        let block = samples + place * 2 * Self.tickLength
        body(
            tick,
            UnsafeBufferPointer(start: block, count: Self.tickLength),
            UnsafeBufferPointer(start: block + Self.tickLength, count: Self.tickLength)
        )
        ring.release()
        return true
    }
}
