/// The numbers a batch calls from, and how it goes through them.
package struct CallerIDPool: Sendable, Hashable, Codable {
    package enum Rotation: String, Sendable, Hashable, Codable, CaseIterable {
        case random
        /// One after another, in the order given.
        case sequential
        /// The one that made the fewest calls of this batch today.
        case leastUsed = "least_used"
    }

    /// All of them the agent's. Empty: the agent chooses, as it does for a single call.
    package var numbers: [PhoneNumber]
    package var rotation: Rotation
    /// How many of the project's batch calls one number makes in a day. Nil: any number.
    package var callsPerDay: Int?

    package init(numbers: [PhoneNumber] = [], rotation: Rotation = .sequential, callsPerDay: Int? = nil) {
        self.numbers = numbers
        self.rotation = rotation
        self.callsPerDay = callsPerDay
    }

    /// Nil if every number has had its calls for today. `usesToday` leaves out those that made none; `last` made the batch's newest call.
    package func next(
        usesToday: [PhoneNumber: Int],
        last: PhoneNumber?,
        using random: inout some RandomNumberGenerator
    ) -> PhoneNumber? {
        let open = numbers.filter { number in callsPerDay.map { usesToday[number, default: 0] < $0 } ?? true }
        switch rotation {
        case .random: return open.randomElement(using: &random)
        case .leastUsed: return open.min { usesToday[$0, default: 0] < usesToday[$1, default: 0] }
        case .sequential:
            guard let last, let place = numbers.firstIndex(of: last) else { return open.first }
            return (numbers[(place + 1)...] + numbers[...place]).first(where: open.contains)
        }
    }
}
