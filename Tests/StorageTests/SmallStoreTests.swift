import Calls
import FoundationEssentials
import Storage
import Testing

@Suite("Agents, keys and limits")
struct SmallStoreTests {
    @Test("An agent applied again keeps its id and birth; calls keep the agent they were placed with")
    func agents() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let agents = AgentStore(shelf.database)
        var changed = try Agent.sample()
        changed.greeting = "Good morning."
        changed.createdAt = noon + 60
        changed.updatedAt = noon + 60
        let stored = try #require(try await agents.put(changed, mustBeNew: false, project: Project.first))
        #expect(!stored.isNew)
        #expect(stored.agent.id == shelf.agent.id)
        #expect(stored.agent.createdAt == noon)
        #expect(try await agents.agent("reminder", project: Project.first)?.agent == stored.agent)
        #expect(try await agents.agent("\(stored.agent.id)", project: Project.first)?.agent.greeting == "Good morning.")
        #expect(try await shelf.calls.call(call.id, project: Project.first)?.agent.greeting == "Hello {{name}}.")
        let second = changed
        #expect(try await agents.put(second, mustBeNew: true, project: Project.first) == nil)
        #expect(try await agents.agents(project: Project.first).map(\.slug) == ["reminder"])
    }

    @Test("An agent with a call that is not over cannot be removed; its past calls outlive it")
    func removal() async throws {
        let shelf = try await Shelf()
        let agents = AgentStore(shelf.database)
        let call = try await shelf.add(shelf.call())
        #expect(try await !agents.remove(shelf.agent.id, project: Project.first))
        var canceled = call
        _ = canceled.lifecycle.handle(.cancelRequested, at: noon)
        try await shelf.calls.save(CallChange(canceled), from: .queued)
        #expect(try await agents.remove(shelf.agent.id, project: Project.first))
        #expect(try await agents.agent("reminder", project: Project.first) == nil)
        #expect(try await CallStore(shelf.database).call(call.id, project: Project.first)?.agent == shelf.agent)
    }

    @Test("A key is found by its hash alone, and a revocation keeps its first date")
    func keys() async throws {
        let keys = KeyStore(try await Shelf().database)
        let key = APIKey(
            id: APIKey.ID(bornAt: noon),
            project: Project.first,
            name: "CI",
            mode: .test,
            hint: "sk_test_abcd",
            createdAt: noon
        )
        try await keys.add(key, hash: "aa")
        #expect(try await keys.match(hash: "aa")?.key == key)
        #expect(try await keys.match(hash: "bb") == nil)
        #expect(try await keys.keys(project: Project.first) == [key])
        #expect(try await keys.revoke(key.id, project: Project.first, at: noon + 1)?.revokedAt == noon + 1)
        #expect(try await keys.revoke(key.id, project: Project.first, at: noon + 2)?.revokedAt == noon + 1)
        #expect(try await keys.revoke(key.id, project: Project.ID(bornAt: noon), at: noon) == nil)
    }

    @Test("A key comes back as it was stored, with its project's limits; a scope that is not known gives no right")
    func rights() async throws {
        let database = try await Shelf().database
        let project = Project(
            id: Project.ID(bornAt: noon),
            name: "Second",
            limits: RequestLimits(perMinute: 60),
            createdAt: noon
        )
        let projects = ProjectStore(database)
        #expect(try await projects.add(project, webhookSecret: "whsec_eA=="))
        #expect(try await projects.project("Second") == project)
        #expect(try await projects.project("\(project.id)") == project)
        let twin = Project(id: Project.ID(bornAt: noon), name: "Second", createdAt: noon)
        #expect(try await !projects.add(twin, webhookSecret: "whsec_eA=="), "One name, one project")
        #expect(try await projects.projects().map(\.id) == [Project.first, project.id])

        let key = APIKey(
            id: APIKey.ID(bornAt: noon),
            project: project.id,
            name: "CI",
            mode: .live,
            scopes: [.sessionsRead, .keysManage],
            limits: RequestLimits(perHour: 1000),
            projectLimits: project.limits,
            hint: "avp_live_abcd",
            createdAt: noon,
            expiresAt: noon + 60
        )
        let keys = KeyStore(database)
        try await keys.add(key, hash: "aa")
        #expect(try await keys.key(key.id) == key)
        try await database.write { db in
            try db.run(#"UPDATE api_keys SET scopes = '["sessions:read","moon:fly"]' WHERE id = \#(key.id)"#)
        }
        #expect(try await keys.key(key.id)?.scopes == [.sessionsRead])
    }

    @Test("A request that is given back leaves its window as it was, and one that it opened itself is none")
    func givenBack() async throws {
        let store = RateLimitStore(try await Shelf().database)
        let key = APIKey.ID(bornAt: noon)
        let limits = [
            RateLimit(name: "minute", count: 9, window: 60), RateLimit(name: "hour", count: 9, window: 3600),
        ]
        func take(at now: Date) async throws -> [Int] {
            try await store.take(limits, key: key, project: Project.first, at: now).map(\.remaining)
        }
        func giveBack(at now: Date) async throws -> [RateLimitState] {
            try await store.giveBack(limits, key: key, project: Project.first, at: now)
        }
        #expect(try await take(at: noon) == [8, 8])
        #expect(try await take(at: noon + 61) == [8, 7])
        let back = try await giveBack(at: noon + 62)
        #expect(back.map(\.remaining) == [9, 8])
        #expect(back.map(\.resetsAt) == [noon + 122, noon + 3600], "The next minute begins with the next request")
        #expect(try await take(at: noon + 90) == [8, 7])
    }

    @Test("The last use of a key only moves forward")
    func use() async throws {
        let keys = KeyStore(try await Shelf().database)
        let key = APIKey(
            id: APIKey.ID(bornAt: noon),
            project: Project.first,
            name: "CI",
            mode: .test,
            hint: "sk_test_abcd",
            createdAt: noon
        )
        try await keys.add(key, hash: "aa")
        try await keys.used([key.id: noon + 60])
        try await keys.used([key.id: noon + 30])
        #expect(try await keys.key(key.id)?.lastUsedAt == noon + 60)
    }
}
