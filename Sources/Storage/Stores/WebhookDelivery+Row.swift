import Calls
import FoundationEssentials

extension WebhookDelivery {
    /// What one receiver may hold up: the deliveries of an endpoint, or those of a project to one host. Begins with the project.
    package var lane: String {
        guard let endpoint else { return "\(project.uuid.uuidString.lowercased()) \(host)" }
        return Self.lane(of: endpoint, project: project)
    }

    static func lane(of endpoint: WebhookEndpoint.ID, project: Project.ID) -> String {
        "\(project.uuid.uuidString.lowercased()) @\(endpoint.uuid.uuidString.lowercased())"
    }

    private var host: String {
        URLComponents(string: url)?.host?.lowercased() ?? "?"
    }

    init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            project: try row["project"],
            call: try row["call"],
            event: try row["event"],
            endpoint: try row["endpoint"],
            door: try row["door"],
            type: try row["type"],
            url: try row["url"],
            body: try row["body"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"],
            sequence: try row["sequence"],
            place: try row["place"],
            attempts: try row["attempts"],
            tries: try row["tries"],
            manualRetries: try row["manual_retries"],
            nextAt: try row["next_at"],
            deliveredAt: try row["delivered_at"],
            givenUpAt: try row["given_up_at"],
            lastError: try row["last_error"],
            lastStatus: try row["last_status"]
        )
    }

    func insert(_ db: any SQLTransaction) throws {
        try db.run(
            """
            INSERT INTO webhook_deliveries (id, project, call, event, endpoint, lane, door, type, url, body, created_at,
                                            updated_at, sequence, place, attempts, tries, manual_retries, next_at,
                                            delivered_at, given_up_at, last_error, last_status)
            VALUES (\(id), \(project), \(call), \(event), \(endpoint), \(lane), \(door), \(type), \(url), \(body),
                    \(createdAt), \(updatedAt), \(sequence), \(place), \(attempts), \(tries), \(manualRetries),
                    \(nextAt), \(deliveredAt), \(givenUpAt), \(lastError), \(lastStatus))
            ON CONFLICT (event, lane, type) DO NOTHING
            """
        )
    }
}

extension WebhookAttempt {
    init(row: SQLRow) throws {
        self.init(
            delivery: try row["delivery"],
            number: try row["number"],
            at: try row["at"],
            address: try row["address"],
            requestHeaders: try row["request_headers", as: JSONColumn<[Header]>.self].value,
            resolution: try row["resolution_ms"],
            answer: try row["answer_ms"],
            duration: try row["duration_ms"],
            status: try row["status"],
            responseHeaders: try row["response_headers", as: JSONColumn<[Header]>.self].value,
            response: try row["response"],
            failure: try row["failure"]
        )
    }
}
