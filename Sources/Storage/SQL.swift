/// One statement and the values bound in it.
///
/// Interpolating a value binds it: `"… WHERE id = \(id)"` reads as `… WHERE id = $1`. Text enters through literals only, so there
/// is nothing to escape and nothing to inject. SQLite and PostgreSQL both read `$1`.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The text around the values: always one more than there are values.
    fileprivate var parts: [String]
    package fileprivate(set) var values: [SQLValue]

    package init(stringLiteral text: String) {
        parts = [text]
        values = []
    }

    package init(stringInterpolation: Interpolation) {
        self = stringInterpolation.sql
    }

    package var text: String {
        var text = parts[0]
        for (index, part) in parts.dropFirst().enumerated() {
            text += "$\(index + 1)"
            text += part
        }
        return text
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql: SQL = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            sql.parts.reserveCapacity(interpolationCount + 1)
            sql.values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            sql.parts[sql.parts.count - 1] += literal
        }

        package mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            sql.values.append(value?.sqlValue ?? .null)
            sql.parts.append("")
        }

        /// A word that the two databases spell differently.
        package mutating func appendInterpolation(_ clause: StaticString) {
            appendLiteral(clause.description)
        }

        /// A part of a statement, with the values bound in it.
        package mutating func appendInterpolation(_ clause: SQL) {
            appendLiteral(clause.parts[0])
            sql.parts += clause.parts.dropFirst()
            sql.values += clause.values
        }

        /// A list for `IN`: `(\(list: hosts))`. An empty list reads as `NULL`, which nothing equals.
        package mutating func appendInterpolation(list: [some SQLConvertible]) {
            guard !list.isEmpty else { return appendLiteral("NULL") }
            for (index, value) in list.enumerated() {
                if index > 0 { appendLiteral(", ") }
                appendInterpolation(value)
            }
        }
    }
}

extension [SQL] {
    /// The parts one after another with `separator` between them.
    func joined(_ separator: SQL) -> SQL {
        guard let first else { return "" }
        return dropFirst().reduce(first) { "\($0)\(separator)\($1)" }
    }
}

/// What a column can hold, in both databases. A date is whole microseconds since 1970, a truth value 0 or 1.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
}
