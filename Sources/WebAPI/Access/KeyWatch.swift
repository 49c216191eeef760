import Engine

/// Asks again whether a request's key is good: for answers that go on long after it was checked.
struct KeyWatch: Sendable {
    let keys: KeyControl
    let secret: String

    /// False once the key is revoked or expired, and for a secret that was replaced. True while the database cannot say.
    func isStillGood() async -> Bool {
        do {
            return try await keys.authenticate(secret) != nil
        } catch {
            return true
        }
    }
}
