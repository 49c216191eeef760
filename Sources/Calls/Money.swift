/// An amount in thousandths of a cent (milli-cents), in the account's one currency. Integers only: a ledger must add up.
///
/// Arithmetic stops at the ends of the range instead of trapping: a price times a duration that a customer chose must not end the
/// process. No ledger can hold such an amount; the database refuses it.
package struct Money: Sendable, Hashable, Codable, Comparable {
    package var milliCents: Int64

    package init(milliCents: Int64) {
        self.milliCents = milliCents
    }

    package static let zero = Money(milliCents: 0)

    package static func + (left: Money, right: Money) -> Money {
        Money(clamping: Int128(left.milliCents) + Int128(right.milliCents))
    }

    package static func - (left: Money, right: Money) -> Money {
        Money(clamping: Int128(left.milliCents) - Int128(right.milliCents))
    }

    package static func += (left: inout Money, right: Money) {
        left = left + right
    }

    package static prefix func - (amount: Money) -> Money {
        .zero - amount
    }

    package static func < (left: Money, right: Money) -> Bool {
        left.milliCents < right.milliCents
    }

    /// This price per minute, for `seconds` begun seconds, rounded up to the next milli-cent.
    package func perMinute(forSeconds seconds: Int64) -> Money {
        Money(clamping: (Int128(milliCents) * Int128(max(0, seconds)) + 59) / 60)
    }

    private init(clamping amount: Int128) {
        milliCents = Int64(clamping: amount)
    }

    package init(from decoder: any Decoder) throws {
        milliCents = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliCents)
    }
}

extension Money: CustomStringConvertible {
    /// In whole currency units with five decimals, as in `0.01250`. 100,000 milli-cents are one unit.
    package var description: String {
        let magnitude = milliCents.magnitude
        let fraction = String(magnitude % 100_000)
        return (milliCents < 0 ? "-" : "") + "\(magnitude / 100_000)."
            + String(repeating: "0", count: 5 - fraction.count) + fraction
    }
}

/// One part of what a call cost. A call's lines add up to its cost.
package struct CostLine: Sendable, Hashable, Codable {
    package enum Item: String, Sendable, Hashable, Codable, CaseIterable {
        /// The line, for as long as it was up.
        case trunk
        /// Once for a line that was answered.
        case connection
        case recognition
        case model
        case voice
    }

    package var item: Item
    /// In `unit`: seconds for the trunk.
    package var quantity: Int64
    package var unit: String
    package var amount: Money

    package init(item: Item, quantity: Int64, unit: String, amount: Money) {
        self.item = item
        self.quantity = quantity
        self.unit = unit
        self.amount = amount
    }
}
