import CSV
import Calls
import Engine
import FoundationEssentials

/// What calls came to. Of `day`, `end_reason` and `agent`, lines have what was asked for in `group_by`.
struct NativeBill: Encodable, Sendable {
    let mode: CallMode
    let from: String
    let to: String
    let timeZone: String
    let groupBy: [String]
    let total: Sum
    let data: [Line]

    struct Sum: Encodable, Sendable {
        let calls: Int64
        let billedSeconds: Int64
        let amount: String
        let milliCents: Int64

        init(_ usage: Usage) {
            calls = usage.calls
            billedSeconds = usage.billedSeconds
            amount = usage.amount.description
            milliCents = usage.amount.milliCents
        }
    }

    struct Line: Encodable, Sendable {
        var day: String?
        var endReason: EndReason?
        /// The final status that the end reason leads to.
        var status: CallStatus?
        var agent: AgentReference?
        let calls: Int64
        let billedSeconds: Int64
        let amount: String
        let milliCents: Int64

        init(_ line: BillingReport.Line) {
            let sum = Sum(line.sum)
            day = line.key.day?.description
            endReason = line.key.endReason
            status = line.key.endReason?.status
            agent = line.key.agent.map { AgentReference(id: $0.id.description, slug: $0.slug) }
            calls = sum.calls
            billedSeconds = sum.billedSeconds
            amount = sum.amount
            milliCents = sum.milliCents
        }
    }

    struct AgentReference: Encodable, Sendable {
        let id: String
        /// `null` once the agent was removed.
        @Nullable var slug: String?
    }

    init(_ bill: Bill) {
        mode = bill.mode
        from = bill.days.lowerBound.description
        to = bill.days.upperBound.description
        timeZone = bill.timeZone.identifier
        groupBy = BillingReport.Dimension.allCases.filter(bill.report.dimensions.contains).map(\.rawValue)
        total = Sum(bill.report.total)
        data = bill.report.lines.map(Line.init)
    }
}

extension NativeBill {
    /// A bill as comma-separated values: one row per line, the total left to the reader's own sum.
    static func table(_ bill: Bill) -> String {
        let dimensions = bill.report.dimensions
        var columns: [(name: String, value: (BillingReport.Line) -> String)] = []
        if dimensions.contains(.day) { columns.append(("day", { $0.key.day?.description ?? "" })) }
        if dimensions.contains(.endReason) {
            columns.append(("end_reason", { $0.key.endReason?.rawValue ?? "" }))
            columns.append(("status", { $0.key.endReason?.status.rawValue ?? "" }))
        }
        if dimensions.contains(.agent) {
            columns.append(("agent_id", { $0.key.agent?.id.description ?? "" }))
            columns.append(("agent", { $0.key.agent?.slug ?? "" }))
        }
        columns.append(("calls", { String($0.sum.calls) }))
        columns.append(("billed_seconds", { String($0.sum.billedSeconds) }))
        columns.append(("amount", { $0.sum.amount.description }))
        columns.append(("milli_cents", { String($0.sum.amount.milliCents) }))
        return CSVLine.text(columns.map(\.name))
            + bill.report.lines.map { line in CSVLine.text(columns.map { $0.value(line) }) }.joined()
    }
}
