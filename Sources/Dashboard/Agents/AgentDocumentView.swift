import Calls
import Engine

/// An agent as the document that the API takes.
struct AgentDocumentView {
    /// Nil for one that is still to be made.
    let agent: Agent?
    let text: String
    /// When the agent got the state that the document was made of.
    let basis: String?
    let error: (any Error)?
    let context: SessionContext

    var html: HTML {
        let rows = min(40, max(12, text.count { $0 == "\n" } + 2))
        guard context.may(.editor) else { return "<pre>\(text)</pre>" }
        return """
            \(error.map(complaint))
            <form method="post" action="\(agent.map { "\($0.page)/document" } ?? "/agents/new")" class="stack">\(context.session.token)
            \(basis.map { "<input type=\"hidden\" name=\"basis\" value=\"\($0)\">" as HTML })
            <label>\(agent == nil ? "A new agent, in YAML or JSON" : "All of it, in YAML or JSON") <textarea class="document" name="document" rows="\(rows)" spellcheck="false" autocapitalize="none" wrap="off"\(if: error != nil, " aria-invalid=\"true\" aria-describedby=\"complaint\"")>\n\(text)</textarea></label>
            <p class="hint">What may stand in it: docs/agents.md. A program sends the same to <code>\(agent.map { "PUT /v1/agents/\($0.slug)" } ?? "POST /v1/agents")</code>.</p>
            <div class="buttons"><button>\(agent == nil ? "Make the agent" : "Save")</button>\(agent.map { "<a href=\"\($0.page)\">Cancel</a>" as HTML })</div>
            </form>
            """
    }

    private func complaint(_ error: any Error) -> HTML {
        let problems: HTML
        if let file = error as? AgentFileError {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            problems = "<ul>\(file.problems.map { entry($0, lines) })</ul>"
        } else if case Refusal.invalid(_, let message) = error {
            problems = "<p>\(HTML.foreign(message))</p>"
        } else {
            problems = "<p>\(HTML.foreign(PageFailure(error).message))</p>"
        }
        return
            "<div id=\"complaint\">\(HTML.notice("<p><strong>Nothing was saved.</strong></p>\(problems)", .bad))</div>"
    }

    private func entry(_ problem: AgentFileError.Problem, _ lines: [Substring]) -> HTML {
        let line = lines.indices.contains(problem.line - 1) ? String(lines[problem.line - 1].prefix(120)) : nil
        return
            "<li><strong>Line \(problem.line)</strong>: \(HTML.foreign(problem.message))\(line.map { "<pre>\($0)</pre>" as HTML })</li>"
    }
}
