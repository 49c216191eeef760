/// Money set aside for a call when it is placed, so that whatever it comes to is covered, and given back when it is over.
package struct Reservation: Sendable, Hashable, Codable {
    package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// The call is not over.
        case reserved
        /// The call cost something: that was charged, the rest given back.
        case settled
        /// The call cost nothing: all of it was given back.
        case released
    }

    /// The most the call can cost.
    package let amount: Money
    /// What the call is charged by: that of the moment in which it was placed.
    package let rate: Rate
    package var status: Status

    package init(amount: Money, rate: Rate, status: Status) {
        self.amount = amount
        self.rate = rate
        self.status = status
    }

    /// For a call that may last `maxDuration` seconds.
    package init(rate: Rate, maxDuration: Int) {
        self.init(amount: rate.worstCase(maxDuration: maxDuration), rate: rate, status: .reserved)
    }
}

extension Call {
    /// Writes down what the call cost now that it is over, and ends its reservation. `standard` is the rate of calls that have none.
    ///
    /// Never more than was reserved: what lies beyond the longest time that was asked for (the moment it takes to hang up, or the time
    /// until a crash was noticed) is not the customer's, and neither is what a language model costs beyond what is left then.
    package mutating func settle(at standard: Rate, models: [String: ModelPrice] = [:]) {
        costs = []
        if let ending = lifecycle.ending, ending.answeredAt != nil, ending.reason.isBilled, reached != .machine,
            let duration
        {
            costs = (reservation?.rate ?? standard).lines(forSeconds: min(duration, maxDuration))
            costs += modelCosts(models)
        }
        endReservation()
    }

    private func modelCosts(_ prices: [String: ModelPrice]) -> [CostLine] {
        var left = reservation.map { $0.amount - cost }
        var lines: [CostLine] = []
        for (name, usage) in (account?.usageByModel ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let price = prices[name] else { continue }
            let amount = left.map { min($0, price.cost(of: usage)) } ?? price.cost(of: usage)
            guard amount > .zero else { continue }
            left = left.map { $0 - amount }
            lines.append(
                CostLine(
                    item: .model,
                    quantity: Int64(usage.promptTokens) + Int64(usage.answerTokens),
                    unit: "tokens",
                    amount: amount
                )
            )
        }
        return lines
    }

    /// What was reserved is needed no longer.
    package mutating func endReservation() {
        reservation?.status = costs.isEmpty ? .released : .settled
    }

    /// How many seconds were billed: 0 for a call that cost nothing or is not over.
    package var billedSeconds: Int64 {
        costs.first { $0.item == .trunk }?.quantity ?? 0
    }
}
