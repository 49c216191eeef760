import Foundation

/// What is said of lists and batches, for people.
struct BatchReport {
    let terminal: Terminal

    private static let findingsShown = 15
    /// How many lines of the file are named of those that have the same said of them.
    private static let linesNamed = 3
    private static let periodsShown = 12

    func lines(_ preview: PreviewDocument) -> [String] {
        let file = preview.file
        var lines = [
            terminal.styled("\(preview.rows) rows, \(preview.called) to be called", .bold),
            fact(
                "File",
                "\(file.encoding), columns separated by \(file.delimiter): \(file.columns.joined(separator: ", "))"
            ),
        ]
        lines += file.notices.map { fact("Note", $0) }
        for (verdict, count) in preview.counts.sorted(by: { $0.key < $1.key }) where count > 0 {
            lines.append(fact(verdict.replacing("_", with: " "), String(count)))
        }
        if !preview.shown.isEmpty { lines.append("") }
        let findings = Self.findings(preview.shown)
        lines += findings.prefix(Self.findingsShown).map { finding in
            let rows = terminal.styled(finding.rows.padded(to: 20), .faint)
            return "\(rows)  \(finding.verdict.padded(to: 16))  \(finding.reason.printable)"
        }
        if findings.count > Self.findingsShown || preview.shown.count < preview.rows - (preview.counts["ready"] ?? 0) {
            lines.append(terminal.styled("and more: --annotated writes the verdict of every row", .faint))
        }
        lines += [""] + self.lines(preview.forecast)
        if let funds = preview.funds {
            let words = funds.isEnough ? "covers" : "does not cover"
            lines.append(fact("Balance", "\(funds.balance.amount), which \(words) the worst case"))
        }
        return lines
    }

    /// What is said of rows, once for all that have the same said of them, in the order of the first.
    static func findings(_ rows: [PreviewDocument.Row]) -> [(rows: String, verdict: String, reason: String)] {
        var lines: [[String]: [Int]] = [:]
        var order: [[String]] = []
        for row in rows {
            let words = [row.verdict.replacing("_", with: " "), row.reason ?? ""]
            if lines[words] == nil { order.append(words) }
            lines[words, default: []].append(row.line)
        }
        return order.map { words in
            let found = lines[words, default: []]
            var named = found.prefix(linesNamed).map(String.init).joined(separator: ", ")
            if found.count > linesNamed { named += ", \(found.count - linesNamed) more" }
            return ((found.count == 1 ? "line " : "lines ") + named, words[0], words[1])
        }
    }

    func lines(_ forecast: ForecastDocument) -> [String] {
        var lines = [
            terminal.styled("Forecast", .bold),
            fact("Starts", time(forecast.startsAt)),
            fact("Finishes", forecast.finishesAt.map(time) ?? "never: nobody would be called"),
            fact(
                "Calls",
                "\(forecast.calls), of which \(forecast.retries) are retries, \(forecast.mostAtOnce) at once at most"
            ),
            fact(
                "Contacts",
                "\(forecast.completed) talked to, \(forecast.failed) not, \(forecast.unreached) left when it ends"
            ),
            fact("Cost", "\(forecast.expectedSpend.amount) expected, \(forecast.worstCaseSpend.amount) at worst"),
        ]
        if forecast.ending.how != "completed" {
            lines.append(fact("Ends", "\(forecast.ending.how): \(forecast.ending.reasonText ?? "")"))
        }
        lines += forecast.skipped.map { fact("Skipped", "\($0.count): \($0.what.replacing("_", with: " "))") }
        lines.append(fact("Assumes", Self.words(for: forecast.assumptions)))
        lines += forecast.periods.prefix(Self.periodsShown).map { period in
            fact(
                time(period.start),
                "\(period.calls) calls" + (period.retries > 0 ? ", \(period.retries) of them again" : "")
            )
        }
        if forecast.periods.count > Self.periodsShown {
            lines.append(terminal.styled("and \(forecast.periods.count - Self.periodsShown) more", .faint))
        }
        return lines
    }

    func lines(_ batch: BatchDocument) -> [String] {
        let counts = batch.counts
        let style: Terminal.Style = batch.status == "completed" ? .green : .yellow
        var lines = ["\(batch.id)  \(terminal.styled(batch.status, style))  \(batch.name.printable)"]
        if let reason = batch.reason { lines.append(fact("Because", reason.text)) }
        lines += [
            fact("Contacts", "\(counts.total)"),
            fact("Talked to", "\(counts.completed), the goal met by \(counts.goalsMet)"),
            fact("Not reached", "\(counts.failed)"),
            fact("Not called", "\(counts.skipped) skipped, \(counts.canceled) canceled"),
        ]
        if !batch.isOver {
            lines.append(
                fact("To go", "\(counts.queued) queued, \(counts.dialing) dialing, \(counts.connected) talking")
            )
        }
        lines += batch.endReasons.sorted { $0.key < $1.key }
            .map { fact("", "\($0.value) \($0.key.replacing("_", with: " "))") }
        lines.append(fact("Cost", "\(batch.cost.amount) for \(counts.calls) calls"))
        return lines
    }

    /// What can be done about a batch that somebody stops following.
    static func leaving(_ id: String) -> String {
        """

        \(id) goes on.
          look at it again:  trunkline batch show \(id) --follow
          hold it up:        trunkline batch pause \(id)
          end it:            trunkline batch cancel \(id)
        """
    }

    /// `[#####-----]  45/100 done  3 dialing  12 talking  8 failed  18/min  until 14:32`
    static func bar(_ batch: BatchDocument, width: Int = 24) -> String {
        let counts = batch.counts
        let done = counts.completed + counts.failed + counts.skipped + counts.canceled
        let filled = counts.total == 0 ? 0 : min(width, done * width / counts.total)
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        var words = [
            "[\(bar)]", "\(done)/\(counts.total) done", "\(counts.dialing) dialing", "\(counts.connected) talking",
            "\(counts.completed) talked to", "\(counts.failed) failed", "\(batch.callsPerMinute)/min",
        ]
        if let finish = batch.estimatedFinish { words.append("until \(finish.dropFirst(11).prefix(5)) UTC") }
        if batch.status != "running" { words.append(batch.status) }
        return words.joined(separator: "  ")
    }

    private func fact(_ name: String, _ value: String) -> String {
        "\(terminal.styled(name.padded(to: 18), .faint))  \(value.printable)"
    }

    private func time(_ text: String) -> String {
        "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    private static func words(for source: String) -> String {
        switch source {
        case "given": "what was given"
        case "history": "that calls go as the agent's last ones did"
        default: "an average list, as the agent has no calls to learn from"
        }
    }
}
