import CSpandsp

/// Fills what is missing with more of what was there before: spandsp's packet loss concealment, which repeats the last pitch period and fades
/// to silence within 50 ms. A real sample is only touched right after a gap, to join smoothly.
struct Concealment: ~Copyable {
    private let state: UnsafeMutablePointer<plc_state_t>

    init() {
        state = .allocate(capacity: 1)
        plc_init(state)
    }

    deinit {
        plc_release(state)
        state.deallocate()
    }

    /// Replaces every `JitterBuffer.missing` of the next tick.
    func repair(_ tick: UnsafeMutableBufferPointer<Int16>) {
        guard let base = tick.baseAddress else { return }
        var start = 0
        while start < tick.count {
            let isMissing = tick[start] == JitterBuffer.missing
            var end = start + 1
            while end < tick.count, (tick[end] == JitterBuffer.missing) == isMissing { end += 1 }
            if isMissing {
                plc_fillin(state, base + start, Int32(end - start))
            } else {
                plc_rx(state, base + start, Int32(end - start))
            }
            start = end
        }
    }
}
