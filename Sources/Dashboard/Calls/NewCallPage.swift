import Calls
import Engine
import PhoneNumbers

/// The form for a new call, and what would become of it.
struct NewCallPage {
    enum Outcome {
        case decision(GateDecision)
        case refusal(String)
    }

    let form: NewCallForm
    /// Those that can place calls.
    let agents: [Agent]
    let hasLiveTrunk: Bool
    let labNumbers: [LabNumber]
    let context: SessionContext
    /// Nil until there is enough to ask about.
    var outcome: Outcome?

    private var agent: Agent? { agents.first { $0.slug == form.agent } }

    var html: HTML {
        guard !agents.isEmpty else {
            return .firstAnAgent(context)
        }
        return """
            <div class="columns">
            <form method="post" action="/calls/new" class="stack card" data-check="/calls/check">
            \(context.session.token)
            <input type="hidden" name="request" value="\(form.request)">
            <label>Agent <select name="agent">\(agents.map { HTML.option($0.slug, "\($0.name) (\($0.slug))", isChosen: $0.slug == form.agent) })</select></label>
            \(network)
            <label>Number to call <input name="to" value="\(form.number)" type="tel" inputmode="tel" autocomplete="off" list="lab" aria-describedby="number-advice" placeholder="+1 555 010 0001" required></label>
            <div id="number-advice" class="hint" aria-live="polite">\(numberAdvice)</div>
            <div id="variables">\(variables)</div>
            <section aria-label="What would happen" id="verdict" aria-live="polite">\(verdict)</section>
            <div class="buttons"><button name="do" value="place">Call now</button><button name="do" value="check" class="second" formnovalidate>Check only</button></div>
            </form>
            \(lab)
            </div>
            """
    }

    private var network: HTML {
        guard hasLiveTrunk else {
            return """
                <input type="hidden" name="mode" value="test">
                <p class="hint">It goes to the phone lab, inside this server. A trunk in the configuration opens the real network.</p>
                """
        }
        return """
            <fieldset class="line"><legend>Network</legend>
            <label><input type="radio" name="mode" value="test"\(if: form.mode == .test, " checked")> Phone lab</label>
            <label><input type="radio" name="mode" value="live"\(if: form.mode == .live, " checked")> Live: a real telephone rings</label>
            </fieldset>
            """
    }

    /// What is known about the number as it is typed.
    var numberAdvice: HTML {
        switch form.destination {
        case nil: return "With the country's code, as in +1 555 010 0001."
        case .failure(let fault): return "<span class=\"bad\">\(fault.description)</span>"
        case .success(let number):
            if let lab = labNumbers.first(where: { $0.number == number.description }) {
                return "<span class=\"good\">\(number)</span> in the phone lab: \(lab.happens)"
            }
            let advice = number.advice
            let place = advice.region.map { " · \($0)" } ?? ""
            let kind = advice.kind == .unknown ? "" : " · \(advice.kind.rawValue.replacing("_", with: " "))"
            return
                "<span class=\"good\">\(number)</span>\(place)\(kind)\(if: !advice.isValid && form.mode == .live, " <span class=\"bad\">no such number is in use</span>")"
        }
    }

    /// A field for each placeholder of the agent.
    var variables: HTML {
        guard let agent else { return .nothing }
        let fields: [HTML] = agent.placeholders.map { name, standard in
            let hint: HTML = standard == nil ? "<span class=\"badge wait\">needed</span>" : .nothing
            return """
                <label><span><bdi>\(name)</bdi> \(hint)</span> <input name="variable.\(name)" value="\(form.variables[name] ?? "")" placeholder="\(standard ?? "")" autocomplete="off"></label>
                """
        }
        return """
            <input type="hidden" name="shown_agent" value="\(agent.slug)">
            \(if: !fields.isEmpty, "<fieldset><legend>What the agent has to know</legend><div class=\"grid\">\(fields)</div></fieldset>")
            """
    }

    var verdict: HTML {
        switch outcome {
        case nil: "<p class=\"hint\">What would happen is shown here before you call.</p>"
        case .refusal(let message): .notice("<p><strong>Would not be placed.</strong> \(message)</p>", .bad)
        case .decision(let decision): DecisionView(decision: decision, isInquiry: true).html
        }
    }

    private var lab: HTML {
        guard form.mode == .test || !hasLiveTrunk, !labNumbers.isEmpty else { return .nothing }
        let agent = form.agent ?? ""
        let entries: [HTML] = labNumbers.map { entry in
            let path = "/calls/new?" + FormFields.query([("agent", agent), ("to", entry.number)])
            return
                "<li><a href=\"\(path)\" data-fill=\"to\" data-value=\"\(entry.number)\">\(entry.number)</a> <span>\(entry.happens)</span></li>"
        }
        return """
            <aside class="card"><h2>In the phone lab</h2>
            <p class="hint">What happens depends on the number. Choose one.</p>
            <ul class="lab">\(entries)</ul>
            <datalist id="lab">\(labNumbers.map { "<option value=\"\($0.number)\">\($0.happens)</option>" as HTML })</datalist>
            </aside>
            """
    }
}
