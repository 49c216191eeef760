/// The pages under Connections.
enum ConnectionTabs: String, CaseIterable {
    case keys
    case webhooks
    case deliveries

    var path: String { "/connections/\(rawValue)" }

    private var title: String {
        switch self {
        case .keys: "API keys"
        case .webhooks: "Webhooks"
        case .deliveries: "Delivery log"
        }
    }

    var html: HTML {
        let links: [HTML] = Self.allCases.map { tab in
            "<li><a href=\"\(tab.path)\"\(if: tab == self, " aria-current=\"page\"")>\(tab.title)</a></li>"
        }
        return "<nav class=\"tabs\" aria-label=\"Connections\"><ul>\(links)</ul></nav>"
    }
}
