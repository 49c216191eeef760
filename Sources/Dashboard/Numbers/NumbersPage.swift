import Calls
import Engine
import FoundationEssentials

/// The numbers that the project calls from with their use, and the trunks that calls go through.
struct NumbersPage {
    let owned: [OwnedNumber]
    /// Calls from each, day by day.
    let use: [PhoneNumber: [Int]]
    let firstDay: Date
    let agents: [Agent]
    /// What the operator offers.
    let available: [PhoneNumber]
    let trunks: [TrunkStanding]
    let form: NewNumberForm
    let done: String?
    let context: SessionContext

    var html: HTML {
        """
        \(done.map { HTML.notice("<p>\($0)</p>", .good) })
        \(owned.isEmpty ? emptyState : list)
        \(if: context.may(.editor), addition)
        <section id="trunks"><h2>Trunks</h2>\(trunks.isEmpty ? noTrunks : TrunksView(trunks: trunks, context: context).html)</section>
        """
    }

    private var emptyState: HTML {
        .empty(
            "No numbers yet",
            available.isEmpty
                ? "A call shows one of the project's numbers to the callee. Add one that your trunk may show."
                : "A call shows one of the project's numbers to the callee. The operator offers some below: take one."
        )
    }

    private var noTrunks: HTML {
        .empty(
            "No trunks",
            "The phone lab is off and no carrier is configured: calls have no way out. A trunk is named in the configuration of the server (docs/configuration.md)."
        )
    }

    private var list: HTML {
        """
        <table class="list"><caption class="hidden">Numbers to call from</caption>
        <thead><tr><th scope="col">Number</th><th scope="col">Agents</th><th scope="col" class="number">Today</th><th scope="col">Last \(use.values.first?.count ?? 0) days</th><th scope="col">Since</th><th scope="col"><span class="hidden">Change</span></th></tr></thead>
        <tbody>\(owned.map(row))</tbody></table>
        """
    }

    private func row(_ number: OwnedNumber) -> HTML {
        let calls = use[number.number] ?? []
        let isUsed = !number.outboundAgents.isEmpty || number.inboundAgent != nil
        let remove: HTML = .confirmed(
            "Remove",
            "<form method=\"post\" action=\"/numbers/\(number.id)/remove\">\(context.session.token)<p class=\"hint\">The project gives it up.</p><button class=\"danger small\">Remove the number</button></form>"
        )
        return """
            <tr id="\(number.id)"><th scope="row">\(number.number)\(if: !number.name.isEmpty, "<div class=\"why\">\(HTML.foreign(number.name))</div>")</th>
            <td data-label="Agents"><div>\(attached(number))</div></td>
            <td data-label="Today" class="number">\(calls.last ?? 0)</td>
            <td data-label="Use">\(DailyBars(counts: calls, firstDay: firstDay).html)</td>
            <td data-label="Since">\(HTML.time(number.createdAt))</td>
            <td>\(if: context.may(.editor) && !isUsed, remove)</td></tr>
            """
    }

    private func attached(_ number: OwnedNumber) -> HTML {
        let ids = number.outboundAgents + (number.inboundAgent.map { [$0] } ?? [])
        let entries: [HTML] = ids.map { id in
            guard let agent = agents.first(where: { $0.id == id }) else { return "<li>\(id)</li>" }
            let detach: HTML = """
                <form method="post" action="/numbers/\(number.id)/detach">\(context.session.token)<input type="hidden" name="agent" value="\(agent.id)"><button class="plain" aria-label="Take \(number.number) from \(agent.slug)">take away</button></form>
                """
            return
                "<li><a href=\"\(agent.page)\">\(agent.slug)</a>\(if: agent.direction == .inbound, " <span class=\"quiet\">answers it</span>")\(if: context.may(.editor), detach)</li>"
        }
        let others = agents.filter { !ids.contains($0.id) }
        let attach: HTML = """
            <form method="post" action="/numbers/\(number.id)/attach" class="line">\(context.session.token)<select name="agent" aria-label="Agent for \(number.number)">\(others.map { HTML.option($0.id.description, $0.slug, isChosen: false) })</select><button class="plain">Attach</button></form>
            """
        let list: HTML =
            entries.isEmpty ? "<span class=\"quiet\">none</span>" : "<ul class=\"attached\">\(entries)</ul>"
        return list + (context.may(.editor) && !others.isEmpty ? attach : .nothing)
    }

    private var addition: HTML {
        let offers: [HTML] = available.map { "<option value=\"\($0)\">offered by the operator</option>" }
        return """
            <section class="card" id="add"><h2>Add a number</h2>
            \(form.problems.summary("Nothing was added."))
            <form method="post" action="/numbers" class="stack">\(context.session.token)
            <div class="grid">
            \(HTML.field("Number", "number", form.number, form.problems, attributes: " type=\"tel\" inputmode=\"tel\" autocomplete=\"off\" list=\"offers\" placeholder=\"+1 555 010 0000\" required", hint: available.isEmpty ? "one that your trunk may show" : "one of the operator's, \(available.prefix(3).map(\.description).joined(separator: ", ")), or one that your trunk may show"))
            \(HTML.field("Name", "name", form.name ?? "", form.problems, attributes: " autocomplete=\"off\""))
            </div>
            <datalist id="offers">\(offers)</datalist>
            <button>Add the number</button>
            </form></section>
            """
    }
}
