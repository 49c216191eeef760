import Engine
import WebAPI

/// The doors of this program: which dialect is spoken behind which path. `http.hosts` names them.
enum ServedDoor: String, CaseIterable {
    case native
    case aitelier
    case truedy

    /// Our own stands at the root and answers for every path that is no other door's.
    var path: String {
        switch self {
        case .native: ""
        case .aitelier: "/aitelier"
        case .truedy: "/truedy"
        }
    }

    func dialect(engine: CallEngine) -> any Dialect {
        switch self {
        case .native: NativeDialect(engine: engine)
        case .aitelier: AitelierDialect(engine: engine)
        case .truedy: TruedyDialect(engine: engine)
        }
    }

    /// All but our own.
    static func others(engine: CallEngine) -> [Door] {
        allCases.filter { $0 != .native }.map { Door(path: $0.path, dialect: $0.dialect(engine: engine)) }
    }
}
