package import CoreMetrics
import Synchronization

/// A swift-metrics backend that keeps everything in memory and writes it as the Prometheus text format, version 0.0.4.
///
/// Counters end in `_total`, timers in `_seconds`. A family holds at most `seriesLimit` combinations of labels; what comes after them is
/// counted together, with every label `other`, so that no input from outside can fill the memory.
package final class PrometheusMetrics: MetricsFactory, Sendable {
    /// Bounds in seconds, for timers.
    static let secondBounds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// Bounds for recorders, whose unit we do not know.
    static let plainBounds: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

    /// A value that is asked for whenever the page is.
    typealias Reading = @Sendable () async -> Double?

    struct Family {
        var kind: PrometheusSeries.Kind
        var series: [[PrometheusLabel]: PrometheusSeries] = [:]
    }

    private let seriesLimit: Int
    let families = Mutex<[String: Family]>([:])
    let readings = Mutex<[String: Reading]>([:])

    package init(seriesLimit: Int = 500) {
        self.seriesLimit = seriesLimit
    }

    /// A gauge that is read when the page is made. A reading that gives nil is left out.
    package func gauge(_ name: String, reading: @escaping @Sendable () async -> Double?) {
        readings.withLock { $0[PrometheusText.name(name)] = reading }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, suffix: "_total", .counter, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, suffix: "_total", .counter, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, suffix: "", .gauge, dimensions)
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        series(label, suffix: "", aggregate ? .histogram(bounds: Self.plainBounds) : .gauge, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, suffix: "_seconds", .histogram(bounds: Self.secondBounds), dimensions)
    }

    // Series live as long as the process: a counter that vanished and came back would look like a restart.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func series(
        _ label: String,
        suffix: String,
        _ kind: PrometheusSeries.Kind,
        _ dimensions: [(String, String)]
    ) -> PrometheusSeries {
        let base = PrometheusText.name(label)
        let name = base.hasSuffix(suffix) ? base : base + suffix
        let labels = dimensions.map { PrometheusLabel(name: PrometheusText.name($0.0), value: $0.1) }
            .sorted { $0.name < $1.name }
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind)
            // Two kinds under one name would make the page invalid: the second is counted nowhere.
            guard family.kind == kind else { return PrometheusSeries(kind) }
            let isFull = family.series.count >= seriesLimit && family.series[labels] == nil
            let key = isFull ? labels.map { PrometheusLabel(name: $0.name, value: "other") } : labels
            let series = family.series[key] ?? PrometheusSeries(kind)
            family.series[key] = series
            families[name] = family
            return series
        }
    }
}

struct PrometheusLabel: Hashable, Sendable {
    let name: String
    let value: String
}
