/// Columns one beside the other, each made of parts one on top of the other, drawn by the server. The same figures stand in a table below, for
/// whoever cannot see them or wants to know exactly.
struct ColumnChart {
    /// What one part of each column stands for.
    struct Series {
        let name: String
        let tone: ChartTone
    }

    struct Column {
        /// What stands in the table.
        let label: HTML
        /// What is read out over the column.
        let name: String
        /// In the order of the series.
        let values: [Int]

        var sum: Int { values.reduce(0, +) }
    }

    let title: String
    /// What the first column of the table is called.
    let axis: String
    let series: [Series]
    let columns: [Column]
    /// A value as it is read.
    var written: (Int) -> String = { "\($0)" }

    private static var height: Int { 100 }
    /// Fewer columns than these leave room behind them: a single one is no wall.
    private static var fewest: Int { 12 }
    /// Of a column with the gap behind it, in the drawing's own units.
    private static var width: Int { 10 }

    var html: HTML {
        guard let first = columns.first, let last = columns.last else { return .nothing }
        let most = max(1, columns.map(\.sum).max() ?? 1)
        let isShort = columns.count < Self.fewest
        let until: HTML = columns.count > 1 ? " – \(last.label)" : .nothing
        let axis: HTML =
            isShort ? "<span>\(first.label)\(until)</span>" : "<span>\(first.label)</span><span>\(last.label)</span>"
        return """
            <figure class="chart">
            <div class="plot"><span class="most">\(written(most))</span>
            <svg viewBox="0 0 \(max(columns.count, Self.fewest) * Self.width) \(Self.height)" preserveAspectRatio="none" role="img" aria-label="\(title): the table below has the figures">\(columns.enumerated().map { column($1, at: $0, of: most) })</svg></div>
            <div class="axis">\(axis)</div>
            <figcaption>\(series.map { "<span class=\"key \($0.tone.rawValue)\">\($0.name)</span>" as HTML })</figcaption>
            <details><summary>As a table</summary>\(table)</details>
            </figure>
            """
    }

    private func column(_ column: Column, at index: Int, of most: Int) -> HTML {
        let x = index * Self.width
        var top = Self.height
        let parts: [HTML] = zip(series, column.values).compactMap { series, value in
            guard value > 0 else { return nil }
            // What is there is seen, however little it is.
            let length = max(1, value * Self.height / most)
            top = max(0, top - length)
            return """
                <rect class="\(series.tone.rawValue)" x="\(x + 1)" y="\(top)" width="\(Self.width - 2)" height="\(length)"/>
                """
        }
        guard !parts.isEmpty else { return .nothing }
        let words = zip(series, column.values).filter { $0.1 > 0 }.map { "\($0.name) \(written($1))" }
        return """
            <g><title>\(column.name): \(words.joined(separator: ", "))</title>\(parts)</g>
            """
    }

    private var table: HTML {
        let rows: [HTML] = columns.filter { $0.sum > 0 }.map { column in
            """
            <tr><th scope="row">\(column.label)</th>\(column.values.map { "<td class=\"number\">\(written($0))</td>" as HTML })</tr>
            """
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(title), as a table"><table class="plain"><caption class="hidden">\(title)</caption>
            <thead><tr><th scope="col">\(axis)</th>\(series.map { "<th scope=\"col\" class=\"number\">\($0.name)</th>" as HTML })</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }
}

/// The colours of charts. None says more than the words beside it.
enum ChartTone: String {
    case good = "t-good"
    case bad = "t-bad"
    case wait = "t-wait"
    case live = "t-live"
    case plain = "t-plain"
    case other = "t-other"
    /// What is still to come.
    case rest = "t-rest"
}
