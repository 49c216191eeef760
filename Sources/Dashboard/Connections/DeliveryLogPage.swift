import Calls

/// Messages to receivers of webhooks, newest first.
struct DeliveryLogPage {
    let deliveries: [WebhookDelivery]
    let hasMore: Bool
    let status: WebhookDelivery.Status?
    let endpoint: WebhookEndpoint.ID?
    let endpoints: [WebhookEndpoint]
    let context: SessionContext

    private var path: String { ConnectionTabs.deliveries.path }
    private var isFiltered: Bool { status != nil || endpoint != nil }

    var html: HTML {
        """
        \(ConnectionTabs.deliveries.html)
        <form method="get" action="\(path)" class="filter" role="search" aria-label="Messages">
        <label>Receiver <select name="endpoint">\(HTML.option("", "any", isChosen: endpoint == nil))\(endpoints.map { HTML.option($0.id.description, $0.url, isChosen: $0.id == endpoint) })</select></label>
        <label>Standing <select name="status">\(HTML.option("", "any", isChosen: status == nil))\(WebhookDelivery.Status.allCases.map { HTML.option($0.rawValue, $0.words, isChosen: $0 == status) })</select></label>
        <div class="buttons"><button class="second">Show</button>\(if: isFiltered, "<a href=\"\(path)\">Clear</a>")</div>
        </form>
        \(deliveries.isEmpty ? emptyState : list)
        """
    }

    private var list: HTML {
        let query = FormFields.query([
            ("endpoint", endpoint?.description), ("status", status?.rawValue),
            ("before", deliveries.last?.id.description),
        ])
        let older: HTML =
            "<nav class=\"pages\" aria-label=\"Pages\"><a rel=\"next\" href=\"\(path)?\(query)\">Older</a></nav>"
        return DeliveryTable(deliveries: deliveries, namesReceivers: endpoint == nil, context: context).html
            + (hasMore ? older : .nothing)
    }

    private var emptyState: HTML {
        isFiltered
            ? .empty(
                "No such messages",
                "No message is like that.",
                action: "<a class=\"button second\" href=\"\(path)\">Show all</a>"
            )
            : .empty(
                "No messages yet",
                "What is sent to webhooks stands here, with what came back. A webhook is told of every call from the moment it is added.",
                action: "<a class=\"button second\" href=\"\(ConnectionTabs.webhooks.path)\">To the webhooks</a>"
            )
    }
}

/// Messages in rows.
struct DeliveryTable {
    let deliveries: [WebhookDelivery]
    /// Whether they are to several receivers.
    let namesReceivers: Bool
    let context: SessionContext

    var html: HTML {
        """
        <table class="list"><caption class="hidden">Messages, newest first</caption>
        <thead><tr><th scope="col">Message</th>\(if: namesReceivers, "<th scope=\"col\">To</th>")<th scope="col">About</th><th scope="col">Standing</th><th scope="col" class="number">Tries</th><th scope="col">Made</th></tr></thead>
        <tbody>\(deliveries.map(row))</tbody></table>
        """
    }

    private func row(_ delivery: WebhookDelivery) -> HTML {
        let about: HTML =
            delivery.call.map { "<a href=\"/calls/\($0)\">the call</a>" } ?? "<span class=\"quiet\">–</span>"
        return """
            <tr><th scope="row"><a href="\(ConnectionTabs.deliveries.path)/\(delivery.id)">\(delivery.type)</a></th>
            \(if: namesReceivers, "<td data-label=\"To\" class=\"url\">\(HTML.foreign(delivery.url))</td>")
            <td data-label="About">\(about)</td>
            <td data-label="Standing">\(delivery.standing)</td>
            <td data-label="Tries" class="number">\(delivery.attempts)</td>
            <td data-label="Made">\(HTML.time(delivery.createdAt))</td></tr>
            """
    }
}

extension WebhookDelivery.Status {
    var words: String {
        switch self {
        case .pending: "on its way"
        case .delivered: "delivered"
        case .exhausted: "given up"
        }
    }
}

extension WebhookDelivery {
    /// Where it stands, and what was wrong last.
    var standing: HTML {
        let tone: HTML.Tone =
            switch status {
            case .delivered: .good
            case .pending: .wait
            case .exhausted: .bad
            }
        let code: HTML = lastStatus.map { " <span class=\"quiet\">HTTP \($0)</span>" } ?? .nothing
        let problem: HTML = lastError.map { "<div class=\"why\">\(HTML.foreign($0))</div>" } ?? .nothing
        return .badge(status.words, tone) + code + problem
    }
}
