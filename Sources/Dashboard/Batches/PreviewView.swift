import CSV
import Calls
import Engine

/// What a list would come to as a batch: what is wrong with it, row by row, and how it would go.
struct PreviewView {
    let preview: ListPreview
    let forecast: Forecast
    let leavesOutFaulty: Bool

    /// Rows that stop a launch, unless they are left out.
    private var wrong: Int { count(.faulty) + count(.missingVariables) }

    /// Whether some of the rows keep the whole list from being launched.
    static func stops(_ preview: ListPreview) -> Bool {
        (preview.counts[.faulty] ?? 0) + (preview.counts[.missingVariables] ?? 0) > 0
    }

    var html: HTML {
        """
        <div class="card" id="verdict">
        <h2>What would happen</h2>
        \(headline)
        \(SharesBar(title: "Rows", parts: parts).html)
        \(funds)
        \(ForecastView(forecast: forecast).html)
        </div>
        \(rows)
        <details class="card"><summary><h2>How the file reads</h2></summary>\(HTML.facts(file))\(notices)</details>
        """
    }

    private func count(_ kind: RowVerdict.Kind) -> Int { preview.counts[kind] ?? 0 }

    private var headline: HTML {
        let rows = "\(preview.rows) \(preview.rows == 1 ? "row" : "rows")"
        guard preview.called > 0 else {
            return .notice("<p><strong>Nobody would be called.</strong> Of \(rows) none can be.</p>", .bad)
        }
        guard wrong == 0 || leavesOutFaulty else {
            return .notice(
                """
                <p><strong>Would not be launched as it is.</strong> Something is wrong with \(wrong) of \(rows). Mend the file, or leave them out: \(preview.called) would be called.</p>
                """,
                .bad
            )
        }
        return .notice("<p><strong>\(preview.called) of \(rows) would be called.</strong></p>", .good)
    }

    private var parts: [SharesBar.Part] {
        RowVerdict.Kind.allCases.map { SharesBar.Part(name: $0.words, count: count($0), tone: $0.tone.chart) }
    }

    private var funds: HTML? {
        guard let budget = preview.budget, budget.terms == .prepaid, forecast.worstCaseSpend > budget.balance else {
            return nil
        }
        return .notice(
            """
            <p>The balance of \(budget.balance.shown) does not cover the worst case of \(forecast.worstCaseSpend.shown): it is paused when the balance does not cover the next call.</p>
            """,
            .wait
        )
    }

    private var rows: HTML {
        guard !preview.shown.isEmpty else { return .nothing }
        let wrong = preview.shown.filter { [.faulty, .missingVariables].contains($0.verdict.kind) }
        let others = preview.shown.filter { ![.faulty, .missingVariables].contains($0.verdict.kind) }
        let all = preview.rows - count(.ready)
        let more: HTML? =
            all > preview.shown.count
            ? "<p class=\"quiet\">The first \(preview.shown.count) of \(all). The download has every row.</p>" : nil
        return """
            <section class="card"><h2>Rows that are not simply called</h2>
            <table class="list rows"><caption class="hidden">Rows that are not simply called</caption>
            <thead><tr><th scope="col" class="number">Line</th><th scope="col">What becomes of it</th></tr></thead>
            <tbody>\((wrong + others).map(row))</tbody></table>\(more)</section>
            """
    }

    private func row(_ judged: JudgedRow) -> HTML {
        let verdict = judged.verdict
        return """
            <tr><th scope="row" class="number">\(judged.row.line)</th>
            <td data-label="Verdict">\(HTML.badge(verdict.kind.words, verdict.kind.tone))\(verdict.reason.map { "<div>\(HTML.foreign($0))</div>" as HTML })</td></tr>
            """
    }

    private var file: [(term: String, value: HTML)] {
        let columns = preview.columns
        return [
            ("Written in", "\(preview.format.encoding.rawValue), separated by \(preview.format.delimiter.rawValue)"),
            ("Numbers in", .foreign(columns.names[columns.phone])),
            ("Variables", columns.variables.map { HTML.foreign(columns.names[$0]) }.joined(", ")),
            ("Empty lines", "\(preview.blankRows)"),
        ]
    }

    private var notices: [HTML] { preview.columns.notices.map { HTML.notice("<p>\($0)</p>", .wait) } }
}

extension HTML.Tone {
    var chart: ChartTone {
        switch self {
        case .good: .good
        case .bad: .bad
        case .wait: .wait
        case .live: .live
        case .plain: .plain
        }
    }
}
