import CSV
import Calls
package import Engine
import FoundationEssentials
import HTTPTypes
package import Hummingbird
import NIOCore

/// How calls went and what they came to. Of `day`, `agent`, `batch` and `end_reason`, lines have what was asked for in `group_by`.
struct NativeUsage: Encodable, Sendable {
    let mode: CallMode
    let from: String
    let to: String
    let timeZone: String
    let groupBy: [String]
    let total: Tally
    let data: [Line]

    struct Tally: Encodable, Sendable {
        let calls: Int64
        let answered: Int64
        /// 0 to 1; `null` if there were no calls.
        @Nullable var answerRate: Double?
        let talkedSeconds: Int64
        let billedSeconds: Int64
        let cost: NativeMoney
        /// `null` if no turn was measured.
        @Nullable var gap: Gap?

        init(_ tally: UsageTally) {
            calls = tally.calls
            answered = tally.answered
            answerRate = tally.answerRate
            talkedSeconds = tally.talkedSeconds
            billedSeconds = tally.billedSeconds
            cost = NativeMoney(tally.amount)
            gap = Gap(tally.gaps)
        }
    }

    /// From the end of what the callee said to the agent's answer, in ms.
    struct Gap: Encodable, Sendable {
        let turns: Int64
        let p50: Int
        let p90: Int
        let p99: Int

        init?(_ gaps: GapHistogram) {
            guard let p50 = gaps.percentile(0.5), let p90 = gaps.percentile(0.9), let p99 = gaps.percentile(0.99) else {
                return nil
            }
            turns = gaps.count
            (self.p50, self.p90, self.p99) = (p50, p90, p99)
        }
    }

    struct Line: Encodable, Sendable {
        var day: String?
        var agent: NativeBill.AgentReference?
        var batch: BatchReference?
        var endReason: EndReason?
        let usage: Tally

        init(_ line: UsageReport.Line) {
            day = line.key.day?.description
            agent = line.key.agent.map { NativeBill.AgentReference(id: $0.id.description, slug: $0.slug) }
            batch = line.key.batch.map { BatchReference(id: $0.id.description, name: $0.name) }
            endReason = line.key.endReason
            usage = Tally(line.sum)
        }
    }

    struct BatchReference: Encodable, Sendable {
        let id: String
        /// `null` once the batch was removed.
        @Nullable var name: String?
    }

    init(_ summary: UsageSummary) {
        mode = summary.mode
        from = summary.days.lowerBound.description
        to = summary.days.upperBound.description
        timeZone = summary.timeZone.identifier
        groupBy = UsageReport.Dimension.allCases.filter(summary.report.dimensions.contains).map(\.rawValue)
        total = Tally(summary.report.total)
        data = summary.report.lines.map(Line.init)
    }
}

extension UsageSummary {
    /// As comma-separated values: one row per line, the total left to the reader's own sum.
    package func table() -> Response {
        let dimensions = report.dimensions
        var columns: [(name: String, value: (UsageReport.Line) -> String)] = []
        if dimensions.contains(.day) { columns.append(("day", { $0.key.day?.description ?? "" })) }
        if dimensions.contains(.agent) {
            columns.append(("agent_id", { $0.key.agent?.id.description ?? "" }))
            columns.append(("agent", { $0.key.agent?.slug ?? "" }))
        }
        if dimensions.contains(.batch) {
            columns.append(("batch_id", { $0.key.batch?.id.description ?? "" }))
            columns.append(("batch", { $0.key.batch?.name ?? "" }))
        }
        if dimensions.contains(.endReason) {
            columns.append(("end_reason", { $0.key.endReason?.rawValue ?? "" }))
        }
        let sums: [(name: String, value: (UsageReport.Line) -> String)] = [
            ("calls", { String($0.sum.calls) }), ("answered", { String($0.sum.answered) }),
            ("talked_seconds", { String($0.sum.talkedSeconds) }),
            ("billed_seconds", { String($0.sum.billedSeconds) }), ("cost", { $0.sum.amount.description }),
            ("measured_turns", { String($0.sum.gaps.count) }),
        ]
        columns += sums
        for (name, part) in [("gap_p50_ms", 0.5), ("gap_p90_ms", 0.9), ("gap_p99_ms", 0.99)] {
            columns.append((name, { $0.sum.gaps.percentile(part).map { String($0) } ?? "" }))
        }
        let text =
            CSVLine.text(columns.map(\.name))
            + report.lines.map { line in CSVLine.text(columns.map { $0.value(line) }) }.joined()
        return Response(
            status: .ok,
            headers: [
                .contentType: CSVLine.mediaType,
                .contentDisposition: "attachment; filename=\"usage-\(days.lowerBound)-\(days.upperBound).csv\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
