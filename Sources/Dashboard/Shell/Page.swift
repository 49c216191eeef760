import Calls
import Engine
import Hummingbird
import WebAPI

/// A whole page for somebody who is signed in.
struct Page: ResponseGenerator {
    let title: String
    let section: Section?
    let session: Session
    var status = HTTPResponse.Status.ok
    /// What stands beside the heading.
    var actions = HTML.nothing
    /// Where the page's changes are told while it is open.
    var live: String?
    let content: HTML

    init(
        _ title: String,
        _ section: Section?,
        for context: SessionContext,
        status: HTTPResponse.Status = .ok,
        actions: HTML = .nothing,
        live: String? = nil,
        content: HTML
    ) {
        self.title = title
        self.section = section
        session = context.session
        self.status = status
        self.actions = actions
        self.live = live
        self.content = content
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        let theme = Theme(request)
        let shell = shell(theme.form(session, back: request.pathAndQuery))
        return PageDocument(title: title, theme: theme, body: shell).response(status)
    }

    private func shell(_ theme: HTML) -> HTML {
        let liveAttribute: HTML = if let live { " data-live=\"\(live)\"" } else { "" }
        return """
            <body data-form-token="\(session.formToken)"\(liveAttribute)>
            <a class="skip" href="#main">Skip to the content</a>
            <div class="shell">
            <header class="side">
            <a class="brand" href="/calls"><img src="\(Asset.icon.path)" alt="" width="26" height="26"> Trunkline</a>
            <nav aria-label="Main"><ul>\(Section.visible(to: session.user.role).map(entry))</ul></nav>
            <div class="who">
            <span><bdi>\(session.user.name)</bdi> <span class="quiet">\(session.user.role.rawValue)</span></span>
            <form method="post" action="/logout">\(session.token)<button class="plain">Sign out</button></form>
            \(theme)
            </div>
            </header>
            <main id="main" tabindex="-1">
            <div class="title"><h1>\(title)</h1><div class="actions">\(actions)</div></div>
            <div id="said" role="status" aria-live="polite"></div>
            \(content)
            </main>
            </div>
            </body>
            """
    }

    private func entry(_ entry: Section) -> HTML {
        "<li><a href=\"\(entry.path)\"\(if: entry == section, " aria-current=\"page\"")>\(entry.title)</a></li>"
    }
}

/// The parts of the dashboard, in the order in which they are shown.
enum Section: CaseIterable {
    case calls
    case newCall
    case live
    case batches
    case agents
    case numbers
    case doNotCall
    case connections
    case usage
    case people
    case audit

    var title: String {
        switch self {
        case .calls: "Calls"
        case .newCall: "New call"
        case .live: "Live"
        case .batches: "Batches"
        case .agents: "Agents"
        case .numbers: "Numbers & trunks"
        case .doNotCall: "Do-not-call"
        case .connections: "Connections"
        case .usage: "Usage"
        case .people: "People"
        case .audit: "Audit log"
        }
    }

    var path: String {
        switch self {
        case .calls: "/calls"
        case .newCall: "/calls/new"
        case .live: "/live"
        case .batches: "/batches"
        case .agents: "/agents"
        case .numbers: "/numbers"
        case .doNotCall: "/do-not-call"
        case .connections: "/connections/keys"
        case .usage: "/usage"
        case .people: "/people"
        case .audit: "/audit"
        }
    }

    /// Who may see it at all.
    private var role: Role {
        switch self {
        case .calls, .live, .batches, .agents, .numbers, .doNotCall, .connections, .usage: .viewer
        case .newCall: .editor
        case .people, .audit: .owner
        }
    }

    static func visible(to role: Role) -> [Section] { allCases.filter { $0.role <= role } }
}

extension Session {
    /// What makes a form one of ours.
    var token: HTML { "<input type=\"hidden\" name=\"\(FormFields.tokenName)\" value=\"\(formToken)\">" }
}
