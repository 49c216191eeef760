/// What calls of one kind came to.
package struct Usage: Sendable, Hashable {
    package var calls: Int64
    package var billedSeconds: Int64
    package var amount: Money

    package init(calls: Int64 = 0, billedSeconds: Int64 = 0, amount: Money = .zero) {
        self.calls = calls
        self.billedSeconds = billedSeconds
        self.amount = amount
    }

    package static func += (left: inout Usage, right: Usage) {
        left.calls += right.calls
        left.billedSeconds += right.billedSeconds
        left.amount += right.amount
    }
}

/// What calls came to, broken down by day, by end reason and by agent, or by some of these.
package struct BillingReport: Sendable, Hashable {
    package enum Dimension: String, Sendable, Hashable, CaseIterable {
        /// On which a call ended, in the wallet's zone.
        case day
        case endReason = "end_reason"
        case agent
    }

    /// The agent of a call, and its slug if it still exists.
    package struct AgentName: Sendable, Hashable {
        package var id: Agent.ID
        package var slug: String?

        package init(id: Agent.ID, slug: String?) {
            self.id = id
            self.slug = slug
        }
    }

    /// Which calls a line is about. What the report is not broken down by is nil.
    package struct Key: Sendable, Hashable {
        package var day: CalendarDay?
        package var endReason: EndReason?
        package var agent: AgentName?

        package init(day: CalendarDay?, endReason: EndReason?, agent: AgentName?) {
            self.day = day
            self.endReason = endReason
            self.agent = agent
        }

        fileprivate func reduced(to dimensions: Set<Dimension>) -> Key {
            Key(
                day: dimensions.contains(.day) ? day : nil,
                endReason: dimensions.contains(.endReason) ? endReason : nil,
                agent: dimensions.contains(.agent) ? agent : nil
            )
        }

        fileprivate var order: [String] {
            [day?.description ?? "", endReason?.rawValue ?? "", agent?.slug ?? "", agent?.id.description ?? ""]
        }
    }

    package struct Line: Sendable, Hashable {
        package var key: Key
        package var usage: Usage

        package init(key: Key, usage: Usage) {
            self.key = key
            self.usage = usage
        }
    }

    package let dimensions: Set<Dimension>
    /// In the order of days, then end reasons, then agents.
    package let lines: [Line]
    package let total: Usage

    /// Adds up lines that differ in nothing the report is broken down by.
    package init(_ lines: [Line], by dimensions: Set<Dimension>) {
        var sums: [Key: Usage] = [:]
        var total = Usage()
        for line in lines {
            sums[line.key.reduced(to: dimensions), default: Usage()] += line.usage
            total += line.usage
        }
        self.dimensions = dimensions
        self.total = total
        self.lines = sums.map(Line.init).sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }
    }
}
