/// What calls came to and how they went, added up.
package struct UsageTally: Sendable, Hashable {
    package var calls: Int64
    /// Those that somebody or something answered.
    package var answered: Int64
    /// From answer to hang-up.
    package var talkedSeconds: Int64
    package var billedSeconds: Int64
    package var amount: Money
    package var gaps: GapHistogram

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
package struct UsageReport: Sendable, Hashable {
    package enum Dimension: String, Sendable, Hashable, CaseIterable {
        /// On which a call ended, in the wallet's zone.
        case day
        case agent
        case batch
        case endReason = "end_reason"
    }

    /// The batch of a call, and its name if it still exists.
    package struct BatchName: Sendable, Hashable {
        package var id: Batch.ID
        package var name: String?

        package init(id: Batch.ID, name: String?) {
            self.id = id
            self.name = name
        }
    }

    /// Which calls a line is about. What the report is not broken down by is nil; so is the batch of a single call.
    package struct Key: Sendable, Hashable {
        package var day: CalendarDay?
        package var agent: BillingReport.AgentName?
        package var batch: BatchName?
        package var endReason: EndReason?

        package init(
            day: CalendarDay? = nil,
            agent: BillingReport.AgentName? = nil,
            batch: BatchName? = nil,
            endReason: EndReason? = nil
        ) {
            self.day = day
            self.agent = agent
            self.batch = batch
            self.endReason = endReason
        }

        fileprivate func reduced(to dimensions: Set<Dimension>) -> Key {
            Key(
                day: dimensions.contains(.day) ? day : nil,
                agent: dimensions.contains(.agent) ? agent : nil,
                batch: dimensions.contains(.batch) ? batch : nil,
                endReason: dimensions.contains(.endReason) ? endReason : nil
            )
        }

        fileprivate var order: [String] {
            [
                day?.description ?? "", agent?.slug ?? "", agent?.id.description ?? "", batch?.id.description ?? "",
                endReason?.rawValue ?? "",
            ]
        }
    }

    package struct Line: Sendable, Hashable {
        package var key: Key
        package var tally: UsageTally

        package init(key: Key, tally: UsageTally) {
            self.key = key
            self.tally = tally
        }
    }

    /// In the order of days, then agents, batches and end reasons.
    package let lines: [Line]
    package let total: UsageTally

    /// Adds up lines that differ in nothing the report is broken down by.
    package init(_ lines: [Line], by dimensions: Set<Dimension>) {
        var sums: [Key: UsageTally] = [:]
        var total = UsageTally()
        for line in lines {
            sums[line.key.reduced(to: dimensions), default: UsageTally()] += line.tally
            total += line.tally
        }
        self.total = total
        self.lines = sums.map(Line.init).sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }
    }

    /// The same broken down by less.
    package func by(_ dimensions: Set<Dimension>) -> UsageReport { UsageReport(lines, by: dimensions) }
}
