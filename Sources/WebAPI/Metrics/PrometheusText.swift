import Synchronization

/// The text format that Prometheus scrapes, version 0.0.4: families with a `# TYPE` line, labels escaped, buckets cumulative.
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
enum PrometheusText {
    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    /// `text` as a metric or label name: letters, digits and underscores, no digit first.
    static func name(_ text: String) -> String {
        let name = String(
            text.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                    ? Character(scalar) : "_"
            }
        )
        return name.first?.isNumber == true ? "_" + name : name
    }

    static func family(_ name: String, _ family: PrometheusMetrics.Family) -> String {
        var text = "# TYPE \(name) \(family.kind.word)\n"
        let series = family.series.map { (labels: $0.key, state: $0.value.current) }
            .sorted { labels($0.labels) < labels($1.labels) }
        for (keys, state) in series {
            switch family.kind {
            case .counter, .gauge:
                text += "\(name)\(labels(keys)) \(number(state.value))\n"
            case .histogram(let bounds):
                var below = 0
                for (bound, count) in zip(bounds, state.buckets) {
                    below += count
                    text += "\(name)_bucket\(labels(keys, bound: number(bound))) \(below)\n"
                }
                text += "\(name)_bucket\(labels(keys, bound: "+Inf")) \(state.count)\n"
                text += "\(name)_sum\(labels(keys)) \(number(state.value))\n"
                text += "\(name)_count\(labels(keys)) \(state.count)\n"
            }
        }
        return text
    }

    static func gauge(_ name: String, _ value: Double) -> String {
        "# TYPE \(name) gauge\n\(name) \(number(value))\n"
    }

    private static func labels(_ labels: [PrometheusLabel], bound: String? = nil) -> String {
        var parts = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }
        if let bound { parts.append("le=\"\(bound)\"") }
        return parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += #"\\"#
            case "\"": text += #"\""#
            case "\n": text += #"\n"#
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return "\(Int64(value))" }
        return "\(value)"
    }
}

extension PrometheusMetrics {
    /// The whole page.
    package func page() async -> String {
        var parts = families.withLock { families in
            families.map { (name: $0.key, text: PrometheusText.family($0.key, $0.value)) }
        }
        for (name, reading) in readings.withLock({ $0 }) where !parts.contains(where: { $0.name == name }) {
            guard let value = await reading() else { continue }
            parts.append((name, PrometheusText.gauge(name, value)))
        }
        return parts.sorted { $0.name < $1.name }.map(\.text).joined()
    }
}
