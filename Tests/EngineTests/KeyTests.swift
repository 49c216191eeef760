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
        #expect(try await keys.keys(project: Project.first).map(\.id) == [key.id])

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
        arguments: [
            "", "Bearer x", "pk_test_1", "sk_" + String(repeating: "a", count: 5000), "eyJ.eyJ.x",
            "sk_test_" + String(repeating: "a", count: 42) + "é", "S_test_" + String(repeating: "a", count: 43),
            "sk_none_" + String(repeating: "a", count: 43), String(repeating: ".", count: 5000),
        ]
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

    @Test("A key without a choice has every scope; with one it has those, its limits and its prefix")
    func rights() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let (whole, _) = try await keys.create(name: "", mode: .test, project: Project.first)
        #expect(whole.scopes == Scope.all)
        let (part, secret) = try await keys.create(
            name: "",
            mode: .live,
            scopes: [.sessionsRead],
            prefix: try #require(KeyPrefix("avp")),
            limits: RequestLimits(perMinute: 5),
            project: Project.first
        )
        #expect(secret.hasPrefix("avp_live_"))
        #expect(part.hint == String(secret.prefix(13)))
        let found = try await keys.authenticate(secret)
        #expect(found == part)
        #expect(found?.scopes == [.sessionsRead])
        #expect(found?.limits == RequestLimits(perMinute: 5))
    }

    @Test("A key hands out what it has itself, or less, and never more")
    func handingOut() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let soon = bench.clock.date + 3600
        let (maker, _) = try await keys.create(
            name: "",
            mode: .test,
            scopes: [.keysManage, .sessionsRead],
            limits: RequestLimits(perHour: 9),
            expiresAt: soon,
            project: Project.first
        )
        let (heir, _) = try await keys.create(name: "", mode: .test, project: Project.first, by: maker)
        #expect(heir.scopes == maker.scopes)
        #expect(heir.limits == maker.limits)
        #expect(heir.expiresAt == soon)
        let (less, _) = try await keys.create(
            name: "",
            mode: .test,
            scopes: [.sessionsRead],
            expiresAt: soon - 60,
            project: Project.first,
            by: maker
        )
        #expect(less.scopes == [.sessionsRead])

        let wishes: [(CallMode, Set<Scope>?, Date?)] = [
            (.live, nil, nil), (.test, [.keysManage, .billingRead], nil), (.test, nil, soon + 1),
        ]
        for (mode, scopes, expiresAt) in wishes {
            let error = await #expect(throws: Refusal.self) {
                try await keys.create(
                    name: "",
                    mode: mode,
                    scopes: scopes,
                    expiresAt: expiresAt,
                    project: Project.first,
                    by: maker
                )
            }
            guard case .beyondKey = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        let (stronger, _) = try await keys.create(name: "", mode: .test, project: Project.first)
        await #expect(throws: Refusal.self, "Its secret would be shown") {
            try await keys.rotate(stronger.id, project: Project.first, by: maker)
        }
        #expect(try await keys.rotate(less.id, project: Project.first, by: maker).key.id == less.id)
    }

    @Test("What a key cannot be is refused")
    func impossible() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        await #expect(throws: Refusal.self) {
            try await keys.create(name: "", mode: .test, scopes: [], project: Project.first)
        }
        await #expect(throws: Refusal.self) {
            try await keys.create(name: "", mode: .test, expiresAt: bench.clock.date, project: Project.first)
        }
        await #expect(throws: Refusal.self) {
            try await keys.create(name: String(repeating: "n", count: 101), mode: .test, project: Project.first)
        }
    }

    @Test("An expired key opens nothing from that moment on, whatever was cached")
    func expiry() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let end = bench.clock.date + 1
        let (_, secret) = try await keys.create(name: "", mode: .test, expiresAt: end, project: Project.first)
        #expect(try await keys.authenticate(secret) != nil)
        bench.clock.advance(by: .seconds(1))
        #expect(try await keys.authenticate(secret) == nil)
    }

    @Test("A rotated key keeps its id and rights; the secret before stops at once")
    func rotation() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let (key, first) = try await keys.create(
            name: "CI",
            mode: .test,
            scopes: [.sessionsRead],
            prefix: try #require(KeyPrefix("avp")),
            project: Project.first
        )
        #expect(try await keys.authenticate(first) != nil)
        bench.clock.advance(by: .seconds(1))
        let (rotated, second) = try await keys.rotate(key.id, project: Project.first)
        #expect(second.hasPrefix("avp_test_"))
        #expect(second != first)
        #expect(rotated.id == key.id)
        #expect(rotated.scopes == key.scopes)
        #expect(rotated.hint == String(second.prefix(13)))
        #expect(rotated.rotatedAt == bench.clock.date)
        #expect(try await keys.authenticate(first) == nil)
        #expect(try await keys.authenticate(second)?.id == key.id)
    }

    @Test("With a grace the secret before is taken until it ends; a rotation without one ends every secret before")
    func grace() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let (key, first) = try await keys.create(name: "CI", mode: .test, project: Project.first)
        let second = try await keys.rotate(key.id, grace: 60, project: Project.first).secret
        bench.clock.advance(by: .seconds(30))
        let third = try await keys.rotate(key.id, grace: 60, project: Project.first).secret
        for secret in [first, second, third] { #expect(try await keys.authenticate(secret) != nil) }
        bench.clock.advance(by: .seconds(30))
        #expect(try await keys.authenticate(first) == nil)
        #expect(try await keys.authenticate(second) != nil)
        let fourth = try await keys.rotate(key.id, project: Project.first).secret
        for secret in [first, second, third] { #expect(try await keys.authenticate(secret) == nil) }
        #expect(try await keys.authenticate(fourth) != nil)

        await #expect(throws: Refusal.self) { try await keys.rotate(key.id, grace: -1, project: Project.first) }
        _ = try await keys.revoke(key.id, project: Project.first)
        #expect(try await keys.authenticate(fourth) == nil)
        await #expect(throws: Refusal.keyNotActive) { try await keys.rotate(key.id, project: Project.first) }
        let stranger = Project.ID(bornAt: .stamp())
        await #expect(throws: Refusal.unknownKey) { try await keys.rotate(key.id, project: stranger) }
    }

    @Test("When a key was used last is known at once, stored once a minute, and stored when the server stops")
    func lastUse() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let store = KeyStore(bench.database)
        let (key, secret) = try await keys.create(name: "CI", mode: .test, project: Project.first)
        #expect(key.lastUsedAt == nil)
        let (first, last) = try await bench.run { bench in
            await bench.clock.sleepers(within: .seconds(60), longerThan: .seconds(59))
            bench.clock.advance(by: .seconds(10))
            let first = bench.clock.date
            _ = try await keys.authenticate(secret)
            #expect(try await keys.key(key.id, project: Project.first).lastUsedAt == first)
            #expect(try await store.key(key.id)?.lastUsedAt == nil, "No request writes")
            bench.clock.advance(by: .seconds(50))
            await bench.clock.sleepers(within: .seconds(60), longerThan: .seconds(59))
            #expect(try await store.key(key.id)?.lastUsedAt == first)
            bench.clock.advance(by: .seconds(5))
            _ = try await keys.authenticate(secret)
            return (first, bench.clock.date)
        }
        #expect(first < last)
        #expect(try await store.key(key.id)?.lastUsedAt == last)
    }
}
