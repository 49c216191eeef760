import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("API keys", .timeLimit(.minutes(1)))
struct KeyTests {
    @Test("A key opens the API until it is revoked, and its secret is stored nowhere")
    func life() async throws {
        let database = try SQLiteDatabase.inMemory()
        let keys = try await Workbench(database: database).engine.keys
        let (key, secret) = try await keys.create(name: "CI", mode: .test, project: Project.first)
        #expect(secret.hasPrefix("sk_test_"))
        #expect(secret.utf8.count == 51)
        #expect(secret.hasPrefix(key.hint))
        #expect(key.hint.utf8.count == 12)
        #expect(try await keys.authenticate(secret) == key)
        #expect(try await keys.authenticate(secret) == key, "From the cache")
        #expect(try await keys.authenticate(String(secret.dropLast()) + "~") == nil)
        #expect(try await keys.keys(project: Project.first) == [key])

        let stored = try await database.read { db in
            try db.run("SELECT id || name || mode || hash || hint AS whole FROM api_keys").map {
                try $0["whole", as: String.self]
            }
        }
        #expect(stored.allSatisfy { !$0.contains(secret.dropFirst(12)) })

        let revoked = try await keys.revoke(key.id, project: Project.first)
        #expect(revoked.revokedAt != nil)
        #expect(try await keys.authenticate(secret) == nil, "At once, whatever was cached")
    }

    @Test("A revocation by another process counts within two seconds")
    func elsewhere() async throws {
        let database = try SQLiteDatabase.inMemory()
        let bench = try await Workbench(database: database)
        let (key, secret) = try await bench.engine.keys.create(name: "CI", mode: .live, project: Project.first)
        #expect(secret.hasPrefix("sk_live_"))
        #expect(try await bench.engine.keys.authenticate(secret) != nil)
        _ = try await KeyStore(database).revoke(key.id, project: Project.first, at: bench.clock.date)
        bench.clock.advance(by: .seconds(2))
        #expect(try await bench.engine.keys.authenticate(secret) == nil)
    }

    @Test(
        "What is no key is refused without asking the database",
        arguments: ["", "Bearer x", "pk_test_1", "sk_" + String(repeating: "a", count: 5000)]
    )
    func garbage(secret: String) async throws {
        #expect(try await Workbench().engine.keys.authenticate(secret) == nil)
    }

    @Test("Another project can neither see nor revoke a key")
    func tenancy() async throws {
        let keys = try await Workbench().engine.keys
        let (key, _) = try await keys.create(name: "CI", mode: .test, project: Project.first)
        let stranger = Project.ID(bornAt: .stamp())
        #expect(try await keys.keys(project: stranger).isEmpty)
        await #expect(throws: Refusal.unknownKey) { _ = try await keys.revoke(key.id, project: stranger) }
    }
}
