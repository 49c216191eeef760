/// Which webhooks are asked for. Nil leaves a member out.
package struct DeliveryFilter: Sendable, Hashable {
    package var endpoint: WebhookEndpoint.ID?
    package var call: Call.ID?
    package var status: WebhookDelivery.Status?
    /// Only those in this door's words.
    package var door: String?

    package init(
        endpoint: WebhookEndpoint.ID? = nil,
        call: Call.ID? = nil,
        status: WebhookDelivery.Status? = nil,
        door: String? = nil
    ) {
        self.endpoint = endpoint
        self.call = call
        self.status = status
        self.door = door
    }
}
