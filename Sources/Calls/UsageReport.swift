/// What calls came to and how they went, added up.
package struct UsageTally: ReportSum {
    package var calls: Int64
    /// Those that somebody or something answered.
    package var answered: Int64
    /// From answer to hang-up.
    package var talkedSeconds: Int64
    package var billedSeconds: Int64
    package var amount: Money
    package var gaps: GapHistogram

    package init() { self.init(calls: 0) }

    package init(
        calls: Int64 = 0,
        answered: Int64 = 0,
        talkedSeconds: Int64 = 0,
        billedSeconds: Int64 = 0,
        amount: Money = .zero,
        gaps: GapHistogram = GapHistogram()
    ) {
        self.calls = calls
        self.answered = answered
        self.talkedSeconds = talkedSeconds
        self.billedSeconds = billedSeconds
        self.amount = amount
        self.gaps = gaps
    }

    /// Which part of the calls was answered. Nil while there are none.
    package var answerRate: Double? { calls == 0 ? nil : Double(answered) / Double(calls) }

    package static func += (left: inout UsageTally, right: UsageTally) {
        left.calls += right.calls
        left.answered += right.answered
        left.talkedSeconds += right.talkedSeconds
        left.billedSeconds += right.billedSeconds
        left.amount += right.amount
        left.gaps += right.gaps
    }
}

/// How calls that ended on some days went, broken down by day, agent, batch and end reason, or by some of these.
package typealias UsageReport = CallsReport<UsageKey, UsageTally>

/// Which calls a line of usage is about. What the report is not broken down by is nil; so is the batch of a single call.
package struct UsageKey: ReportKey {
    package enum Dimension: String, Sendable, Hashable, CaseIterable {
        /// On which a call ended, in the wallet's zone.
        case day
        case agent
        case batch
        case endReason = "end_reason"
    }

    package var day: CalendarDay?
    package var agent: AgentName?
    package var batch: BatchName?
    package var endReason: EndReason?

    package init(
        day: CalendarDay? = nil,
        agent: AgentName? = nil,
        batch: BatchName? = nil,
        endReason: EndReason? = nil
    ) {
        self.day = day
        self.agent = agent
        self.batch = batch
        self.endReason = endReason
    }

    package func reduced(to dimensions: Set<Dimension>) -> UsageKey {
        UsageKey(
            day: dimensions.contains(.day) ? day : nil,
            agent: dimensions.contains(.agent) ? agent : nil,
            batch: dimensions.contains(.batch) ? batch : nil,
            endReason: dimensions.contains(.endReason) ? endReason : nil
        )
    }

    /// Days, then agents, batches and end reasons.
    package var order: [String] {
        [
            day?.description ?? "", agent?.slug ?? "", agent?.id.description ?? "", batch?.id.description ?? "",
            endReason?.rawValue ?? "",
        ]
    }
}
