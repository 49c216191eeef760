package import Calls
import FoundationEssentials
import Storage

/// Webhooks: who is told, what was sent, what came back, and sending it again.
package struct WebhookControl: Sendable {
    let deliveries: DeliveryStore
    let endpoints: EndpointStore
    let projects: ProjectStore
    let formats: [String: any WebhookFormat]
    /// What is wrong with a receiver's URL, as far as can be told now.
    let problem: @Sendable (_ url: String) async -> String?
    let endpointLimit: Int
    /// Has the sender look for what is due.
    let wakeSender: @Sendable () -> Void
    let now: @Sendable () -> Date

    /// What receivers check messages to URLs of calls and agents with. Nil if there is no such project.
    package func secret(project: Project.ID) async throws -> String? {
        try await projects.webhookSecret(of: project)
    }

    /// All about one call, in the order of events.
    package func deliveries(of call: Call.ID, project: Project.ID) async throws -> [WebhookDelivery] {
        try await deliveries.deliveries(of: call).filter { $0.project == project }
    }

    /// Newest first. `before` is the last id of the page before.
    package func deliveries(
        _ filter: DeliveryFilter,
        before: WebhookDelivery.ID? = nil,
        limit: Int,
        project: Project.ID
    ) async throws -> (deliveries: [WebhookDelivery], hasMore: Bool) {
        let found = try await deliveries.deliveries(filter, before: before, limit: limit + 1, project: project)
        return (Array(found.prefix(limit)), found.count > limit)
    }

    /// Throws `Refusal.unknownDelivery` also for one that is in another door's words than `door`.
    package func delivery(
        _ id: WebhookDelivery.ID,
        door: String? = nil,
        project: Project.ID
    ) async throws -> WebhookDelivery {
        guard let delivery = try await deliveries.delivery(id, project: project), door == nil || delivery.door == door
        else { throw Refusal.unknownDelivery }
        return delivery
    }

    /// Every try, oldest first, with what was sent and the beginning of what was answered.
    package func attempts(of delivery: WebhookDelivery.ID) async throws -> [WebhookAttempt] {
        try await deliveries.attempts(of: delivery)
    }

    /// Has a message sent again, the same bytes under the same id, as if it were new, whatever became of it. One to an endpoint that is switched
    /// off waits until that is enabled.
    package func redeliver(
        _ id: WebhookDelivery.ID,
        door: String? = nil,
        project: Project.ID
    ) async throws -> WebhookDelivery {
        _ = try await delivery(id, door: door, project: project)
        guard let delivery = try await deliveries.redeliver(id, project: project, at: now()) else {
            throw Refusal.unknownDelivery
        }
        wakeSender()
        return delivery
    }
}
