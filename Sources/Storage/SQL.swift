/// One statement and the values bound in it.
///
/// Interpolating a value binds it: `"… WHERE id = \(id)"` reads as `… WHERE id = $1`. Text enters through literals only, so there
/// is nothing to escape and nothing to inject. SQLite and PostgreSQL both read `$1`.
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    package private(set) var text: String
    package private(set) var values: [SQLValue]

    package init(stringLiteral text: String) {
        self.text = text
        self.values = []
    }

    package init(stringInterpolation: Interpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        package mutating func appendInterpolation(_ value: (some SQLConvertible)?) {
            values.append(value?.sqlValue ?? .null)
            text += "$\(values.count)"
        }

        /// A word that the two databases spell differently.
        package mutating func appendInterpolation(_ clause: StaticString) {
            text += clause.description
        }

        /// A list for `IN`: `(\(list: hosts))`. An empty list reads as `NULL`, which nothing equals.
        package mutating func appendInterpolation(list: [some SQLConvertible]) {
            guard !list.isEmpty else {
                text += "NULL"
                return
            }
            for (index, value) in list.enumerated() {
                if index > 0 { text += ", " }
                appendInterpolation(value)
            }
        }
    }
}

/// What a column can hold, in both databases. A date is whole microseconds since 1970, a truth value 0 or 1.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
}
