package import Calls
import FoundationEssentials
import Storage

/// Webhooks: what was sent, what came back, and sending it again.
package struct WebhookControl: Sendable {
    let deliveries: DeliveryStore
    let projects: ProjectStore
    let sender: WebhookSender
    let now: @Sendable () -> Date

    /// What receivers check signatures with. Nil if there is no such project.
    package func secret(project: Project.ID) async throws -> String? {
        try await projects.webhookSecret(of: project)
    }

    /// Oldest first.
    package func deliveries(of call: Call.ID, project: Project.ID) async throws -> [WebhookDelivery] {
        try await deliveries.deliveries(of: call).filter { $0.project == project }
    }

    /// Every try, oldest first, with the beginning of what was answered.
    package func attempts(of delivery: WebhookDelivery.ID) async throws -> [WebhookAttempt] {
        try await deliveries.attempts(of: delivery)
    }

    /// Tries a delivery once more at once, whatever became of it. False if the project has none with this id.
    package func redeliver(_ id: WebhookDelivery.ID, project: Project.ID) async throws -> Bool {
        let isFound = try await deliveries.redeliver(id, project: project, at: now())
        sender.wake()
        return isFound
    }
}
