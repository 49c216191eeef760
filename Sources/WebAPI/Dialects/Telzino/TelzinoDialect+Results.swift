import Calls
import Engine

extension TelzinoDialect {
    /// Whether the receiver of each call's result took it. Calls without a receiver of their own, and those whose result is not told yet, are not
    /// in the answer.
    func callbackDelivered(to calls: [Call]) async throws -> [Call.ID: Bool] {
        let told = calls.filter { $0.request.callbackURL != nil }
        return try await webhooks.standings(of: told).compactMapValues { standing in
            switch standing {
            case .none, .pending: nil
            case .delivered: true
            case .failed: false
            }
        }
    }
}
