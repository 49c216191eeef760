import Calls
import Engine
import FoundationEssentials

/// How far a batch is: the part of its page that changes while it goes on.
struct BatchProgressView {
    let progress: BatchProgress
    let course: BatchCourse
    let now: Date

    private var batch: Batch { progress.batch }
    private var counts: BatchCounts { progress.counts }

    var html: HTML {
        """
        <p class="standing">\(batch.status.badge) \(batch.reason.map { "<span class=\"why\">\($0.words)</span>" as HTML })</p>
        \(SharesBar(title: "Contacts", parts: parts).html)
        \(HTML.facts(facts))
        """
    }

    private var parts: [SharesBar.Part] {
        [
            .init(name: "talked to", count: counts.completed, tone: .good),
            .init(name: "not reached", count: counts.failed, tone: .bad),
            .init(name: "skipped", count: counts.skipped, tone: .plain),
            .init(name: "canceled", count: counts.canceled, tone: .other),
            .init(name: "on the line", count: counts.connected, tone: .live),
            .init(name: "being dialed", count: counts.dialing, tone: .wait),
            .init(name: "to come", count: counts.queued, tone: .rest),
        ]
    }

    private var facts: [(term: String, value: HTML)] {
        var facts: [(term: String, value: HTML)] = [("Calls", "\(counts.calls)")]
        if batch.status == .running {
            facts.append(("In the last minute", "\(counts.callsLastMinute) of \(batch.settings.callsPerMinute)"))
            let end = counts.estimatedFinish(by: batch.settings, nextSlot: batch.nextSlot, at: now)
            if let end { facts.append(("Last dial, by pace", .time(end))) }
        }
        if let rate = counts.successRate { facts.append(("Talked to", "\(Self.percent(rate)) of those called")) }
        if let rate = counts.goalRate {
            facts.append(("Goal met", "\(counts.goalsMet), \(Self.percent(rate)) of conversations"))
        }
        facts.append(("Cost", "\(counts.cost.shown)"))
        return facts
    }

    static func percent(_ part: Double) -> String { "\(Int((part * 100).rounded())) %" }

    /// How its calls ended over time, and why.
    var chart: HTML {
        guard !course.stretches.isEmpty else {
            return "<p class=\"quiet\">No call has ended yet.</p>"
        }
        let chart = ColumnChart(
            title: "Calls that ended, in stretches of \(Self.length(course.width))",
            axis: "From",
            series: Outcome.series,
            columns: course.stretches.map { stretch in
                ColumnChart.Column(
                    label: .time(stretch.start),
                    name: Timestamp.text(stretch.start),
                    values: Outcome.counts(stretch.ends)
                )
            }
        )
        return "<p class=\"quiet\">\(chart.title)</p>\(chart.html)\(reasons)"
    }

    private static func length(_ seconds: Int) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3600: "\(seconds / 60) min"
        default: "\(seconds / 3600) h"
        }
    }

    private var reasons: HTML {
        let sorted = counts.endReasons.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        return ReasonsTable(reasons: sorted.map { ($0.key, $0.value) }).html
    }
}

/// Why calls ended, the most common first, each with a bar.
struct ReasonsTable {
    let reasons: [(reason: EndReason, count: Int)]

    var html: HTML {
        let most = reasons.map(\.count).max() ?? 1
        let rows: [HTML] = reasons.map { reason, count in
            """
            <tr><th scope="row">\(reason.words)</th><td class="wide"><svg class="bar" viewBox="0 0 \(most) 1" preserveAspectRatio="none" aria-hidden="true"><rect class="\(Outcome(reason).tone.rawValue)" width="\(count)" height="1"/></svg></td><td class="number">\(count)</td></tr>
            """
        }
        guard !rows.isEmpty else { return .nothing }
        return
            "<table class=\"plain reasons\"><caption class=\"hidden\">Why calls ended</caption><tbody>\(rows)</tbody></table>"
    }
}
