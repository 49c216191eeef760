import FoundationEssentials

// What it may cost.
extension Gate {
    /// The account's balance and what may be spent in a day.
    func money(_ stage: GateDecision.Stage) -> [GateCheck] {
        guard let budget = facts.budget, let needed = call.reservation?.amount else { return [] }
        return [funds(budget, needed), spend(budget, needed, stage)].compactMap(\.self)
    }

    /// Nil unless the wallet is prepaid.
    private func funds(_ budget: Budget, _ needed: Money) -> GateCheck? {
        guard budget.terms == .prepaid else { return nil }
        let values: [String: JSONValue] = [
            "needed": .string(needed.description), "balance": .string(budget.balance.description),
        ]
        return needed > budget.balance
            ? GateCheck(
                .funds,
                .blocked,
                "The call can cost up to \(needed) and the balance is \(budget.balance)",
                values: values
            )
            : GateCheck(.funds, .passed, "The balance covers what the call can cost", values: values)
    }

    /// A cap that is used up for today holds a call that waits until tomorrow; a new one is not taken. Nil without a cap.
    private func spend(_ budget: Budget, _ needed: Money, _ stage: GateDecision.Stage) -> GateCheck? {
        guard budget.callCap != nil || !budget.dailyCaps.isEmpty else { return nil }
        guard case .capReached(let cap)? = budget.shortfall(for: needed) else {
            return GateCheck(.spend, .passed, "The spend caps leave room for the call", values: [:])
        }
        let values: [String: JSONValue] = [
            "scope": .string(cap.scope.rawValue), "cap": .string(cap.cap.description),
            "spent": .string(cap.spent.description), "needed": .string(cap.needed.description),
        ]
        let reason = "The spend cap of \(cap.cap) (\(cap.scope.rawValue)) leaves no room for up to \(needed)"
        guard stage != .placement, let until = cap.resetsAt else {
            return GateCheck(.spend, .blocked, reason, values: values)
        }
        return GateCheck(.spend, .waits, reason, values: values, until: until)
    }
}
