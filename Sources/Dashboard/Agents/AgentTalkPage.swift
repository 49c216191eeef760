import Calls
import Engine

/// A talk with an agent in writing. Nothing of it is kept: the form carries what was said.
struct AgentTalkPage {
    let agent: Agent
    let form: RehearsalForm
    let context: SessionContext
    /// Nil if there can be none yet.
    var rehearsal: Rehearsal?
    var missing: [String] = []
    var problem: String?

    private var path: String { "\(agent.page)/talk" }

    var html: HTML {
        """
        \(AgentTabs.talk.html(of: agent, for: context))
        \(problem.map { HTML.notice("<p>\(HTML.foreign($0))</p>", .bad) })
        \(if: !missing.isEmpty, HTML.notice("<p>It has to know first: <bdi>\(missing.joined(separator: ", "))</bdi>.</p>", .wait))
        <div class="columns">
        <section class="card"><h2>In writing</h2>
        \(rehearsal.map(conversation))
        \(if: rehearsal == nil && problem != nil && !form.turns.isEmpty, "<p class=\"hint\">Go back to try the same words again.</p>")
        </section>
        <aside class="card"><h2>What it knows</h2>
        <form method="get" action="\(path)" class="stack">\(agent.placeholders.isEmpty ? "<p class=\"quiet\">It needs to know nothing.</p>" : "<div class=\"grid\">\(agent.valueFields(form.values))</div>")
        <button class="second">Begin again</button></form>
        \(rehearsal.map(found))
        <p class="hint">\(agent.flow == nil ? "Its language model answers, with the prompt and the tools of a call. Tools of its own send their requests." : "The flow goes as on a call, with words that need not be heard first.")</p>
        </aside>
        </div>
        """
    }

    private func conversation(_ rehearsal: Rehearsal) -> HTML {
        let opening: [HTML] = rehearsal.opening.map { line("agent", $0) }
        let turns: [HTML] = rehearsal.turns.map { turn in
            let said: HTML = line(
                "callee",
                turn.said.isEmpty ? "[silence]" : turn.said,
                taken: agent.flow == nil || turn.said.isEmpty ? nil : turn.intent ?? "not understood"
            )
            let tools: [HTML] = turn.tools.map { tool in
                "<li class=\"tool\"><span class=\"speaker\">\(tool.isRefused ? "refused" : tool.isFailed ? "failed" : "tool")</span><span class=\"words\"><code>\(tool.name) \(tool.arguments)</code> → \(HTML.foreign(tool.result))</span></li>"
            }
            return said + tools.joined() + turn.answered.map { line("agent", $0) }.joined()
        }
        return
            "<ol class=\"lines talk\">\(opening)\(turns)</ol>\(rehearsal.isOver ? over(rehearsal) : answer(rehearsal))"
    }

    private func line(_ speaker: String, _ text: String, taken: String? = nil) -> HTML {
        "<li class=\"\(speaker)\"><span class=\"speaker\">\(speaker == "agent" ? "agent" : "you")</span><span class=\"words\">\(HTML.foreign(text))\(taken.map { " <span class=\"intent\">\($0)</span>" as HTML })</span></li>"
    }

    private func over(_ rehearsal: Rehearsal) -> HTML {
        let goal: HTML = rehearsal.goal.map { .badge($0.words, $0.tone) } ?? .nothing
        return .notice("<p><strong>The agent has hung up.</strong> \(goal)</p>", .plain)
    }

    private func answer(_ rehearsal: Rehearsal) -> HTML {
        let carried: [HTML] = rehearsal.turns.enumerated().map { index, turn in
            "<input type=\"hidden\" name=\"said.\(index)\" value=\"\(turn.said)\"><input type=\"hidden\" name=\"answered.\(index)\" value=\"\(turn.answered.joined(separator: " "))\">"
        }
        let values: [HTML] = form.values.sorted { $0.key < $1.key }.map {
            "<input type=\"hidden\" name=\"variable.\($0.key)\" value=\"\($0.value)\">"
        }
        return """
            <form method="post" action="\(path)#words" class="line" id="answer">\(context.session.token)\(values)\(carried)<input type="hidden" name="turns" value="\(rehearsal.turns.count)">
            <label class="grow">You say <input name="words" id="words" autocomplete="off" autofocus></label>
            <button name="do" value="say">Say</button></form>
            <p class="hint">Nothing typed is silence\(if: agent.flow != nil, "; a single digit is a key").</p>
            """
    }

    private func found(_ rehearsal: Rehearsal) -> HTML {
        guard !rehearsal.fields.isEmpty else { return .nothing }
        let fields = rehearsal.fields.sorted { $0.key < $1.key }.map {
            (term: $0.key, value: HTML.foreign($0.value.spoken))
        }
        return "<h3>Noted so far</h3>\(HTML.facts(fields))"
    }
}
