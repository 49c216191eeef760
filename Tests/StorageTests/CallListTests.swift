import Calls
import FoundationEssentials
import Storage
import Testing

@Suite("Lists of calls")
struct CallListTests {
    @Test("Lists are newest first and continue where a page ended, towards the older and the newer")
    func pages() async throws {
        let shelf = try await Shelf()
        var placed: [Call.ID] = []
        for number in 0..<7 { placed.append(try await shelf.add(shelf.call(bornAt: noon + Double(number))).id) }
        let newestFirst = Array(placed.reversed())

        let first = try await shelf.calls.calls(limit: 4, project: Project.first).map(\.id)
        let rest = try await shelf.calls.calls(at: .before(first[3]), limit: 4, project: Project.first).map(\.id)
        #expect(first + rest == newestFirst)

        let newer = try await shelf.calls.calls(at: .after(rest[2]), limit: 3, project: Project.first).map(\.id)
        #expect(newer == Array(newestFirst[3...5]), "The page is the one nearest to the cursor, newest first inside")
        #expect(try await shelf.calls.calls(at: .after(first[0]), limit: 3, project: Project.first).isEmpty)

        let (second, total) = try await shelf.calls.calls(CallFilter(), offset: 4, limit: 4, project: Project.first)
        #expect(second.map(\.id) == rest)
        #expect(total == 7)
        let (none, all) = try await shelf.calls.calls(CallFilter(), offset: 7, limit: 4, project: Project.first)
        #expect(none.isEmpty)
        #expect(all == 7)
    }

    @Test("Every filter holds at once, and any of several statuses will do")
    func filters() async throws {
        let shelf = try await Shelf()
        for number in 0..<7 { try await shelf.add(shelf.call(bornAt: noon + Double(number) - 10)) }
        _ = try await shelf.claim(channels: 2)
        try await shelf.add(shelf.call(bornAt: noon, scheduledFor: noon + 60))

        func count(_ filter: CallFilter) async throws -> Int {
            let listed = try await shelf.calls.calls(filter, limit: 99, project: Project.first).map(\.id)
            let (paged, total) = try await shelf.calls.calls(filter, offset: 0, limit: 99, project: Project.first)
            #expect(listed == paged.map(\.id))
            #expect(listed == listed.sorted { $0.description > $1.description })
            #expect(listed.count == total)
            return total
        }

        #expect(try await count(CallFilter(statuses: [.dialing])) == 2)
        #expect(try await count(CallFilter(statuses: [.dialing, .queued])) == 7)
        #expect(try await count(CallFilter(statuses: [.dialing, .scheduled], agent: shelf.agent.id)) == 3)
        #expect(try await count(CallFilter(agent: shelf.agent.id)) == 8)
        #expect(try await count(CallFilter(agent: Agent.ID(bornAt: noon))) == 0)
        #expect(try await count(CallFilter(destination: PhoneNumber("+15551230001"))) == 8)
        #expect(try await count(CallFilter(destination: PhoneNumber("+15551239999"))) == 0)
        #expect(try await count(CallFilter(mode: .test)) == 8)
        #expect(try await count(CallFilter(mode: .live)) == 0)
        #expect(try await count(CallFilter(wasAnswered: false)) == 8)
        #expect(try await count(CallFilter(wasAnswered: true)) == 0)
        #expect(try await count(CallFilter(isLabelled: true)) == 0)
        #expect(try await count(CallFilter(isLabelled: false)) == 8)
        #expect(try await count(CallFilter(createdFrom: noon - 5)) == 3)
        #expect(try await count(CallFilter(createdBefore: noon - 5)) == 5)
        #expect(try await count(CallFilter(createdFrom: noon - 8, createdBefore: noon - 5)) == 3)
        #expect(try await count(CallFilter(statuses: [.queued], createdFrom: noon - 5)) == 2)
    }

    @Test(
        "Calls are told apart by how they ended and whether with a machine, beside statuses of those that are not over"
    )
    func ends() async throws {
        let shelf = try await Shelf()
        let ends: [(EndReason, Reached)] = [
            (.agentHungUp, .person), (.agentHungUp, .machine), (.providerStalled, .person), (.voicemail, .machine),
        ]
        var ids: [Call.ID] = []
        for (number, (reason, reached)) in ends.enumerated() {
            ids.append(try await shelf.add(shelf.call(bornAt: noon + Double(number) - 10)).id)
            let claimed = try #require(try await shelf.claim().first)
            var call = claimed.call
            _ = call.lifecycle.handle(.answered, at: noon)
            for event in [CallLifecycle.Event.hungUp(reason), .wrappedUp] { _ = call.lifecycle.handle(event, at: noon) }
            call.reached = reached
            try await shelf.calls.save(CallChange(call), under: claimed.lease)
        }
        let waiting = try await shelf.add(shelf.call(bornAt: noon)).id

        func found(_ filter: CallFilter) async throws -> [Call.ID] {
            try await shelf.calls.calls(filter, limit: 9, project: Project.first).map(\.id).reversed()
        }
        #expect(try await found(CallFilter(ends: [.init(.agentHungUp, withMachine: false)])) == [ids[0]])
        #expect(try await found(CallFilter(ends: [.init(.agentHungUp, withMachine: true)])) == [ids[1]])
        #expect(
            try await found(
                CallFilter(
                    statuses: [.queued],
                    ends: [.init(.providerStalled, withMachine: false), .init(.voicemail, withMachine: true)]
                )
            ) == [ids[2], ids[3], waiting]
        )
        #expect(try await found(CallFilter(ends: CallFilter.End.all)) == ids)
    }

    @Test(
        "A page is read from an index in its own order: nothing is scanned, and nothing sorted but the page itself",
        arguments: [
            (CallFilter(), "calls_newest"),
            (CallFilter(statuses: [.busy]), "calls_by_status"),
            (CallFilter(statuses: [.busy, .noAnswer, .rejected]), "calls_by_status"),
            (
                CallFilter(ends: [.init(.providerStalled, withMachine: false), .init(.busy, withMachine: true)]),
                "calls_by_end"
            ),
            (CallFilter(statuses: [.queued], ends: [.init(.silence, withMachine: false)]), "calls_by_end"),
            (CallFilter(agent: Agent.ID(bornAt: noon)), "calls_of_agent"),
            (CallFilter(statuses: [.busy, .noAnswer], agent: Agent.ID(bornAt: noon)), "calls_of_agent_by_status"),
            (
                CallFilter(statuses: [.busy, .completed], agent: Agent.ID(bornAt: noon), wasAnswered: true),
                "calls_of_agent_answered"
            ),
            (CallFilter(destination: PhoneNumber("+15551230001")), "calls_to"),
            (CallFilter(createdFrom: noon, createdBefore: noon + 60), "calls_newest"),
        ]
    )
    func plan(filter: CallFilter, index: String) async throws {
        let shelf = try await Shelf()
        let cursors: [CallCursor] = [.newest, .before(Call.ID(bornAt: noon)), .after(Call.ID(bornAt: noon))]
        for cursor in cursors {
            let question = CallStore.page(filter, at: cursor, limit: 20, project: Project.first)
            let steps = try await shelf.database.read { db in
                try db.run("EXPLAIN QUERY PLAN \(question)").map { try $0["detail", as: String.self] }
            }
            #expect(steps.contains { $0.contains("USING COVERING INDEX \(index) ") }, "\(steps)")
            #expect(!steps.contains { $0.hasPrefix("SCAN calls") || $0.contains("TEMP B-TREE") }, "\(steps)")
        }
    }

    @Test("Calls with a label are found through an index that has no others", .timeLimit(.minutes(1)))
    func labelled() async throws {
        let shelf = try await Shelf()
        let question = CallStore.page(CallFilter(isLabelled: true), at: .newest, limit: 20, project: Project.first)
        let steps = try await shelf.database.read { db in
            try db.run("EXPLAIN QUERY PLAN \(question)").map { try $0["detail", as: String.self] }
        }
        #expect(steps.contains { $0.contains("INDEX calls_labelled ") }, "\(steps)")
        #expect(!steps.contains { $0.contains("TEMP B-TREE") }, "\(steps)")
    }

    @Test("The state of a call's last attempt is known for a whole page at once")
    func certainties() async throws {
        let shelf = try await Shelf()
        let dialed = try await shelf.add(shelf.call(bornAt: noon - 2))
        let waiting = try await shelf.add(shelf.call(bornAt: noon - 1))
        _ = try await shelf.claim(channels: 1)
        #expect(try await shelf.calls.certainties(of: [dialed.id, waiting.id]) == [dialed.id: .sent])
        #expect(try await shelf.calls.certainties(of: []).isEmpty)
    }

    @Test("A project's events are read after a number, by type, and tell how far was looked")
    func events() async throws {
        let shelf = try await Shelf()
        let store = EventStore(shelf.database)
        #expect(try await store.end(of: Project.first) == 0)
        for number in 0..<3 { try await shelf.add(shelf.call(bornAt: noon + Double(number) - 5)) }
        let (all, end) = try await store.events(of: Project.first, after: 0, limit: 10)
        #expect(all.map(\.sequence) == [1, 2, 3])
        #expect(end == 3)
        let (page, pageEnd) = try await store.events(of: Project.first, after: 1, limit: 1)
        #expect(page.map(\.sequence) == [2])
        #expect(pageEnd == 2)
        let (said, saidEnd) = try await store.events(of: Project.first, after: 0, kinds: [.call(.said)], limit: 10)
        #expect(said.isEmpty)
        #expect(saidEnd == 3, "What was looked at need not be looked at again")
        #expect(try await store.events(of: Project.first, after: 9, limit: 10).end == 9)
        #expect(try await store.end(of: Project.ID(bornAt: noon)) == 0)
    }
}
