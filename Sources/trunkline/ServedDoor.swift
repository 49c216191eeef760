import Engine
import WebAPI

/// The doors of this program: which dialect is spoken behind which path. `http.hosts` names them.
enum ServedDoor: String, CaseIterable {
    case native
    case aitelier
    case telzino
    case truedy
    case callingbox

    /// Our own stands at the root and answers for every path that is no other door's.
    var path: String {
        switch self {
        case .native: ""
        case .aitelier: "/aitelier"
        case .telzino: "/telzino"
        case .truedy: "/truedy"
        case .callingbox: "/callingbox"
        }
    }

    func dialect(engine: CallEngine) -> any Dialect {
        switch self {
        case .native: NativeDialect(engine: engine)
        case .aitelier: AitelierDialect(engine: engine)
        case .telzino: TelzinoDialect(engine: engine)
        case .truedy: TruedyDialect(engine: engine)
        case .callingbox: CallingBoxDialect(engine: engine)
        }
    }

    /// How the door speaks to receivers of webhooks.
    var webhookFormat: any WebhookFormat {
        switch self {
        case .native, .aitelier, .truedy: NativeWebhook()
        case .callingbox: CallingBoxWebhook()
        case .telzino: TelzinoWebhook()
        }
    }

    /// By name of the door.
    static var webhookFormats: [String: any WebhookFormat] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.webhookFormat) })
    }

    /// All but our own.
    static func others(engine: CallEngine) -> [Door] {
        allCases.filter { $0 != .native }.map { Door(path: $0.path, dialect: $0.dialect(engine: engine)) }
    }
}
