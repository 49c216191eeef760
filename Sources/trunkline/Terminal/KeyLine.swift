import Calls
import Foundation

/// A key as the command line prints it.
struct KeyLine: Encodable {
    private let id: String
    private let name: String
    private let mode: String
    private let scopes: [String]
    private let hint: String
    private let createdAt: String
    private let expiresAt: String?
    private let lastUsedAt: String?
    private let revokedAt: String?
    private let secret: String?

    init(_ key: APIKey, secret: String?) {
        id = key.id.description
        name = key.name
        mode = key.mode.rawValue
        scopes = key.scopes.map(\.rawValue).sorted()
        hint = key.hint
        createdAt = key.createdAt.formatted(.iso8601)
        expiresAt = key.expiresAt?.formatted(.iso8601)
        lastUsedAt = key.lastUsedAt?.formatted(.iso8601)
        revokedAt = key.revokedAt?.formatted(.iso8601)
        self.secret = secret
    }

    var text: String {
        let state = revokedAt.map { "revoked \($0)" } ?? expiresAt.map { "expires \($0)" } ?? "made \(createdAt)"
        let use = lastUsedAt.map { "used \($0)" } ?? "never used"
        let rights = scopes.count == Scope.allCases.count ? "all scopes" : scopes.joined(separator: ",")
        return "\(id)  \(mode.padded(to: 4))  \(hint)…  \(state)  \(use)  \(rights)  \(name.printable)"
    }

    /// Prints the secret alone, so that a shell can take it, or everything as JSON. `note` is for the person at the keyboard.
    func show(json: Bool, note: String) throws {
        if json {
            Terminal.standard.result(try jsonLine)
        } else {
            Terminal.standard.note(note)
            Terminal.standard.result(secret ?? "")
        }
    }
}
