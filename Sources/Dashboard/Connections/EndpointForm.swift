import Calls
import Engine

/// What was filled in about a receiver of webhooks.
struct EndpointForm {
    var url = ""
    var description = ""
    /// In whose words it is spoken to. Of a receiver that exists it cannot be changed.
    var door = ""
    /// Types of messages, or `WebhookEndpoint.everything`.
    var events: [String] = []
    var isEnabled = true
    var problems = FormProblems()

    static let fields: Set<String> = ["url", "description", "events", "format"]

    init(door: String) {
        self.door = door
    }

    init(_ fields: FormFields) {
        url = fields["url"] ?? ""
        description = fields["description"] ?? ""
        door = fields["format"] ?? ""
        let chosen = fields.all("event")
        events = chosen.contains(WebhookEndpoint.everything) ? [WebhookEndpoint.everything] : chosen
        isEnabled = fields["enabled"] != nil
    }

    init(_ endpoint: WebhookEndpoint) {
        url = endpoint.url
        description = endpoint.description
        door = endpoint.door
        events = endpoint.events
        isEnabled = endpoint.disabled == nil
    }

    mutating func refuse(_ error: any Error) {
        problems = FormProblems(error, among: Self.fields)
    }
}
