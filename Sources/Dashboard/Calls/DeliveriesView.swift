import Calls
import FoundationEssentials

/// The webhooks about a call, and what became of them.
struct DeliveriesView {
    let call: Call.ID
    let deliveries: [WebhookDelivery]
    let context: SessionContext

    var html: HTML {
        guard !deliveries.isEmpty else { return .nothing }
        return """
            <section class="card" id="webhooks"><h2>Webhooks</h2>
            <table class="list"><caption class="hidden">Messages about this call</caption>
            <thead><tr><th scope="col">Message</th><th scope="col">To</th><th scope="col">Standing</th><th scope="col" class="number">Tries</th><th scope="col">Made</th><th scope="col"><span class="hidden">Again</span></th></tr></thead>
            <tbody>\(deliveries.map(row))</tbody></table></section>
            """
    }

    private func row(_ delivery: WebhookDelivery) -> HTML {
        let tone: HTML.Tone =
            switch delivery.status {
            case .delivered: .good
            case .pending: .wait
            case .exhausted: .bad
            }
        let code: HTML? = delivery.lastStatus.map { " <span class=\"quiet\">HTTP \($0)</span>" }
        let problem: HTML? = delivery.lastError.map { "<div class=\"why\">\(HTML.foreign($0))</div>" }
        let again: HTML = """
            <form method="post" action="/calls/\(call)/webhooks/\(delivery.id)">\(context.session.token)<button class="plain">Send again</button></form>
            """
        return """
            <tr><th scope="row">\(delivery.type)</th>
            <td data-label="To" class="url">\(HTML.foreign(delivery.url))</td>
            <td data-label="Standing">\(HTML.badge(delivery.status.rawValue, tone))\(code)\(problem)</td>
            <td data-label="Tries" class="number">\(delivery.attempts)</td>
            <td data-label="Made">\(HTML.time(delivery.createdAt))</td>
            <td>\(if: context.may(.editor), again)</td></tr>
            """
    }
}
