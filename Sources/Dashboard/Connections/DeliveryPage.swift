import Calls

/// One message to a receiver: what it says, and every try to hand it over.
struct DeliveryPage {
    let delivery: WebhookDelivery
    let attempts: [WebhookAttempt]
    let context: SessionContext

    var html: HTML {
        """
        \(ConnectionTabs.deliveries.html)
        <section class="card"><h2>\(delivery.type)</h2>
        \(HTML.facts(facts))
        \(if: context.may(.editor), again)
        </section>
        <section class="card"><h2>Tries</h2>\(attempts.isEmpty ? "<p class=\"quiet\">None yet.</p>" : "<ol class=\"tries\">\(attempts.reversed().map(attempt))</ol>")</section>
        <section class="card"><h2>What it says</h2><pre>\(delivery.body)</pre></section>
        """
    }

    private var facts: [(term: String, value: HTML)] {
        var facts: [(term: String, value: HTML)] = [
            ("Standing", delivery.standing),
            ("To", .foreign(delivery.url)),
        ]
        if let endpoint = delivery.endpoint {
            facts.append(("Receiver", "<a href=\"\(ConnectionTabs.webhooks.path)/\(endpoint)\">\(endpoint)</a>"))
        }
        if let call = delivery.call { facts.append(("Call", "<a href=\"/calls/\(call)\">\(call)</a>")) }
        facts += [
            ("In the words of", "\(delivery.door)"),
            ("Made", HTML.time(delivery.createdAt)),
            ("Tries", "\(delivery.attempts)"),
        ]
        if delivery.status == .pending { facts.append(("Tried next", HTML.time(delivery.nextAt))) }
        facts.append(("Id", "<code>\(delivery.id)</code>"))
        return facts
    }

    private var again: HTML {
        """
        <form method="post" action="\(ConnectionTabs.deliveries.path)/\(delivery.id)/redeliver">\(context.session.token)
        <p class="hint">The same bytes go out under the same id, so that a receiver that has them already can tell.</p>
        <button class="second">Send again</button></form>
        """
    }

    private func attempt(_ attempt: WebhookAttempt) -> HTML {
        let outcome: HTML =
            if let status = attempt.status {
                .badge("HTTP \(status)", (200..<300).contains(status) ? .good : .bad)
            } else if let failure = attempt.failure {
                .badge("failed", .bad) + " " + .foreign(failure)
            } else {
                .badge("under way", .wait)
            }
        let times = [
            attempt.resolution.map { "name found after \($0) ms" }, attempt.answer.map { "answered after \($0) ms" },
            attempt.duration.map { "over after \($0) ms" }, attempt.address.map { "at \($0)" },
        ].compactMap(\.self)
        return """
            <li value="\(attempt.number)"><p>\(outcome) \(HTML.time(attempt.at)) <span class="quiet">\(times.joined(separator: ", "))</span></p>
            <details><summary>What was sent and what came back</summary>
            <h3>Sent</h3><pre>\(headers(attempt.requestHeaders))</pre>
            \(if: attempt.status != nil, "<h3>Came back</h3><pre>\(headers(attempt.responseHeaders))\n\n\(attempt.response)</pre>")
            </details></li>
            """
    }

    private func headers(_ headers: [WebhookAttempt.Header]) -> String {
        headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    }
}
