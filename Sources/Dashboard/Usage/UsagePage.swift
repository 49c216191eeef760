import Calls
import Engine
import FoundationEssentials

/// How the calls of some days went, what they came to, and what there is to spend.
struct UsagePage {
    let summary: UsageSummary
    let wallet: Wallet
    let today: CalendarDay
    let context: SessionContext

    /// How many agents or batches a table has at the most.
    private static var longestTable: Int { 20 }

    private func query(from first: CalendarDay, to last: CalendarDay) -> String {
        FormFields.query([("mode", summary.mode.rawValue), ("from", "\(first)"), ("to", "\(last)")])
    }

    var actions: HTML {
        let query = query(from: summary.days.lowerBound, to: summary.days.upperBound)
        return "<a class=\"button second\" href=\"/usage/table.csv?\(query)\">As CSV</a>"
    }

    var html: HTML {
        """
        \(filter)
        \(UsageFigures(tally: summary.report.total).html)
        <div class="columns">
        <div>\(summary.report.total.calls > 0 ? charts : emptyState)</div>
        <div>\(WalletView(wallet: wallet).html)\(reasons)</div>
        </div>
        \(tables)
        """
    }

    private var filter: HTML {
        let spans: [(String, CalendarDay)] = [
            ("7 days", today.adding(days: -6)), ("30 days", today.adding(days: -29)),
            ("90 days", today.adding(days: -89)), ("This month", today.firstOfMonth),
        ]
        let links: [HTML] = spans.map { name, first in
            "<a href=\"/usage?\(query(from: first, to: today))\">\(name)</a>"
        }
        return """
            <form method="get" action="/usage" class="filter" aria-label="Days">
            <label>Network <select name="mode">\(HTML.option("live", "live", isChosen: summary.mode == .live))\(HTML.option("test", "phone lab", isChosen: summary.mode == .test))</select></label>
            <label>From <input type="date" name="from" value="\(summary.days.lowerBound.description)"></label>
            <label>To <input type="date" name="to" value="\(summary.days.upperBound.description)"></label>
            <div class="buttons"><button class="second">Show</button></div>
            <p class="spans">\(links.joined(" ")) <span class="quiet">Days begin at midnight in \(summary.timeZone.identifier).</span></p>
            </form>
            """
    }

    private var emptyState: HTML {
        let call: HTML = "<a class=\"button\" href=\"/calls/new\">Place a call</a>"
        return .empty(
            "No calls ended in these days",
            "Choose other days or the other network above. Calls count on the day on which they end.",
            action: context.may(.editor) ? call : .nothing
        )
    }

    private var days: [CalendarDay] {
        Array(sequence(first: summary.days.lowerBound) { $0 < summary.days.upperBound ? $0.adding(days: 1) : nil })
    }

    private var charts: HTML {
        var ends: [CalendarDay: [EndReason: Int]] = [:]
        for line in summary.report.by([.day, .endReason]).lines {
            guard let day = line.key.day, let reason = line.key.endReason else { continue }
            ends[day, default: [:]][reason] = Int(line.sum.calls)
        }
        var tallies: [CalendarDay: UsageTally] = [:]
        for line in summary.report.by([.day]).lines {
            if let day = line.key.day { tallies[day] = line.sum }
        }
        let calls = chart("Calls", Outcome.series, values: { Outcome.counts(ends[$0] ?? [:]) })
        let spend = chart(
            "Spend",
            [.init(name: "charged", tone: .live)],
            written: { Money(milliCents: Int64($0)).shown },
            values: { [Int(clamping: tallies[$0]?.amount.milliCents ?? 0)] }
        )
        let minutes = chart(
            "Minutes talked",
            [.init(name: "from answer to hang-up", tone: .good)],
            values: { [Int(((tallies[$0]?.talkedSeconds ?? 0) + 59) / 60)] }
        )
        let rate = chart(
            "Answered",
            [.init(name: "of the calls of the day", tone: .plain)],
            written: { "\($0) %" },
            values: { [Int(((tallies[$0]?.answerRate ?? 0) * 100).rounded())] }
        )
        return "\(calls)\(spend)\(minutes)\(rate)"
    }

    private func chart(
        _ title: String,
        _ series: [ColumnChart.Series],
        written: @escaping (Int) -> String = { "\($0)" },
        values: (CalendarDay) -> [Int]
    ) -> HTML {
        let chart = ColumnChart(
            title: "\(title) by day",
            axis: "Day",
            series: series,
            columns: days.map { day in
                ColumnChart.Column(label: "\(day.description)", name: day.description, values: values(day))
            },
            written: written
        )
        return "<section class=\"card\"><h2>\(title)</h2>\(chart.html)</section>"
    }

    private var reasons: HTML {
        let lines = summary.report.by([.endReason]).lines.sorted { $0.sum.calls > $1.sum.calls }
        guard !lines.isEmpty else { return .nothing }
        let table = ReasonsTable(
            reasons: lines.compactMap { line in line.key.endReason.map { ($0, Int(line.sum.calls)) } }
        )
        return "<section class=\"card\"><h2>Why calls ended</h2>\(table.html)</section>"
    }

    private var tables: HTML {
        let agents = summary.report.by([.agent]).lines.compactMap { line -> (name: HTML, tally: UsageTally)? in
            line.key.agent.map { (.foreign($0.slug ?? "an agent that is gone"), line.sum) }
        }
        let batches = summary.report.by([.batch]).lines.map { line -> (name: HTML, tally: UsageTally) in
            guard let batch = line.key.batch else { return ("single calls", line.sum) }
            let name = HTML.foreign(batch.name ?? "a batch that is gone")
            return ("<a href=\"/batches/\(batch.id)\">\(name)</a>", line.sum)
        }
        return "\(table("Agent", agents))\(table("Batch", batches))"
    }

    private func table(_ title: String, _ lines: [(name: HTML, tally: UsageTally)]) -> HTML {
        guard !lines.isEmpty else { return .nothing }
        let sorted = lines.sorted { $0.tally.calls > $1.tally.calls }
        let more: HTML? =
            sorted.count > Self.longestTable
            ? "<p class=\"quiet\">The \(Self.longestTable) with the most calls of \(sorted.count). The CSV has all.</p>"
            : nil
        let rows: [HTML] = sorted.prefix(Self.longestTable).map { name, tally in
            """
            <tr><th scope="row">\(name)</th>
            <td data-label="Calls" class="number">\(Int(tally.calls))</td>
            <td data-label="Answered" class="number">\(tally.answerRate.map(BatchProgressView.percent) ?? "–")</td>
            <td data-label="Talked" class="number">\(UsageFigures.minutes(tally.talkedSeconds))</td>
            <td data-label="Billed" class="number">\(UsageFigures.minutes(tally.billedSeconds))</td>
            <td data-label="Spend" class="number">\(tally.amount.shown)</td>
            <td data-label="Gap, median" class="number">\(tally.gaps.percentile(0.5).map { "\($0) ms" } ?? "–")</td></tr>
            """
        }
        return """
            <section class="card"><h2>By \(title.lowercased())</h2>
            <table class="list"><caption class="hidden">By \(title.lowercased())</caption>
            <thead><tr><th scope="col">\(title)</th><th scope="col" class="number">Calls</th><th scope="col" class="number">Answered</th><th scope="col" class="number">Talked</th><th scope="col" class="number">Billed</th><th scope="col" class="number">Spend</th><th scope="col" class="number">Gap, median</th></tr></thead>
            <tbody>\(rows)</tbody></table>\(more)</section>
            """
    }
}
