import Calls
import Engine
import Foundation
import Storage

extension Check {
    /// What the projects' policies leave open: worth knowing, and nothing that has to be done.
    static func policies(_ path: String) -> Check {
        Check("Policy") {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            do {
                let database = try SQLiteDatabase.file(at: path, ownership: .shared)
                try await database.migrate()
                let projects = try await ProjectControl(store: ProjectStore(database)).projects()
                let policies = try await PolicyControl(store: DialPolicyStore(database)).all()
                try database.close()
                return projects.map { project in
                    let open = (policies[project.id] ?? DialPolicy()).openness
                    guard !open.isEmpty else {
                        return .ok("\(project.name): whom it may call is narrowed in every way")
                    }
                    return .notice(
                        "\(project.name): \(open.joined(separator: ", "))",
                        "Narrow what you do not need: PATCH /v1/policy (docs/gate.md)"
                    )
                }
            } catch {
                return [.failure("The policies cannot be read: \(error)", "Look at the database first")]
            }
        }
    }
}

extension DialPolicy {
    /// What it does not limit, in words.
    var openness: [String] {
        var open: [String] = []
        if countries == nil { open.append("every country may be called") }
        if allowsPremiumRate { open.append("premium-rate numbers may be called") }
        if allowsSharedCost { open.append("shared-cost numbers may be called") }
        if allowsSatellite { open.append("satellite numbers may be called") }
        switch hoursScope {
        case .all: break
        case .batches: open.append("single calls keep no calling hours")
        case .none: open.append("no calls keep calling hours")
        }
        if frequency == nil { open.append("a number may be dialed any number of times") }
        if concurrentCalls == nil { open.append("only the server's channels limit how many calls are under way") }
        return open
    }
}
