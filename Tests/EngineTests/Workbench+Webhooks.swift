import Calls
import Engine
import FoundationEssentials

extension Workbench {
    /// Every message about `calls`.
    func deliveries(of calls: [Call.ID]) async throws -> [WebhookDelivery] {
        var found: [WebhookDelivery] = []
        for call in calls { found += try await engine.webhooks.deliveries(of: call, project: Project.first) }
        return found
    }

    /// Lets time pass until the messages about `calls`, of which there are to be `count`, are all delivered or given up.
    func settle(_ count: Int, about calls: [Call.ID]) async throws -> [WebhookDelivery] {
        while true {
            try await database.commits.until {
                let all = try await deliveries(of: calls)
                guard all.count == count else { return false }
                for delivery in all where try await !isWaiting(delivery) { return false }
                return true
            }
            let waiting = try await deliveries(of: calls).filter { $0.status == .pending }
            guard let next = waiting.map(\.nextAt).min() else { return try await deliveries(of: calls) }
            await poll()
            clock.advance(by: .seconds(max(1, next.timeIntervalSince(clock.date))))
        }
    }

    /// Done with, or tried and waiting for its next try; not on its way.
    private func isWaiting(_ delivery: WebhookDelivery) async throws -> Bool {
        guard delivery.status == .pending else { return true }
        guard delivery.nextAt > clock.date else { return false }
        return try await engine.webhooks.attempts(of: delivery.id).allSatisfy { $0.duration != nil }
    }
}
