import Calls
import Engine

/// The contacts of a batch in the order of its list, each with what became of it.
struct ContactsView {
    let batch: Batch.ID
    let state: Contact.State?
    let contacts: [(contact: Contact, calls: [Call])]
    let hasMore: Bool
    /// The page does not begin with the first.
    let isLater: Bool

    var html: HTML {
        """
        <section class="card" id="contacts"><h2>Contacts</h2>
        <form method="get" action="/batches/\(batch)" class="line">
        <label>State <select name="state">\(HTML.option("", "any", isChosen: state == nil))\(Contact.State.allCases.map { HTML.option($0.rawValue, $0.words, isChosen: state == $0) })</select></label>
        <button class="second">Show</button></form>
        \(contacts.isEmpty ? "<p class=\"quiet\">None in this state.</p>" : table)
        </section>
        """
    }

    private var table: HTML {
        let path = { (after: Int?) in
            "/batches/\(batch)?" + FormFields.query([("state", state?.rawValue), ("after", after.map(String.init))])
                + "#contacts"
        }
        let first: HTML = "<a rel=\"prev\" href=\"\(path(nil))\">From the beginning</a>"
        let next: HTML? = contacts.last.map { "<a rel=\"next\" href=\"\(path($0.contact.line))\">More</a>" }
        return """
            <table class="list"><caption class="hidden">Contacts in the order of the list</caption>
            <thead><tr><th scope="col" class="number">Line</th><th scope="col">Number</th><th scope="col">State</th><th scope="col">Why</th><th scope="col">Goal</th><th scope="col">Calls</th></tr></thead>
            <tbody>\(contacts.map(row))</tbody></table>
            <nav class="pages" aria-label="Pages">\(if: isLater, first)\(hasMore ? next : nil)</nav>
            """
    }

    private func row(_ entry: (contact: Contact, calls: [Call])) -> HTML {
        let contact = entry.contact
        let number: HTML =
            contact.listed.phone == .erased ? "<span class=\"quiet\">erased</span>" : "\(contact.listed.phone)"
        let goal = contact.goal.flatMap { $0 == .undecided ? nil : HTML.badge($0.words, $0.tone) } ?? "–"
        let due: HTML? = contact.state == .waiting ? "<div class=\"why\">until \(HTML.time(contact.dueAt))</div>" : nil
        let calls: [HTML] = entry.calls.map { call in
            "<a href=\"/calls/\(call.id)\">\(call.lifecycle.status.words)</a>"
        }
        return """
            <tr><td class="number" data-label="Line">\(contact.line)</td>
            <th scope="row">\(number)</th>
            <td data-label="State">\(HTML.badge(contact.state.words, contact.state.tone))\(due)</td>
            <td data-label="Why">\(why(contact))</td>
            <td data-label="Goal">\(goal)</td>
            <td data-label="Calls">\(calls.isEmpty ? "–" : calls.joined(", "))</td></tr>
            """
    }

    private func why(_ contact: Contact) -> HTML {
        if let note = contact.note { return .foreign(note) }
        return contact.endReason.map { "\($0.words)" } ?? "–"
    }
}
