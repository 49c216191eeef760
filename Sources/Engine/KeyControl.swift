package import Calls

/// API keys: made, shown once, kept as hashes.
package struct KeyControl: Sendable {
    /// Makes a key. The secret is in the result and nowhere else.
    package func create(name: String, mode: CallMode, project: Project.ID) async throws -> (key: APIKey, secret: String)
    {
        fatalError()
    }

    /// The key that `secret` belongs to; nil if there is none or it was revoked. Cheap enough for every request.
    package func authenticate(_ secret: String) async throws -> APIKey? { fatalError() }

    package func keys(project: Project.ID) async throws -> [APIKey] { fatalError() }

    package func revoke(_ id: APIKey.ID, project: Project.ID) async throws -> APIKey { fatalError() }
}
