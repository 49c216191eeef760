import Calls
import Engine

/// An agent: whether it takes calls, what it says, and how its flow goes.
struct AgentPage {
    let agent: Agent
    let lack: TalkLack?
    /// Why it cannot be made active.
    let problems: [FlowProblem]
    let labNumbers: [LabNumber]
    let context: SessionContext

    var actions: HTML {
        guard context.may(.editor) else { return agent.badge }
        let changes: [(status: Agent.Status, verb: String, style: HTML)] =
            switch agent.status {
            case .draft: [(.active, "Make active", "")]
            case .active: [(.paused, "Pause", " class=\"second\"")]
            case .paused: [(.active, "Make active", ""), (.draft, "Back to draft", " class=\"second\"")]
            case .archived: []
            }
        let buttons: [HTML] = changes.map { change in
            "<button name=\"status\" value=\"\(change.status.rawValue)\"\(change.style)>\(change.verb)</button>"
        }
        return
            "\(agent.badge)<form method=\"post\" action=\"\(agent.page)/status\" class=\"buttons\">\(context.session.token)\(buttons)</form>"
    }

    var html: HTML {
        """
        \(AgentTabs.overview.html(of: agent, for: context))
        \(if: !problems.isEmpty, HTML.notice("<p><strong>It cannot take calls yet.</strong></p><ul>\(problems.map(problem))</ul>", .bad))
        \(notice)
        <div class="columns">
        <div>\(facts)</div>
        <div>\(if: canCall, trial)\(if: context.may(.editor), removal)</div>
        </div>
        \(agent.flow.map { "<section class=\"card\"><h2>Its flow</h2>\(FlowView(flow: $0).html)</section>" as HTML })
        """
    }

    private func problem(_ problem: FlowProblem) -> HTML {
        "<li>\(if: !problem.path.isEmpty, "<code>\(problem.path)</code>: ")\(HTML.foreign(problem.message))</li>"
    }

    private var notice: HTML {
        switch (agent.status, lack) {
        case (.draft, _): .notice("<p>A draft places no calls. Make it active when it says what it should.</p>", .wait)
        case (.paused, _):
            .notice("<p>Paused: it places no calls, and those that wait are held until it is active again.</p>", .wait)
        case (_, let lack?):
            .notice(
                "<p>It goes by instructions, and \(lack.description): it greets, takes a message and says goodbye.</p>",
                .wait
            )
        case (_, nil): .nothing
        }
    }

    private var leader: HTML {
        if let flow = agent.flow { return "a flow of \(flow.steps.count) steps" }
        return agent.model.map { "the realtime model \($0), by instructions" } ?? "a language model, by instructions"
    }

    private var canCall: Bool {
        context.may(.editor) && agent.status == .active && agent.direction == .outbound && !labNumbers.isEmpty
    }

    private var facts: HTML {
        var facts: [(term: String, value: HTML)] = [
            ("Slug", "<code>\(agent.slug)</code>"),
            ("Led by", leader),
            ("Voice", "\(agent.voice) · \(agent.language)"),
            (
                "Calls from",
                agent.numbers.isEmpty
                    ? "<span class=\"bad\">no number yet</span>"
                    : "\(agent.numbers.map(\.description).joined(separator: ", "))"
            ),
            ("Greeting", .foreign(agent.greeting)),
        ]
        if !agent.description.isEmpty { facts.insert(("Description", .foreign(agent.description)), at: 0) }
        if !agent.persona.isEmpty {
            facts.append(("Persona", "<div class=\"summary\">\(HTML.foreign(agent.persona))</div>"))
        }
        if !agent.instructions.isEmpty {
            facts.append(("Instructions", "<div class=\"summary\">\(HTML.foreign(agent.instructions))</div>"))
        }
        let placeholders = agent.placeholders.map { $0.standard == nil ? "\($0.name) (needed)" : $0.name }
        if !placeholders.isEmpty { facts.append(("Has to know", .foreign(placeholders.joined(separator: ", ")))) }
        facts += [
            ("Goodbye", .foreign(agent.goodbye)),
            ("Mailboxes", "\(agent.voicemail.action.words)"),
            ("Changed", "\(HTML.time(agent.updatedAt))"),
            ("Its calls", "<a href=\"/calls?\(FormFields.query([("agent", agent.slug)]))\">show</a>"),
        ]
        return "<section class=\"card\"><h2>\(HTML.foreign(agent.name))</h2>\(HTML.facts(facts))</section>"
    }

    private var trial: HTML {
        """
        <section class="card"><h2>Try it</h2>
        <form method="post" action="\(agent.page)/call" class="stack">\(context.session.token)
        <input type="hidden" name="request" value="\(UserControl.visitorSecret())">
        \(HTML.choice("Who picks up, in the phone lab", "to", labNumbers.map { ($0.number, "\($0.number): \($0.happens)") }, chosen: labNumbers.first?.number ?? ""))
        <button>Call now</button>
        <p class="hint">Nobody's telephone rings, and it costs nothing. Or <a href="\(agent.page)/talk">talk to it in writing</a>.</p>
        </form></section>
        """
    }

    private var removal: HTML {
        let form: HTML = """
            <form method="post" action="\(agent.page)/remove">\(context.session.token)
            <p class="hint">Its past calls stay. It cannot be removed while calls wait or go on.</p>
            <button class="danger small">Remove the agent</button></form>
            """
        return "<section class=\"card\"><h2>Removal</h2>\(HTML.confirmed("Remove", form))</section>"
    }
}

extension Agent.Voicemail.Action {
    fileprivate var words: String {
        switch self {
        case .hangUp: "hangs up"
        case .leaveMessage: "leaves a message"
        case .talk: "talks to them"
        }
    }
}
