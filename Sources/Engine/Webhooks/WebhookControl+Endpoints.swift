package import Calls
import FoundationEssentials
import Storage

extension WebhookControl {
    /// How long, in seconds, an old secret may go on signing.
    package static let graces = 0...(7 * 86_400)

    /// What a door asks for when it registers a receiver.
    package struct NewEndpoint: Sendable {
        /// In whose words it is spoken to.
        package var door: String
        package var url: String
        package var description: String
        /// Types of messages, or `WebhookEndpoint.everything`. Nil leaves it to the door.
        package var events: [String]?

        package init(door: String, url: String, description: String = "", events: [String]? = nil) {
            self.door = door
            self.url = url
            self.description = description
            self.events = events
        }
    }

    /// What is to become of an endpoint. Nil leaves as it is.
    package struct EndpointChange: Sendable {
        package var url: String?
        package var description: String?
        package var events: [String]?
        /// Switching on forgets earlier failures.
        package var isEnabled: Bool?

        package init(
            url: String? = nil,
            description: String? = nil,
            events: [String]? = nil,
            isEnabled: Bool? = nil
        ) {
            self.url = url
            self.description = description
            self.events = events
            self.isEnabled = isEnabled
        }
    }

    /// The doors in whose words receivers can be spoken to, by name, each with the types of messages it has.
    package var doors: [(name: String, types: [String])] {
        formats.sorted { $0.key < $1.key }.map { ($0.key, $0.value.types) }
    }

    /// Registers a receiver, which is told of what happens from now on. The secret is in the result and nowhere else.
    package func createEndpoint(
        _ new: NewEndpoint,
        project: Project.ID
    ) async throws -> (endpoint: WebhookEndpoint, secret: String) {
        guard let format = formats[new.door] else {
            let doors = formats.keys.sorted().joined(separator: ", ")
            throw Refusal.invalid(field: "format", message: "There is no '\(new.door)'; there are \(doors)")
        }
        try await check(url: new.url)
        try check(description: new.description)
        let events = try checked(new.events ?? format.defaultEvents, format)
        let now = now()
        let endpoint = WebhookEndpoint(
            id: WebhookEndpoint.ID(bornAt: now),
            project: project,
            door: new.door,
            url: new.url,
            description: new.description,
            events: events,
            createdAt: now
        )
        let secret = WebhookSignature.makeSecret()
        do {
            guard let stored = try await endpoints.add(endpoint, secret: secret, limit: endpointLimit) else {
                throw Refusal.invalid(
                    field: "url",
                    message: "The project has \(endpointLimit) endpoints, the most there may be"
                )
            }
            return (stored, secret)
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
    }

    /// Newest first. `door` leaves out those that other doors speak to.
    package func endpoints(door: String? = nil, project: Project.ID) async throws -> [WebhookEndpoint] {
        try await endpoints.endpoints(door: door, project: project)
    }

    /// Throws `Refusal.unknownEndpoint` also for one that another door than `door` speaks to.
    package func endpoint(
        _ id: WebhookEndpoint.ID,
        door: String? = nil,
        project: Project.ID
    ) async throws -> WebhookEndpoint {
        guard let endpoint = try await endpoints.endpoint(id, project: project), door == nil || endpoint.door == door
        else { throw Refusal.unknownEndpoint }
        return endpoint
    }

    /// Messages that wait go to the new URL too.
    package func updateEndpoint(
        _ id: WebhookEndpoint.ID,
        _ change: EndpointChange,
        door: String? = nil,
        project: Project.ID
    ) async throws -> WebhookEndpoint {
        let endpoint = try await endpoint(id, door: door, project: project)
        if let url = change.url { try await check(url: url) }
        if let description = change.description { try check(description: description) }
        var change = change
        if let events = change.events, let format = formats[endpoint.door] {
            change.events = try checked(events, format)
        }
        let now = now()
        let checked = change
        let changed = try await endpoints.update(id, project: project) { endpoint in
            endpoint.apply(checked, at: now)
        }
        guard let changed else { throw Refusal.unknownEndpoint }
        // What was held back while it was switched off may go out.
        wakeSender()
        return changed
    }

    /// What was not delivered to it is given up; its deliveries stay in the log.
    @discardableResult
    package func deleteEndpoint(
        _ id: WebhookEndpoint.ID,
        door: String? = nil,
        project: Project.ID
    ) async throws -> WebhookEndpoint {
        _ = try await endpoint(id, door: door, project: project)
        guard let endpoint = try await endpoints.remove(id, project: project, at: now()) else {
            throw Refusal.unknownEndpoint
        }
        return endpoint
    }

    /// Gives the endpoint a new secret, which is in the result and nowhere else. For `grace` the old one signs as well, in formats that have
    /// room for several signatures; zero ends it at once.
    package func rotateSecret(
        of id: WebhookEndpoint.ID,
        grace: Duration = .zero,
        door: String? = nil,
        project: Project.ID
    ) async throws -> (endpoint: WebhookEndpoint, secret: String) {
        _ = try await endpoint(id, door: door, project: project)
        let secret = WebhookSignature.makeSecret()
        let now = now()
        let endpoint = try await endpoints.rotate(
            id,
            secret: secret,
            oldUntil: grace > .zero ? now + grace.timeInterval : nil,
            project: project,
            at: now
        )
        guard let endpoint else { throw Refusal.unknownEndpoint }
        return (endpoint, secret)
    }

    /// Sends a message that tells of nothing, once, to see whether it arrives. Throws `Refusal.invalid` if the door has no such message.
    package func tryEndpoint(
        _ id: WebhookEndpoint.ID,
        door: String? = nil,
        project: Project.ID
    ) async throws -> WebhookDelivery {
        let endpoint = try await endpoint(id, door: door, project: project)
        let now = now()
        let delivery = WebhookDelivery.ID(bornAt: now)
        guard let format = formats[endpoint.door],
            let trial = try format.trial(of: endpoint, id: delivery, at: now)
        else {
            throw Refusal.invalid(field: "endpoint", message: "'\(endpoint.door)' has no message for trying one out")
        }
        let message = WebhookDelivery(
            id: delivery,
            project: project,
            call: nil,
            event: nil,
            endpoint: id,
            door: endpoint.door,
            type: trial.type,
            url: endpoint.url,
            body: trial.body,
            createdAt: now,
            tries: format.policy.tries - 1,
            nextAt: now
        )
        do {
            try await deliveries.add(message)
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
        wakeSender()
        return message
    }
}

extension WebhookControl {
    private static let descriptionLimit = 500

    private func check(url: String) async throws {
        guard let problem = await problem(url) else { return }
        throw Refusal.invalid(field: "url", message: problem)
    }

    private func check(description: String) throws {
        guard description.utf8.count > Self.descriptionLimit else { return }
        throw Refusal.invalid(field: "description", message: "May have \(Self.descriptionLimit) bytes")
    }

    private func checked(_ events: [String], _ format: any WebhookFormat) throws -> [String] {
        let known = [WebhookEndpoint.everything] + format.types
        guard !events.isEmpty else {
            throw Refusal.invalid(
                field: "events",
                message: "Must name at least one of \(known.joined(separator: ", "))"
            )
        }
        var seen: Set<String> = []
        for event in events {
            guard known.contains(event) else {
                throw Refusal.invalid(
                    field: "events",
                    message: "There is no '\(event.prefix(100))'; there are \(known.joined(separator: ", "))"
                )
            }
            seen.insert(event)
        }
        return events.filter { seen.remove($0) != nil }
    }
}

extension WebhookEndpoint {
    fileprivate mutating func apply(_ change: WebhookControl.EndpointChange, at now: Date) {
        url = change.url ?? url
        description = change.description ?? description
        events = change.events ?? events
        switch change.isEnabled {
        case true?:
            disabled = nil
            failures = 0
        case false? where disabled == nil: disabled = Disabling(reason: .byRequest, at: now)
        case false?, nil: break
        }
        updatedAt = now
    }
}
