import Calls
import FoundationEssentials
import Testing

@testable import Storage

@Suite("Upgrading a database")
struct UpgradeTests {
    /// As it was left by the version before `step`, with one call.
    private func database(before step: Migration, with call: Call.ID) async throws -> SQLiteDatabase {
        let database = try SQLiteDatabase.inMemory()
        try await database.write { db in
            try db.run("CREATE TABLE migrations (name TEXT PRIMARY KEY)")
            for migration in migrations.prefix(while: { $0.name != step.name }) {
                for statement in migration.statements(db.words) { try db.run(statement) }
                try db.run("INSERT INTO migrations (name) VALUES (\(migration.name))")
            }
            try db.run(
                """
                INSERT INTO projects (id, name, webhook_secret, created_at)
                VALUES (\(Project.first), 'First', 'whsec_', \(noon))
                """
            )
            try db.run(
                "INSERT INTO agent_versions (id, agent, document, created_at) VALUES ('v', 'a', '{}', \(noon))"
            )
            try db.run(
                """
                INSERT INTO calls (id, project, agent, agent_version, destination, caller_id, request, created_at, due_at,
                                   status, transport, reached, goal, opted_out, fields, costs)
                VALUES (\(call), \(Project.first), 'a', 'v', '+15551230001', '+15550100000', '{}', \(noon), \(noon),
                        'queued', '{}', 'nobody', 'undecided', 0, '{}', '[]')
                """
            )
        }
        return database
    }

    @Test(
        "Calls that ended before keep their webhooks and the log of them, and nothing that happened before is told again"
    )
    func webhooks() async throws {
        let call = Call.ID(bornAt: noon)
        let database = try await database(before: webhookFanOut, with: call)
        let (sent, waiting) = (WebhookDelivery.ID(bornAt: noon), WebhookDelivery.ID(bornAt: noon + 1))
        let event = CallEvent.ID(bornAt: noon)
        try await database.write { db in
            try db.run(
                """
                INSERT INTO events (sequence, id, call, project, kind, at, data)
                VALUES (7, \(event), \(call), \(Project.first), 'call.ended', \(noon), '{}')
                """
            )
            try db.run("UPDATE counters SET value = 7 WHERE name = 'events'")
            for (id, deliveredAt) in [(sent, noon as Date?), (waiting, nil)] {
                try db.run(
                    """
                    INSERT INTO webhook_deliveries (id, project, call, event, host, url, body, created_at, attempts, next_at,
                                                    delivered_at)
                    VALUES (\(id), \(Project.first), \(call), \(CallEvent.ID(bornAt: noon)), 'example.com',
                            'https://example.com/hook', '{"a":1}', \(noon), 1, \(noon + 5), \(deliveredAt))
                    """
                )
            }
            try db.run(
                """
                INSERT INTO webhook_attempts (delivery, number, at, duration_ms, status, response)
                VALUES (\(sent), 1, \(noon), 12, 200, 'thanks')
                """
            )
        }
        try await database.migrate()
        try await database.migrate()

        let store = DeliveryStore(database)
        let kept = try await store.deliveries(of: call)
        #expect(kept.map(\.id) == [sent, waiting])
        #expect(kept.map(\.status) == [.delivered, .pending])
        #expect(kept.map(\.type) == ["call.ended", "call.ended"])
        #expect(kept.map(\.body) == [#"{"a":1}"#, #"{"a":1}"#])
        #expect(try await store.attempts(of: sent).map(\.response) == ["thanks"])
        let outbox = WebhookOutbox(database)
        #expect(try await outbox.cursor() == 7)
        #expect(try await outbox.page(after: 7, limit: 10).events.isEmpty)
        let room = DeliveryStore.Room(total: 9, perProject: 9, perLane: 9, underWay: [:])
        let claim = try await store.claimDue(room, tries: ["native": 9], hiddenUntil: noon + 60, now: noon + 5)
        #expect(claim.due.map(\.id) == [waiting])
        #expect(claim.due.map(\.lane) == [kept[1].lane])
    }

    @Test("Dials from before the gate count for its caps and paces")
    func dials() async throws {
        let call = Call.ID(bornAt: noon)
        let database = try await database(before: gates, with: call)
        try await database.write { db in
            try db.run(
                """
                INSERT INTO attempts (id, call, number, certainty, created_at)
                VALUES (\(Attempt.ID(bornAt: noon)), \(call), 1, 'sent', \(noon))
                """
            )
        }
        try await database.migrate()
        let dials = try await database.read { db in
            try db.run("SELECT project, destination FROM attempts").map { row in
                (try row["project", as: Project.ID.self], try row["destination", as: PhoneNumber.self])
            }
        }
        #expect(dials.map(\.0) == [Project.first])
        #expect(dials.map(\.1.description) == ["+15551230001"])
    }
}
