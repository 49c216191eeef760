import Calls
import Engine
import FoundationEssentials

/// The states that an agent had, newest first.
struct AgentVersionsPage {
    let agent: Agent
    let states: [AgentState]
    let hasMore: Bool
    let context: SessionContext

    var html: HTML {
        let older: HTML? = states.last.map {
            "<a rel=\"next\" href=\"\(agent.page)/versions?before=\($0.version)\">Older</a>"
        }
        return """
            \(AgentTabs.versions.html(of: agent, for: context))
            <table class="list"><caption class="hidden">Versions, newest first</caption>
            <thead><tr><th scope="col">From</th><th scope="col">Name</th><th scope="col">Status</th><th scope="col">Changed</th></tr></thead>
            <tbody>\(states.indices.map(row))</tbody></table>
            <nav class="pages" aria-label="Pages">\(if: hasMore, older ?? .nothing)</nav>
            """
    }

    private func row(_ index: Int) -> HTML {
        let state = states[index]
        let before = states.indices.contains(index + 1) ? states[index + 1].agent : nil
        return """
            <tr><th scope="row"><a href="\(agent.page)/versions/\(state.version)">\(HTML.time(state.since))</a>\(if: state.isCurrent, " " + HTML.badge("now", .good))</th>
            <td data-label="Name">\(HTML.foreign(state.agent.name))</td>
            <td data-label="Status">\(state.agent.badge)</td>
            <td data-label="Changed">\(before.map { changes(from: $0, to: state.agent) } ?? (hasMore ? "<span class=\"quiet\">–</span>" : "made"))</td></tr>
            """
    }

    /// The members of the document that differ.
    private func changes(from old: Agent, to new: Agent) -> HTML {
        guard case .object(let before) = old.document, case .object(let after) = new.document else { return .nothing }
        let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        return names.isEmpty ? "<span class=\"quiet\">nothing</span>" : "\(names.joined(separator: ", "))"
    }
}

/// One state of an agent: what was changed to come to it, and what going back to it would change.
struct AgentVersionPage {
    let agent: Agent
    let state: AgentState
    /// What it was before. Nil if it was made so.
    let before: Agent?
    let context: SessionContext

    var html: HTML {
        """
        \(AgentTabs.versions.html(of: agent, for: context))
        <p>From \(HTML.time(state.since)) \(state.isCurrent ? HTML.badge("now", .good) : .nothing) <a href="\(agent.page)/versions">All versions</a></p>
        <section class="card"><h2>What was changed</h2>\(before.map { difference(from: $0, to: state.agent) } ?? "<p class=\"quiet\">It was made so.</p>")</section>
        \(if: !state.isCurrent, back)
        <details class="card"><summary><h2>All of it</h2></summary><pre>\(state.agent.text)</pre></details>
        """
    }

    private func difference(from old: Agent, to new: Agent) -> HTML {
        let difference = LineDifference(from: old.text, to: new.text)
        return difference.isEmpty ? "<p class=\"quiet\">Nothing.</p>" : difference.html
    }

    private var back: HTML {
        // Whether it takes calls is no part of what is gone back to.
        var past = state.agent
        past.status = agent.status
        let form: HTML = """
            <form method="post" action="\(agent.page)/versions/\(state.version)/restore">\(context.session.token)<button>Go back to this version</button>
            <p class="hint">It becomes a new version; none is lost. Calls that were placed keep the agent they were placed with.</p></form>
            """
        return """
            <section class="card"><h2>Going back to it would change</h2>\(difference(from: agent, to: past))
            \(if: context.may(.editor), form)</section>
            """
    }
}
