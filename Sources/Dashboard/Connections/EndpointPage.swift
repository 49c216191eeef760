import Calls
import Engine

/// One receiver of webhooks: what it is told of, and what became of it.
struct EndpointPage {
    let endpoint: WebhookEndpoint
    /// Of the messages that there are in its door's words.
    let types: [String]
    let form: EndpointForm
    /// Shown this once.
    let secret: String?
    /// The latest.
    let deliveries: [WebhookDelivery]
    let hasMore: Bool
    let context: SessionContext

    private var path: String { "\(ConnectionTabs.webhooks.path)/\(endpoint.id)" }

    var html: HTML {
        """
        \(ConnectionTabs.webhooks.html)
        \(secret.map(shown))
        <div class="columns">
        <div>
        <section class="card"><h2>\(HTML.foreign(endpoint.url))</h2>
        \(HTML.facts([
            ("Standing", endpoint.standing),
            ("Description", endpoint.description.isEmpty ? "<span class=\"quiet\">–</span>" : .foreign(endpoint.description)),
            ("Is told of", endpoint.events == [WebhookEndpoint.everything] ? "everything" : "\(endpoint.events.joined(separator: ", "))"),
            ("In the words of", "\(endpoint.door)"),
            ("Since", HTML.time(endpoint.createdAt)),
            ("Id", "<code>\(endpoint.id)</code>"),
        ]))
        </section>
        \(log)
        </div>
        <div>\(if: context.may(.editor), trial)\(if: context.may(.owner), edit + changes)</div>
        </div>
        """
    }

    private func shown(_ secret: String) -> HTML {
        .notice(
            """
            <p><strong>The secret that messages are signed with.</strong> Your server checks them with it. It is not shown again.</p>
            \(HTML.secret(secret, label: "Secret"))
            """,
            .good
        )
    }

    private var log: HTML {
        let all: HTML =
            "<p><a href=\"\(ConnectionTabs.deliveries.path)?endpoint=\(endpoint.id)\">All messages to it</a></p>"
        let content: HTML =
            deliveries.isEmpty
            ? "<p class=\"quiet\">Nothing was sent yet. A test message shows whether it arrives.</p>"
            : DeliveryTable(deliveries: deliveries, namesReceivers: false, context: context).html
        return "<section class=\"card\"><h2>Latest messages</h2>\(content)\(if: hasMore, all)</section>"
    }

    private var trial: HTML {
        """
        <section class="card"><h2>Try it</h2>
        <p class="hint">Sends a message that tells of nothing, once.</p>
        <form method="post" action="\(path)/test">\(context.session.token)<button class="second">Send a test message</button></form>
        </section>
        """
    }

    private var edit: HTML {
        let everything = form.events.contains(WebhookEndpoint.everything)
        let ticks: [HTML] = types.map { type in
            .check("<code>\(type)</code>", "event", type, isOn: form.events.contains(type))
        }
        return """
            <section class="card" id="change"><h2>Change</h2>
            \(form.problems.summary("Nothing was changed."))
            <form method="post" action="\(path)" class="stack">\(context.session.token)
            \(HTML.field("Address", "url", form.url, form.problems, attributes: " type=\"url\" autocomplete=\"off\" spellcheck=\"false\" required"))
            \(HTML.field("Description", "description", form.description, form.problems, attributes: " autocomplete=\"off\""))
            <fieldset id="field-events"><legend>Is told of</legend>
            \(HTML.check("everything, also what is still to come", "event", WebhookEndpoint.everything, isOn: everything))
            <div class="grid ticks">\(ticks)</div>\(form.problems.words("events"))</fieldset>
            \(HTML.check("Switched on: messages are sent", "enabled", isOn: form.isEnabled))
            <button>Save</button>
            </form></section>
            """
    }

    private var changes: HTML {
        let rotate: HTML = """
            <form method="post" action="\(path)/rotate">\(context.session.token)
            \(HTML.choice("The old secret signs too", "grace", [("0", "no longer"), ("3600", "for an hour"), ("86400", "for a day"), ("604800", "for a week")], chosen: "86400"))
            <button class="second small">New secret</button></form>
            """
        let remove: HTML = """
            <form method="post" action="\(path)/remove">\(context.session.token)
            <p class="hint">What was not delivered to it is given up. The log stays.</p>
            <button class="danger small">Remove the webhook</button></form>
            """
        return
            "<section class=\"card\"><h2>Secret and removal</h2>\(HTML.confirmed("New secret", rotate))\(HTML.confirmed("Remove", remove))</section>"
    }
}
