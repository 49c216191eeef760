/// What an answered call to a number costs: a price per minute, the increments in which time is counted, and a fee for the
/// connection.
package struct Rate: Sendable, Hashable, Codable {
    package var pricePerMinute: Money
    /// Seconds that an answered call counts at least. A "30/6" rate has a minimum of 30 and an increment of 6.
    package var minimum: Int
    /// Seconds, at least 1: what lies above the minimum is counted in whole ones, a begun one as whole.
    package var increment: Int
    /// Once for each answered call.
    package var connectionFee: Money
    /// Set aside for each begun minute, for what a language model may cost. It is no price: what the model costs is charged. Nil: nothing.
    package var modelReserve: Money?

    package init(pricePerMinute: Money, minimum: Int = 0, increment: Int = 1, connectionFee: Money = .zero) {
        self.pricePerMinute = pricePerMinute
        self.minimum = minimum
        self.increment = increment
        self.connectionFee = connectionFee
    }

    /// How many seconds are billed for a line that was up for `seconds`.
    package func billedSeconds(of seconds: Int) -> Int64 {
        let initial = Int128(max(0, minimum))
        let above = max(0, Int128(seconds) - initial)
        let step = Int128(max(1, increment))
        return Int64(clamping: initial + (above + step - 1) / step * step)
    }

    /// What a line that was up for `seconds` costs, line by line.
    package func lines(forSeconds seconds: Int) -> [CostLine] {
        let billed = billedSeconds(of: seconds)
        var lines = [
            CostLine(
                item: .trunk,
                quantity: billed,
                unit: "seconds",
                amount: pricePerMinute.perMinute(forSeconds: billed)
            )
        ]
        if connectionFee > .zero {
            lines.append(CostLine(item: .connection, quantity: 1, unit: "calls", amount: connectionFee))
        }
        return lines
    }

    /// The most that a call which may last `maxDuration` seconds can cost.
    package func worstCase(maxDuration: Int) -> Money {
        lines(forSeconds: maxDuration).reduce(modelReserve?.perMinute(forSeconds: Int64(maxDuration)) ?? .zero) {
            $0 + $1.amount
        }
    }
}

/// Rates by where a call goes: of the prefixes that a number begins with, the longest one counts.
package struct RateDeck: Sendable, Hashable {
    /// For numbers that begin with none of the prefixes.
    package var standard: Rate
    /// By prefix in E.164: a plus sign and digits.
    package var byPrefix: [String: Rate]
    /// What language models cost, by their names. Those without a price cost nothing.
    package var models: [String: ModelPrice] = [:]
    /// What is set aside for them for each minute of a call, where one has a price.
    package var modelReserve = Money.zero

    package init(standard: Rate, byPrefix: [String: Rate] = [:]) {
        self.standard = standard
        self.byPrefix = byPrefix
    }

    package func rate(for number: PhoneNumber) -> Rate {
        var rate = lineRate(for: number)
        if !models.isEmpty { rate.modelReserve = modelReserve }
        return rate
    }

    private func lineRate(for number: PhoneNumber) -> Rate {
        var prefix = Substring(number.description)
        while !prefix.isEmpty {
            if let rate = byPrefix[String(prefix)] { return rate }
            prefix.removeLast()
        }
        return standard
    }
}
