/// What calls of one kind came to.
package struct Usage: ReportSum {
    package var calls: Int64
    package var billedSeconds: Int64
    package var amount: Money

    package init() { self.init(calls: 0) }

    package init(calls: Int64, billedSeconds: Int64 = 0, amount: Money = .zero) {
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
package typealias BillingReport = CallsReport<BillingKey, Usage>

/// Which calls a line of a bill is about. What the bill is not broken down by is nil.
package struct BillingKey: ReportKey {
    package enum Dimension: String, Sendable, Hashable, CaseIterable {
        /// On which a call ended, in the wallet's zone.
        case day
        case endReason = "end_reason"
        case agent
    }

    package var day: CalendarDay?
    package var endReason: EndReason?
    package var agent: AgentName?

    package init(day: CalendarDay?, endReason: EndReason?, agent: AgentName?) {
        self.day = day
        self.endReason = endReason
        self.agent = agent
    }

    package func reduced(to dimensions: Set<Dimension>) -> BillingKey {
        BillingKey(
            day: dimensions.contains(.day) ? day : nil,
            endReason: dimensions.contains(.endReason) ? endReason : nil,
            agent: dimensions.contains(.agent) ? agent : nil
        )
    }

    /// Days, then end reasons, then agents.
    package var order: [String] {
        [day?.description ?? "", endReason?.rawValue ?? "", agent?.slug ?? "", agent?.id.description ?? ""]
    }
}
