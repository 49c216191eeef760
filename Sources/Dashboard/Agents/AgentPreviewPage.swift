import Calls
import Engine

/// What an agent would say and be told with certain values, before any call.
struct AgentPreviewPage {
    let agent: Agent
    let preview: AgentPreview
    let values: [String: String]
    let context: SessionContext

    var html: HTML {
        """
        \(AgentTabs.preview.html(of: agent, for: context))
        \(if: !agent.placeholders.isEmpty, form)
        \(if: !preview.missing.isEmpty, HTML.notice("<p>Without a value yet: <bdi>\(preview.missing.joined(separator: ", "))</bdi>. A call has to give it.</p>", .wait))
        <section class="card"><h2>Said first</h2>\(preview.opening.map { "<blockquote>\(HTML.foreign($0))</blockquote>" as HTML })</section>
        \(preview.prompt.map { "<section class=\"card\"><h2>What its language model is told</h2><pre>\($0)</pre></section>" as HTML })
        \(agent.flow.map(steps))
        <section class="card"><h2>Said otherwise</h2>\(HTML.facts(others))</section>
        """
    }

    private var form: HTML {
        """
        <form method="get" action="\(agent.page)/preview" class="card stack">
        <div class="grid">\(agent.valueFields(values))</div>
        <button class="second">Show with these values</button>
        </form>
        """
    }

    private func steps(_ flow: Flow) -> HTML {
        let known = agent.defaults.mapValues(\.spoken).merging(values) { $1 }
        let rows: [HTML] = FlowDrawing(flow: flow).order.compactMap { name in
            guard let step = flow.steps[name] else { return nil }
            let said = Template(step.say).filled { known[$0] ?? "{{\($0)}}" }
            return "<tr><th scope=\"row\">\(HTML.foreign(name))</th><td>\(HTML.foreign(said))</td></tr>"
        }
        return
            "<section class=\"card\"><h2>Said at each step</h2><table class=\"plain\"><tbody>\(rows)</tbody></table></section>"
    }

    private var others: [(term: String, value: HTML)] {
        var others: [(term: String, value: HTML)] = [("At the end", .foreign(preview.goodbye))]
        if let voicemail = preview.voicemail { others.append(("To a mailbox", .foreign(voicemail))) }
        others.append(("Asked who it is", .foreign(agent.who)))
        return others
    }
}

extension Agent {
    /// A field for each of its placeholders.
    func valueFields(_ values: [String: String]) -> [HTML] {
        placeholders.map { name, standard in
            """
            <label><span><bdi>\(name)</bdi>\(if: standard == nil, " <span class=\"badge wait\">needed</span>")</span> <input name="variable.\(name)" value="\(values[name] ?? "")" placeholder="\(standard ?? "")" autocomplete="off"></label>
            """
        }
    }
}
