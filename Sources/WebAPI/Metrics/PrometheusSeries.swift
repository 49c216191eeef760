import CoreMetrics
import Synchronization

/// One line, or for a histogram one group of lines, of the metrics page.
final class PrometheusSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    enum Kind: Hashable {
        case counter
        case gauge
        /// Upper bounds, ascending, without the infinite one.
        case histogram(bounds: [Double])
    }

    struct State {
        /// The value; of a histogram, the sum of what was recorded.
        var value = 0.0
        var count = 0
        /// How much was recorded at or below each bound and above the one before.
        var buckets: [Int]
    }

    private let kind: Kind
    private let state: Mutex<State>

    init(_ kind: Kind) {
        self.kind = kind
        state = Mutex(State(buckets: Array(repeating: 0, count: kind.bounds.count)))
    }

    var current: State { state.withLock { $0 } }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.value = value } }
    func reset() { state.withLock { $0 = State(buckets: Array(repeating: 0, count: kind.bounds.count)) } }
    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1_000_000_000) }

    func record(_ value: Double) {
        guard case .histogram(let bounds) = kind else { return set(value) }
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            state.value += value
            state.count += 1
            if let bucket { state.buckets[bucket] += 1 }
        }
    }

    private func add(_ amount: Double) { state.withLock { $0.value += amount } }
}

extension PrometheusSeries.Kind {
    var bounds: [Double] {
        if case .histogram(let bounds) = self { bounds } else { [] }
    }

    var word: String {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
