package import Calls
import Digests
import FoundationEssentials
import Storage

extension KeyControl {
    /// How long, in seconds, an earlier secret may be taken: up to thirty days.
    package static let graces = 0...2_592_000

    /// Gives a key another secret; its id, rights and history stay. The secret before, and the tokens it bought, are taken for `grace` seconds
    /// more, in this process and within two seconds in others.
    ///
    /// A key (`rotator`; nil: the operator) that could not have made the other one cannot rotate it either, since it is shown the secret.
    package func rotate(
        _ id: APIKey.ID,
        grace: Int = 0,
        project: Project.ID,
        by rotator: APIKey? = nil
    ) async throws -> (key: APIKey, secret: String) {
        guard Self.graces.contains(grace) else {
            throw Refusal.invalid(
                field: "grace",
                message: "expected \(Self.graces.lowerBound) to \(Self.graces.upperBound) seconds, got \(grace)"
            )
        }
        let current = try await key(id, project: project)
        try rotator?.mayHandOut(current)
        let now = now()
        let secret = KeySecret.text(
            prefix: KeySecret.prefix(of: current.hint) ?? .standard,
            mode: current.mode,
            random: SecureRandom.alphanumerics(KeySecret.length)
        )
        do {
            let rotated = try await store.rotate(
                id,
                hash: SHA256.hexadecimal(secret),
                hint: KeySecret.hint(of: secret),
                validUntil: now + Double(grace),
                project: project,
                at: now
            )
            guard let rotated else { throw Refusal.keyNotActive }
            cache.forget(id)
            return (rotated, secret)
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }
}
