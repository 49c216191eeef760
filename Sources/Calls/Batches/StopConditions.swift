/// When a batch has done enough. Whatever is reached first stops it; nil never does.
package struct StopConditions: Sendable, Hashable, Codable {
    /// Calls that met their goal.
    package var goalsMet: Int?
    /// Contacts with whom a conversation was held.
    package var completed: Int?
    /// Contacts given up without one.
    package var failed: Int?
    /// Calls placed.
    package var calls: Int?
    /// Charged, with what is set aside for calls under way.
    package var spend: Money?

    package init(
        goalsMet: Int? = nil,
        completed: Int? = nil,
        failed: Int? = nil,
        calls: Int? = nil,
        spend: Money? = nil
    ) {
        self.goalsMet = goalsMet
        self.completed = completed
        self.failed = failed
        self.calls = calls
        self.spend = spend
    }

    package static let none = StopConditions()

    /// What of a batch the conditions are held against.
    package struct Tally: Sendable, Hashable {
        package var goalsMet: Int
        package var completed: Int
        package var failed: Int
        package var calls: Int
        package var spend: Money

        package init(
            goalsMet: Int = 0,
            completed: Int = 0,
            failed: Int = 0,
            calls: Int = 0,
            spend: Money = .zero
        ) {
            self.goalsMet = goalsMet
            self.completed = completed
            self.failed = failed
            self.calls = calls
            self.spend = spend
        }
    }

    /// Why the batch is to be stopped. Nil: it need not be.
    package func reached(by tally: Tally) -> BatchReason? {
        let limits: [(Int?, Int, String)] = [
            (goalsMet, tally.goalsMet, "calls met their goal"),
            (completed, tally.completed, "conversations were held"),
            (failed, tally.failed, "contacts failed"),
            (calls, tally.calls, "calls were placed"),
        ]
        for (limit, count, words) in limits {
            guard let limit, count >= limit else { continue }
            return BatchReason(.stopCondition, "\(count) \(words), of the \(limit) after which it stops")
        }
        guard let spend, tally.spend >= spend else { return nil }
        return BatchReason(.stopCondition, "It has come to \(tally.spend), of the \(spend) at which it stops")
    }
}
