package import Calls
package import FoundationEssentials
package import Storage

/// Projects: the operator makes and lists them. No door does.
package struct ProjectControl: Sendable {
    /// Characters in a name.
    private static let nameLengths = 1...100

    private let store: ProjectStore
    private let now: @Sendable () -> Date

    /// Projects can be made without an engine, beside a running server.
    package init(store: ProjectStore, now: @escaping @Sendable () -> Date = Date.stamp) {
        self.store = store
        self.now = now
    }

    package func create(name: String, limits: RequestLimits = RequestLimits()) async throws -> Project {
        guard Self.nameLengths.contains(name.count), !name.contains(where: \.isNewline) else {
            throw ProjectError.invalidName(name)
        }
        // Else one project could not be told from the other by name or id.
        guard Project.ID(name) == nil else { throw ProjectError.invalidName(name) }
        let now = now()
        let project = Project(id: Project.ID(bornAt: now), name: name, limits: limits, createdAt: now)
        guard try await store.add(project, webhookSecret: WebhookSignature.makeSecret()) else {
            throw ProjectError.nameTaken(name)
        }
        return project
    }

    /// Oldest first.
    package func projects() async throws -> [Project] {
        try await store.projects()
    }

    /// By id or name.
    package func project(_ reference: String) async throws -> Project {
        guard let project = try await store.project(reference) else { throw ProjectError.unknown(reference) }
        return project
    }
}

/// Why the operator's wish about a project cannot be fulfilled.
package enum ProjectError: Error, Sendable, Hashable, CustomStringConvertible {
    case unknown(String)
    case nameTaken(String)
    case invalidName(String)

    package var description: String {
        switch self {
        case .unknown(let reference):
            "There is no project '\(reference)': 'trunkline projects list' shows those there are"
        case .nameTaken(let name): "Another project is called '\(name)': choose another name"
        case .invalidName(let name):
            "'\(name)' cannot be a project's name: it takes one line of 1 to 100 characters that does not look like a project's id"
        }
    }
}
