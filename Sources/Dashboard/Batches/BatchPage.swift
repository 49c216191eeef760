import Calls
import Engine
import FoundationEssentials

/// Everything about one batch.
struct BatchPage {
    let view: BatchProgressView
    let agent: Agent?
    let contacts: ContactsView
    /// Nil unless it was asked for.
    let forecast: Forecast?
    let context: SessionContext

    private var batch: Batch { view.progress.batch }

    var html: HTML {
        """
        <div id="controls" class="controls">\(BatchControlsView(batch: batch, context: context).html)</div>
        <div class="columns">
        <div>
        <section class="card"><h2>Progress</h2><div id="progress">\(view.html)</div></section>
        <section class="card"><h2>How calls ended</h2><div id="course">\(view.chart)</div></section>
        </div>
        <div>
        \(rest)
        \(settings)
        \(redial)
        </div>
        </div>
        \(contacts.html)
        """
    }

    private var rest: HTML {
        guard !batch.status.isFinal, batch.status != .stopping else { return .nothing }
        guard let forecast else {
            return """
                <section class="card"><h2>How the rest will go</h2><p><a class="button second" href="/batches/\(batch.id)?forecast=1">Show the forecast</a></p></section>
                """
        }
        return "<section class=\"card\"><h2>How the rest will go</h2>\(ForecastView(forecast: forecast).html)</section>"
    }

    private var settings: HTML {
        let settings = batch.settings
        var facts: [(term: String, value: HTML)] = [
            ("Agent", agent.map { .foreign("\($0.name) (\($0.slug))") } ?? "gone"),
            ("Network", batch.mode == .live ? "live" : "phone lab"),
            ("Pace", "\(settings.callsPerMinute) a minute"),
        ]
        if let most = settings.concurrency { facts.append(("At most at once", "\(most)")) }
        if let most = settings.callsPerDay { facts.append(("At most per day", "\(most)")) }
        if let hours = settings.hours { facts.append(("Hours", "\(hours.words)")) }
        if let start = settings.startAt { facts.append(("Begins", .time(start))) }
        if let end = settings.deadline { facts.append(("Nothing dialed after", .time(end))) }
        facts.append(("Second tries", "\(settings.retry.words)"))
        if let spend = settings.stop.spend { facts.append(("Stops at a spend of", "\(spend.shown)")) }
        if let goals = settings.stop.goalsMet { facts.append(("Stops after goals met", "\(goals)")) }
        facts.append(("Pauses if calls fail", settings.breaker == nil ? "no" : "yes"))
        facts.append(("Made", .time(batch.createdAt)))
        if let start = batch.startedAt { facts.append(("Started", .time(start))) }
        if let end = batch.endedAt { facts.append(("Over", .time(end))) }
        if let first = batch.redialOf {
            facts.append(("Redial of", "<a href=\"/batches/\(first)\">an earlier batch</a>"))
        }
        facts.append(("Id", "<code>\(batch.id)</code>"))
        return "<section class=\"card\"><h2>Facts</h2>\(HTML.facts(facts))</section>"
    }

    /// A new batch of those who were not reached.
    private var redial: HTML {
        let reasons = view.progress.counts.endReasons.filter { $0.key.status != .completed }
            .sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
        guard context.may(.editor), batch.status.isFinal, view.progress.counts.failed > 0 else { return .nothing }
        let boxes: [HTML] = reasons.map { reason, count in
            """
            <label class="check"><input type="checkbox" name="reason.\(reason.rawValue)" value="1"\(if: reason.isRetryable, " checked")> \(reason.words) <span class="quiet">\(count)</span></label>
            """
        }
        return """
            <section class="card"><h2>Call those again who were not reached</h2>
            <form method="post" action="/batches/\(batch.id)/redial" class="stack">\(context.session.token)
            <fieldset><legend>Whose last call ended so</legend>\(boxes)</fieldset>
            <button class="second">Launch a new batch of them</button></form></section>
            """
    }
}

/// What can be done with a batch now.
struct BatchControlsView {
    let batch: Batch
    let context: SessionContext

    var html: HTML {
        guard context.may(.editor) else { return .nothing }
        let resume = batch.startedAt == nil ? "Start it" : "Resume"
        return switch batch.status {
        case .scheduled, .running: "\(button("pause", "Pause", "second"))\(cancel)"
        case .paused: "\(button("resume", resume, ""))\(cancel)"
        case .importing, .stopping, .completed, .canceled: .nothing
        }
    }

    private func button(_ action: String, _ title: String, _ kind: String) -> HTML {
        """
        <form method="post" action="/batches/\(batch.id)/\(action)">\(context.session.token)<button class="\(kind)">\(title)</button></form>
        """
    }

    private var cancel: HTML {
        """
        <details class="confirm"><summary class="button danger">Cancel the batch …</summary>\(button("cancel", "Cancel it for good", "danger"))</details>
        """
    }
}

extension CallingHours {
    /// `Mon 09:00-17:00, Tue 09:00-17:00`; days that follow one another with the same hours are one.
    var words: String {
        var groups: [(first: Weekday, last: Weekday, hours: String)] = []
        for day in Weekday.allCases {
            let hours = (windows[day] ?? []).map(\.text).joined(separator: " and ")
            guard !hours.isEmpty else { continue }
            let isNext = groups.last.map {
                Weekday.allCases.firstIndex(of: $0.last) == Weekday.allCases.firstIndex(of: day).map { $0 - 1 }
            }
            if isNext == true, groups.last?.hours == hours {
                groups[groups.count - 1].last = day
            } else {
                groups.append((day, day, hours))
            }
        }
        return groups.map { group in
            (group.first == group.last ? group.first.words : "\(group.first.words)–\(group.last.words)")
                + " \(group.hours)"
        }.joined(separator: ", ")
    }
}

extension RetryPolicy {
    var words: String {
        guard budget > 1, !rules.isEmpty else { return "none" }
        let reasons = rules.keys.map(\.words).sorted().joined(separator: ", ")
        return "up to \(budget) calls per contact, after \(reasons)"
    }
}
