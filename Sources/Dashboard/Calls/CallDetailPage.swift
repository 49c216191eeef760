import Calls
import Engine
import FoundationEssentials
import PhoneNumbers

/// Everything about one call.
struct CallDetailPage {
    let record: CallRecord
    let context: SessionContext

    private var call: Call { record.call }

    var title: String { call.erasedAt == nil ? "Call to \(call.request.destination)" : "Call" }

    var actions: HTML {
        let again =
            "/calls/new?"
            + FormFields.query([
                ("agent", call.agent.slug), ("to", call.request.destination.description),
                ("mode", call.request.mode.rawValue),
            ])
        let mayCallAgain = context.may(.editor) && call.erasedAt == nil && !record.isLive
        return """
            \(if: mayCallAgain, "<a class=\"button second\" href=\"\(again)\">Call again</a>")
            <a class="button second" href="/calls/\(call.id)/raw">JSON</a>
            """
    }

    var html: HTML {
        let state = CallStateView(call: call, statuses: record.statuses, context: context)
        return """
            <div id="controls" class="controls">\(state.controls)</div>
            <div class="columns call">
            <div>
            \(result)
            \(conversation)
            \(TurnsView(account: call.account).html)
            </div>
            <div>
            <section class="card"><h2>State</h2><div id="state">\(state.html)</div></section>
            \(AnswerView(call: call, context: context).html)
            \(decisions)
            \(facts)
            \(costs)
            </div>
            </div>
            \(DeliveriesView(call: call.id, deliveries: record.deliveries, context: context).html)
            \(LadderView(messages: record.trace).html)
            """
    }

    private var result: HTML {
        guard !record.isLive else { return .nothing }
        let fields = call.fields.merging(call.result.fields ?? [:]) { $1 }.sorted { $0.key < $1.key }
        guard call.lifecycle.answeredAt != nil || call.lifecycle.ending?.answeredAt != nil || !fields.isEmpty else {
            return .nothing
        }
        let rows = fields.map { (term: $0.key, value: HTML.foreign($0.value.spoken)) }
        let goal: HTML? = call.goal == .undecided ? nil : HTML.badge("goal \(call.goal.words)", call.goal.tone)
        return """
            <section class="card"><h2>Result</h2>
            <p>\(goal) \(if: call.optedOut, HTML.badge("asked not to be called again", .bad))</p>
            \(call.summary.map { Markdown($0).html })
            \(call.resultError.map { HTML.notice("<p>\($0)</p>", .wait) })
            \(if: !rows.isEmpty, HTML.facts(rows))
            </section>
            """
    }

    private var conversation: HTML {
        let isEmpty = record.transcript.isEmpty && !record.isLive
        let nothing: HTML = "<p class=\"quiet\">Nothing was said.</p>"
        return """
            <section class="card"><h2>Conversation</h2>
            \(record.waveform.map { WaveformView(waveform: $0, path: "/calls/\(call.id)/recording").html })
            \(if: isEmpty, nothing)
            \(TranscriptView(entries: record.transcript, hasRecording: record.waveform != nil).html)
            </section>
            """
    }

    private var decisions: HTML {
        let all = record.decisions.past + [record.decisions.present].compactMap(\.self)
        guard let last = all.last else { return .nothing }
        return """
            <section class="card"><h2>Why it was, or was not, dialed</h2>
            \(DecisionView(decision: last).html)
            <p class="quiet">Decided \(HTML.time(last.decidedAt))\(if: all.count > 1, ", \(all.count) decisions in all").</p></section>
            """
    }

    private var facts: HTML {
        let request = call.request
        var facts: [(term: String, value: HTML)] = [
            ("Agent", .foreign("\(call.agent.name) (\(call.agent.slug))")),
            ("Number", call.number),
            ("Caller ID", "\(call.callerID)"),
            ("Network", request.mode == .live ? "live" : "phone lab"),
            ("Placed", .time(call.createdAt)),
        ]
        if let date = request.scheduledFor { facts.append(("Scheduled for", .time(date))) }
        if let duration = call.duration { facts.append(("Length", .span(seconds: duration))) }
        if let code = call.transport.sipStatus {
            facts.append(("SIP", .foreign("\(code) \(call.transport.sipPhrase ?? "")")))
        }
        if let party = call.transport.hungUpBy { facts.append(("Hung up by", "\(party.rawValue)")) }
        let values = request.values(for: call.agent).sorted { $0.key < $1.key }
        facts += values.map { ("{{\($0.key)}}", HTML.foreign($0.value.spoken)) }
        facts.append(("Id", "<code>\(call.id)</code>"))
        return "<section class=\"card\"><h2>Facts</h2>\(HTML.facts(facts))</section>"
    }

    private var costs: HTML {
        guard !call.costs.isEmpty else { return .nothing }
        let rows: [HTML] = call.costs.map { line in
            "<tr><th scope=\"row\">\(line.item.rawValue)</th><td class=\"number\">\(Int(line.quantity)) \(line.unit)</td><td class=\"number\">\(line.amount.shown)</td></tr>"
        }
        return """
            <section class="card"><h2>Cost</h2><table class="plain"><caption class="hidden">Cost</caption>
            <tbody>\(rows)</tbody><tfoot><tr><th scope="row">together</th><td></td><td class="number">\(call.cost.shown)</td></tr></tfoot></table></section>
            """
    }
}
