import Calls

/// The numbers that are not called, and how they come onto the list.
struct SuppressionListPage {
    let filter: SuppressionFilter
    let suppressions: [Suppression]
    let hasMore: Bool
    let form: NewSuppressionForm
    /// What an import did.
    let done: String?
    let context: SessionContext

    var html: HTML {
        """
        \(done.map { HTML.notice("<p>Imported: \($0).</p>", .good) })
        \(search)
        \(suppressions.isEmpty ? emptyState : list)
        \(if: context.may(.editor), "<div class=\"columns\">" + addition + fileImport + "</div>")
        """
    }

    private var search: HTML {
        let export =
            filter.scope == .project ? "/do-not-call/export" : "/do-not-call/export?scope=\(filter.scope.rawValue)"
        return """
            <form method="get" action="/do-not-call" class="filter" role="search" aria-label="Do-not-call">
            <label>Number, or how it begins <input name="q" value="\(filter.search ?? "")" type="search" inputmode="tel" autocomplete="off" placeholder="+1 555"></label>
            <label>List <select name="scope">\(HTML.option("project", "of this project", isChosen: filter.scope == .project))\(HTML.option("account", "of the whole server", isChosen: filter.scope == .account))</select></label>
            <div class="buttons"><button class="second">Search</button>\(if: filter.search != nil, "<a href=\"/do-not-call\">Clear</a>")<a href="\(export)">Export as CSV</a></div>
            </form>
            """
    }

    private var list: HTML {
        let next: HTML =
            "<nav class=\"pages\" aria-label=\"Pages\"><a rel=\"next\" href=\"\(filter.path(after: suppressions.last?.number))\">More</a></nav>"
        return """
            <table class="list"><caption class="hidden">Numbers that are not called</caption>
            <thead><tr><th scope="col">Number</th><th scope="col">Why</th><th scope="col">Note</th><th scope="col">Since</th></tr></thead>
            <tbody>\(suppressions.map(row))</tbody></table>
            \(if: hasMore, next)
            """
    }

    private func row(_ suppression: Suppression) -> HTML {
        let call: HTML = suppression.call.map { " <a href=\"/calls/\($0)\">on this call</a>" } ?? .nothing
        return """
            <tr><th scope="row"><a href="/do-not-call/\(suppression.number.digits)">\(suppression.number)</a></th>
            <td data-label="Why">\(suppression.reason.words)\(call)</td>
            <td data-label="Note">\(suppression.note.isEmpty ? "<span class=\"quiet\">–</span>" : HTML.foreign(suppression.note))</td>
            <td data-label="Since">\(HTML.time(suppression.createdAt))</td></tr>
            """
    }

    private var emptyState: HTML {
        if let search = filter.search {
            guard filter.beginning != nil else {
                return .empty(
                    "Nothing to search for",
                    "<bdi>\(search)</bdi> is not how a number begins: a plus sign, then the country's code."
                )
            }
            let hint: HTML = context.may(.editor) ? " It can be added below." : .nothing
            return .empty(
                "Not on this list",
                "No number that begins like <bdi>\(search)</bdi> is stopped by it.\(hint)",
                action: "<a class=\"button second\" href=\"/do-not-call\">Show the list</a>"
            )
        }
        guard filter.after == nil else { return .empty("No more", "That was the whole list.") }
        return filter.scope == .account
            ? .empty(
                "The server's list is empty",
                "It stops the calls of every project, and is kept by whoever runs the server: <code>trunkline suppressions add --account NUMBER</code>."
            )
            : .empty(
                "Nobody is on the list",
                "A number on it is never dialed. Who says on a call that they want no more of them is put on it at once; others are added below, one by one or as a file."
            )
    }

    private var addition: HTML {
        let reasons = Suppression.Reason.allCases.map { ($0.rawValue, $0.words) }
        return """
            <section class="card" id="add"><h2>Add a number</h2>
            \(form.problems.summary("Nothing was added."))
            <form method="post" action="/do-not-call" class="stack">\(context.session.token)
            \(HTML.field("Number", "number", form.number, form.problems, attributes: " type=\"tel\" inputmode=\"tel\" autocomplete=\"off\" placeholder=\"+1 555 010 0001\" required"))
            \(HTML.choice("Why", "reason", reasons, chosen: form.reason.rawValue))
            \(HTML.field("Note", "note", form.remark, form.problems, attributes: " autocomplete=\"off\" maxlength=\"500\""))
            <button>Stop calls to it</button>
            </form></section>
            """
    }

    private var fileImport: HTML {
        """
        <section class="card" id="import"><h2>Import</h2>
        \(form.importProblem.map { HTML.notice("<p><strong>Nothing was imported.</strong> \(HTML.foreign($0))</p>", .bad) })
        <form method="post" action="/do-not-call/import" enctype="multipart/form-data" class="stack">\(context.session.token)
        <label>A file <input type="file" name="file" accept=".csv,.txt,text/csv"></label>
        <label>Or lines <textarea name="lines" rows="4" spellcheck="false" placeholder="+15550100001,complaint,by letter">\n\(form.lines)</textarea></label>
        <p class="hint">A number on each line; behind it, if you like, a reason (<code>callee_request</code>, <code>complaint</code>, <code>registry</code>, <code>wrong_number</code>, <code>other</code>) and a note. All of it is taken, or nothing.</p>
        <button class="second">Import</button>
        </form></section>
        """
    }
}
