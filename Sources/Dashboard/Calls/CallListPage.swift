import Calls
import Engine

/// Calls, newest first, and what of them is asked for.
struct CallListPage {
    let filter: CallListFilter
    let calls: [Call]
    /// Whether more lie behind them, in the direction in which pages are turned.
    let hasMore: Bool
    let agents: [Agent]
    let context: SessionContext
    /// What is searched for is neither a number nor an identifier.
    let isUnreadable: Bool

    var html: HTML {
        """
        \(filterForm)
        \(calls.isEmpty ? emptyState : list)
        """
    }

    private var filterForm: HTML {
        """
        <form method="get" action="/calls" class="filter" role="search" aria-label="Calls">
        <label>Number or call id <input name="q" value="\(filter.search ?? "")" inputmode="tel" autocomplete="off" placeholder="+1 555 010 0001"></label>
        <label>Status <select name="status">
        \(HTML.option("", "any", isChosen: filter.status == nil))
        <optgroup label="Groups">\(StatusGroup.allCases.map { HTML.option($0.rawValue, $0.words, isChosen: filter.status == $0.rawValue) })</optgroup>
        <optgroup label="One status">\(single.map { HTML.option($0.rawValue, $0.words, isChosen: filter.status == $0.rawValue) })</optgroup>
        </select></label>
        <label>Agent <select name="agent">
        \(HTML.option("", "any", isChosen: filter.agent == nil))
        \(agents.map { HTML.option($0.slug, $0.slug, isChosen: filter.agent == $0.slug) })
        </select></label>
        <label>Network <select name="mode">
        \(HTML.option("", "any", isChosen: filter.mode == nil))
        \(HTML.option("test", "phone lab", isChosen: filter.mode == .test))
        \(HTML.option("live", "live", isChosen: filter.mode == .live))
        </select></label>
        <div class="buttons"><button class="second">Show</button>\(if: !filter.isEmpty, "<a href=\"/calls\">Clear</a>")</div>
        </form>
        """
    }

    /// Those that are no group of their own already.
    private var single: [CallStatus] { CallStatus.allCases.filter { $0 != .completed } }

    private var list: HTML {
        """
        <table class="list calls"><caption class="hidden">Calls, newest first</caption>
        <thead><tr><th scope="col">Called</th><th scope="col">Status</th><th scope="col">Reached</th><th scope="col">Goal</th><th scope="col">Agent</th><th scope="col" class="number">Length</th><th scope="col" class="number">Cost</th><th scope="col">Placed</th></tr></thead>
        <tbody>\(calls.map(row))</tbody></table>
        \(turning)
        """
    }

    private func row(_ call: Call) -> HTML {
        let status = call.lifecycle.status
        let reason = call.lifecycle.ending?.reason
        let why: HTML? = reason.map { "<div class=\"why\">\($0.words)</div>" }
        let length: HTML = call.duration.map { $0 > 0 ? HTML.span(seconds: $0) : "–" } ?? "–"
        return """
            <tr><th scope="row"><a href="/calls/\(call.id)">\(call.number)</a>\(if: call.request.mode == .live, " <span class=\"badge live\">live network</span>")</th>
            <td data-label="Status">\(status.badge)\(why)</td>
            <td data-label="Reached">\(call.reached == .nobody ? "–" : call.reached.words)</td>
            <td data-label="Goal">\(call.goal == .undecided ? "<span class=\"quiet\">–</span>" : HTML.badge(call.goal.words, call.goal.tone))</td>
            <td data-label="Agent">\(HTML.foreign(call.agent.slug))</td>
            <td data-label="Length" class="number">\(length)</td>
            <td data-label="Cost" class="number">\(call.cost == .zero ? "–" : call.cost.shown)</td>
            <td data-label="Placed">\(HTML.time(call.createdAt))</td></tr>
            """
    }

    private var turning: HTML {
        let (first, last) = (calls.first?.id, calls.last?.id)
        let hasNewer = filter.before != nil || filter.after != nil && hasMore
        let hasOlder = filter.after != nil || hasMore
        let newer: HTML = "<a rel=\"prev\" href=\"\(filter.path(after: first))\">Newer</a>"
        let older: HTML = "<a rel=\"next\" href=\"\(filter.path(before: last))\">Older</a>"
        return "<nav class=\"pages\" aria-label=\"Pages\">\(if: hasNewer, newer)\(if: hasOlder, older)</nav>"
    }

    private var emptyState: HTML {
        if isUnreadable {
            return .empty(
                "Nothing to search for",
                "<bdi>\(filter.search ?? "")</bdi> is neither a telephone number nor the id of a call. Numbers begin with + and the country's code."
            )
        }
        guard filter.isEmpty, filter.before == nil, filter.after == nil else {
            return .empty(
                "No such calls",
                "No call is like that.",
                action: "<a class=\"button second\" href=\"/calls\">Show all calls</a>"
            )
        }
        guard context.may(.editor) else {
            return .empty("No calls yet", "When somebody places a call, it stands here.")
        }
        return .empty(
            "No calls yet",
            "Place the first one to the phone lab, a telephone network inside this server: nobody's telephone rings, and it costs nothing.",
            action: "<a class=\"button\" href=\"/calls/new\">Place a call</a>"
        )
    }
}
