package import FoundationEssentials

/// A receiver that a project has registered: it is told of every call, as far as it asked to be.
package struct WebhookEndpoint: Sendable, Hashable, Identified {
    package typealias ID = Identifier<WebhookEndpoint>
    package static let identifierPrefix = "we"

    /// Stands for all types, those to come included.
    package static let everything = "*"

    package enum DisabledReason: String, Sendable, Hashable, Codable, CaseIterable {
        /// Somebody switched it off.
        case byRequest = "by_request"
        /// Too many messages in a row were given up.
        case tooManyFailures = "too_many_failures"
        /// The receiver said that it is gone for good.
        case gone
    }

    package struct Disabling: Sendable, Hashable {
        package var reason: DisabledReason
        package var at: Date

        package init(reason: DisabledReason, at: Date) {
            self.reason = reason
            self.at = at
        }
    }

    package let id: ID
    package let project: Project.ID
    /// The door whose words it is spoken to in.
    package let door: String
    package var url: String
    package var description: String
    /// The types of messages it gets, in the door's words, or `everything`.
    package var events: [String]
    /// Events up to this place in the outbox are not for it: they happened before it was made or switched on again.
    package var after: Int64
    /// Nil while it is enabled.
    package var disabled: Disabling?
    /// Messages given up since the last one that was delivered.
    package var failures: Int
    package let createdAt: Date
    package var updatedAt: Date

    package init(
        id: ID,
        project: Project.ID,
        door: String,
        url: String,
        description: String = "",
        events: [String],
        after: Int64 = 0,
        disabled: Disabling? = nil,
        failures: Int = 0,
        createdAt: Date,
        updatedAt: Date? = nil
    ) {
        self.id = id
        self.project = project
        self.door = door
        self.url = url
        self.description = description
        self.events = events
        self.after = after
        self.disabled = disabled
        self.failures = failures
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }

    /// Whether it asked for messages of `type`.
    package func wants(_ type: String) -> Bool {
        events.contains(Self.everything) || events.contains(type)
    }
}
