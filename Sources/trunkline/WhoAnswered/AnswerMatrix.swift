import Calls
import Foundation

extension AnswerConfusion {
    /// As lines: a row for each truth that there is, a column for each verdict.
    func lines(_ title: String) -> [String] {
        let columns = Reached.answering
        var lines = [title.padded(to: 34) + columns.map { $0.rawValue.padded(to: 10) }.joined()]
        for truth in columns where total(truth: truth) > 0 {
            let counts = columns.map { "\(count(truth: truth, verdict: $0))".padded(to: 10) }.joined()
            lines.append("  \(truth.rawValue) (\(total(truth: truth)))".padded(to: 34) + counts)
        }
        return lines.map(\.withoutSpacesAtEnd)
    }

    /// `{"person": {"person": 7, "machine": 1, …}, …}`
    var document: JSONValue {
        let rows = Reached.answering.filter { total(truth: $0) > 0 }.map { truth in
            let counts = Reached.answering.map { verdict in
                (verdict.rawValue, JSONValue.integer(Int64(count(truth: truth, verdict: verdict))))
            }
            return (truth.rawValue, JSONValue.object(Dictionary(uniqueKeysWithValues: counts)))
        }
        return .object(Dictionary(uniqueKeysWithValues: rows))
    }
}

extension AnswerError {
    /// What it is called, and what it costs, for people.
    var words: (name: String, price: String) {
        switch self {
        case .personMissed:
            (
                "person taken for a machine",
                "a conversation that did not take place; in money nothing, no such call is billed"
            )
        case .machineMissed:
            (
                "machine taken for a person",
                "talked to as if somebody listened, and no message was left; billed as conversations:"
            )
        case .machinesMixed:
            ("machine taken for another", "a message, keys or an introduction for the wrong one; billed:")
        case .undecided:
            ("not decided", "talked to as to a person; billed:")
        }
    }
}

extension String {
    fileprivate var withoutSpacesAtEnd: String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}

extension JSONValue {
    /// For programs: sorted, so that the same value is the same text.
    var sortedText: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
