import Calls

/// The receivers of webhooks, and the form for another one.
struct EndpointsPage {
    let endpoints: [WebhookEndpoint]
    /// In whose words they can be spoken to.
    let doors: [String]
    let form: EndpointForm
    let context: SessionContext

    var html: HTML {
        """
        \(ConnectionTabs.webhooks.html)
        \(endpoints.isEmpty ? emptyState : table)
        \(if: context.may(.owner), newEndpoint)
        """
    }

    private var emptyState: HTML {
        .empty(
            "Nobody is told yet",
            context.may(.owner)
                ? "A webhook tells your own server of every call as it goes on. Name its address below. Messages are signed, tried again when they fail, and kept in the delivery log."
                : "A webhook tells a server of yours of every call as it goes on. An owner names its address here."
        )
    }

    private var table: HTML {
        """
        <table class="list"><caption class="hidden">Receivers of webhooks</caption>
        <thead><tr><th scope="col">Receiver</th><th scope="col">Standing</th><th scope="col">Is told of</th><th scope="col">In the words of</th><th scope="col">Since</th></tr></thead>
        <tbody>\(endpoints.map(row))</tbody></table>
        """
    }

    private func row(_ endpoint: WebhookEndpoint) -> HTML {
        """
        <tr><th scope="row"><a href="\(ConnectionTabs.webhooks.path)/\(endpoint.id)">\(HTML.foreign(endpoint.url))</a>\(if: !endpoint.description.isEmpty, "<div class=\"why\">\(HTML.foreign(endpoint.description))</div>")</th>
        <td data-label="Standing">\(endpoint.standing)</td>
        <td data-label="Is told of">\(endpoint.events == [WebhookEndpoint.everything] ? "everything" : endpoint.events.joined(separator: ", "))</td>
        <td data-label="In the words of">\(endpoint.door)</td>
        <td data-label="Since">\(HTML.time(endpoint.createdAt))</td></tr>
        """
    }

    private var newEndpoint: HTML {
        """
        <section class="card" id="new"><h2>New webhook</h2>
        \(form.problems.summary("No webhook was made."))
        <form method="post" action="\(ConnectionTabs.webhooks.path)" class="stack">\(context.session.token)
        \(HTML.field("Address", "url", form.url, form.problems, attributes: " type=\"url\" autocomplete=\"off\" spellcheck=\"false\" required", hint: "of your server, reachable by TLS; what it is told of is chosen on the next page"))
        <div class="grid">
        \(HTML.field("Description", "description", form.description, form.problems, attributes: " autocomplete=\"off\""))
        \(HTML.choice("In the words of", "format", doors.map { ($0, $0) }, chosen: form.door, form.problems))
        </div>
        <button>Add the webhook</button>
        </form></section>
        """
    }
}

extension WebhookEndpoint {
    var standing: HTML {
        guard let disabled else {
            let failing: HTML = "<div class=\"why\">\(failures) given up in a row</div>"
            return .badge("on", .good) + (failures > 0 ? failing : .nothing)
        }
        let why =
            switch disabled.reason {
            case .byRequest: "by request"
            case .tooManyFailures: "too many messages in a row were given up"
            case .gone: "the receiver said that it is gone"
            }
        return .badge("off", disabled.reason == .byRequest ? .plain : .bad)
            + "<div class=\"why\">\(why), \(HTML.time(disabled.at))</div>"
    }
}
