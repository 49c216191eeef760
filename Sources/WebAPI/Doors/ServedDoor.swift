package import Engine

/// The doors there are: which dialect is spoken behind which path. `http.hosts` names them.
package enum ServedDoor: String, Sendable, CaseIterable {
    case native
    case aitelier
    case telzino
    case truedy
    case callingbox

    /// Our own stands at the root and answers for every path that is no other door's.
    package var path: String {
        switch self {
        case .native: ""
        case .aitelier: "/aitelier"
        case .telzino: "/telzino"
        case .truedy: "/truedy"
        case .callingbox: "/callingbox"
        }
    }

    package func dialect(engine: CallEngine, publicURL: PublicURL) -> any Dialect {
        switch self {
        case .native: NativeDialect(engine: engine, publicURL: publicURL)
        case .aitelier: AitelierDialect(engine: engine, publicURL: publicURL)
        case .telzino: TelzinoDialect(engine: engine, publicURL: publicURL)
        case .truedy: TruedyDialect(engine: engine, publicURL: publicURL)
        case .callingbox: CallingBoxDialect(engine: engine)
        }
    }

    /// How the door speaks to receivers of webhooks.
    func webhookFormat(publicURL: PublicURL) -> any WebhookFormat {
        switch self {
        case .native: NativeWebhook()
        case .aitelier: AitelierWebhook(publicURL: publicURL)
        case .callingbox: CallingBoxWebhook()
        case .telzino: TelzinoWebhook()
        case .truedy: TruedyWebhook(publicURL: publicURL)
        }
    }

    /// By name of the door.
    package static func webhookFormats(publicURL: PublicURL) -> [String: any WebhookFormat] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.webhookFormat(publicURL: publicURL)) })
    }

    /// All but our own.
    package static func others(engine: CallEngine, publicURL: PublicURL) -> [Door] {
        allCases.filter { $0 != .native }.map {
            Door(path: $0.path, dialect: $0.dialect(engine: engine, publicURL: publicURL))
        }
    }
}
