import Calls

/// Whether one number is called, and if not, why and since when.
struct SuppressedNumberPage {
    let number: PhoneNumber
    /// What stops calls to it.
    let suppressions: [Suppression]
    /// Names of those who put numbers on the list, by what records call them.
    let authors: [String: String]
    let problems: FormProblems
    let context: SessionContext

    var html: HTML {
        """
        \(standing)
        \(suppressions.map(entry))
        \(if: own != nil && context.may(.editor), removal)
        \(if: suppressions.isEmpty && context.may(.editor), addition)
        <p><a href="/calls?q=%2B\(number.digits)">Calls to this number</a> · <a href="/do-not-call">The list</a></p>
        """
    }

    private var own: Suppression? { suppressions.first { $0.scope == .project } }

    private var standing: HTML {
        suppressions.isEmpty
            ? .notice(
                "<p><strong>Not on the list.</strong> It does not stop calls to this number; other rules may.</p>",
                .plain
            )
            : .notice("<p><strong>Not called.</strong> Every call to this number is refused.</p>", .bad)
    }

    private func entry(_ suppression: Suppression) -> HTML {
        let by: HTML =
            if let call = suppression.call {
                "the callee, <a href=\"/calls/\(call)\">on a call</a>"
            } else {
                .foreign(authors[suppression.addedBy] ?? suppression.addedBy)
            }
        return """
            <section class="card"><h2>\(suppression.scope == .project ? "On the project's list" : "On the list of the whole server")</h2>
            \(HTML.facts([
                ("Why", "\(suppression.reason.words)"),
                ("Note", suppression.note.isEmpty ? "<span class=\"quiet\">–</span>" : .foreign(suppression.note)),
                ("Since", HTML.time(suppression.createdAt)),
                ("Put there by", by),
            ]))
            \(if: suppression.scope == .account, "<p class=\"hint\">Whoever runs the server takes it off: <code>trunkline suppressions remove --account \(number)</code></p>")
            </section>
            """
    }

    private var removal: HTML {
        """
        <section class="card" id="free"><h2>Allow calls again</h2>
        \(problems.summary("It stays on the list."))
        <form method="post" action="/do-not-call/\(number.digits)/free" class="stack">\(context.session.token)
        \(HTML.field("Why it may be called again", "why", "", problems, attributes: " autocomplete=\"off\" required", hint: "kept in the audit log, with your name"))
        <button class="danger">Take it off the list</button>
        </form></section>
        """
    }

    private var addition: HTML {
        """
        <form method="post" action="/do-not-call" class="line">\(context.session.token)<input type="hidden" name="number" value="\(number)">
        \(HTML.choice("Why", "reason", Suppression.Reason.allCases.map { ($0.rawValue, $0.words) }, chosen: "callee_request"))
        <button>Stop calls to it</button></form>
        """
    }
}
