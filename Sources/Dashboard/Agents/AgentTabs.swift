import Calls

/// The pages of one agent.
enum AgentTabs: CaseIterable {
    case overview
    case edit
    case document
    case preview
    case talk
    case versions

    private var title: String {
        switch self {
        case .overview: "Overview"
        case .edit: "Edit"
        case .document: "Document"
        case .preview: "Preview"
        case .talk: "Talk to it"
        case .versions: "Versions"
        }
    }

    private var role: Role { self == .edit || self == .talk ? .editor : .viewer }

    private func path(of agent: Agent) -> String {
        switch self {
        case .overview: agent.page
        case .edit: "\(agent.page)/edit"
        case .document: "\(agent.page)/document"
        case .preview: "\(agent.page)/preview"
        case .talk: "\(agent.page)/talk"
        case .versions: "\(agent.page)/versions"
        }
    }

    func html(of agent: Agent, for context: SessionContext) -> HTML {
        let links: [HTML] = Self.allCases.filter { context.may($0.role) }.map { tab in
            "<li><a href=\"\(tab.path(of: agent))\"\(if: tab == self, " aria-current=\"page\"")>\(tab.title)</a></li>"
        }
        return "<nav class=\"tabs\" aria-label=\"This agent\"><ul>\(links)</ul></nav>"
    }
}

extension Agent {
    /// Its page. An agent may have the name of another page: its identifier names it then.
    var page: String { "/agents/\(["new", "example"].contains(slug) ? id.description : slug)" }

    var badge: HTML {
        let tone: HTML.Tone =
            switch status {
            case .active: .good
            case .draft: .wait
            case .paused, .archived: .plain
            }
        return .badge(status.rawValue, tone)
    }
}
