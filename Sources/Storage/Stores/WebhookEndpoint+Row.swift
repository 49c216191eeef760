import Calls
import FoundationEssentials

extension WebhookEndpoint {
    init(row: SQLRow) throws {
        let reason: DisabledReason? = try row["disabled_reason"]
        self.init(
            id: try row["id"],
            project: try row["project"],
            door: try row["door"],
            url: try row["url"],
            description: try row["description"],
            events: try row["events", as: JSONColumn<[String]>.self].value,
            after: try row["after_event"],
            disabled: try reason.map { Disabling(reason: $0, at: try row["disabled_at"]) },
            failures: try row["failures"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}
