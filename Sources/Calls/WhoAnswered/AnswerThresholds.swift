/// What the decision who answered goes by. Every number is a whole one, in the unit its name ends with.
///
/// Holds and stores only what differs from the defaults, so that a default that is improved is improved for everybody who did not choose.
package struct AnswerThresholds: Sendable, Hashable {
    package private(set) var changes: [Key: Int] = [:]

    package init() {}

    package subscript(_ key: Key) -> Int { changes[key] ?? key.standard }

    /// Sets one by its name, as `--set key=value` and the API give it.
    package mutating func set(_ name: String, to value: Int) throws(AnswerThresholdError) {
        guard let key = Key(rawValue: name) else { throw .unknown(name) }
        guard key.range.contains(value) else { throw .outOfRange(key, value) }
        changes[key] = value == key.standard ? nil : value
    }
}

/// Why a threshold was not set.
package enum AnswerThresholdError: Error, Sendable, Hashable {
    case unknown(String)
    case outOfRange(AnswerThresholds.Key, Int)
}

extension AnswerThresholdError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name):
            """
            there is no threshold '\(name)'; there are \
            \(AnswerThresholds.Key.allCases.map(\.rawValue).joined(separator: ", "))
            """
        case .outOfRange(let key, let value):
            "\(key.rawValue) is \(value), and may be \(key.range.lowerBound) to \(key.range.upperBound)"
        }
    }
}

/// As an object of what differs: `{"longest_answer_ms": 7000}`.
extension AnswerThresholds: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        for (name, value) in try container.decode([String: Int].self) {
            do {
                try set(name, to: value)
            } catch {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
            }
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(uniqueKeysWithValues: changes.map { ($0.key.rawValue, $0.value) }))
    }
}
