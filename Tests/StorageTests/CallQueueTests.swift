import Calls
import FoundationEssentials
import Storage
import Testing

@Suite("The queue of calls")
struct CallQueueTests {
    @Test(
        "Ten claims at once never take the same call, and each attempt is in the ledger as sent",
        .timeLimit(.minutes(1))
    )
    func disjoint() async throws {
        try await withDatabaseFile { path in
            let shelf = try await Shelf(.file(at: path))
            for _ in 0..<60 { try await shelf.add(shelf.call()) }
            let claimed = try await withThrowingTaskGroup(of: [ClaimedCall].self) { group in
                for _ in 0..<10 { group.addTask { try await shelf.claim(channels: 9) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 60)
            #expect(Set(claimed.map(\.call.id)).count == 60)
            #expect(claimed.allSatisfy { $0.call.lifecycle.state == .dialing && $0.attempt.certainty == .sent })
            for one in claimed {
                #expect(try await shelf.calls.attempts(of: one.call.id) == [one.attempt])
            }
            try shelf.database.close()
        }
    }

    @Test("A node holds no more calls than it has channels, counted from the rows")
    func channels() async throws {
        let shelf = try await Shelf()
        let node = UUID()
        for _ in 0..<5 { try await shelf.add(shelf.call()) }
        let first = try await shelf.claim(channels: 3, node: node)
        #expect(first.count == 3)
        #expect(try await shelf.claim(channels: 3, node: node).isEmpty)

        var ended = first[0].call
        _ = ended.lifecycle.handle(.hungUp(.busy), at: noon)
        var change = CallChange(ended)
        change.isReleased = true
        try await shelf.calls.save(change, under: first[0].lease)
        #expect(try await shelf.claim(channels: 3, node: node).count == 1)
        #expect(try await shelf.claim(channels: 3).count == 1, "Another node has channels of its own")
    }

    @Test("The longest due call goes first; one that is not due, or past its last moment, does not go")
    func order() async throws {
        let shelf = try await Shelf()
        let late = try await shelf.add(shelf.call(bornAt: noon - 1))
        let early = try await shelf.add(shelf.call(bornAt: noon - 9))
        try await shelf.add(shelf.call(bornAt: noon + 1))
        let stale = try await shelf.add(shelf.call(bornAt: noon - 5, expiresAt: noon))
        #expect(try await shelf.claim().map(\.call.id) == [early.id, late.id])
        #expect(try await shelf.calls.expired(now: noon).map(\.id) == [stale.id])
    }

    @Test("Projects take turns, so that a long queue of one does not hold up another")
    func fairness() async throws {
        let shelf = try await Shelf()
        let second = Project.ID(bornAt: noon)
        _ = try await ProjectStore(shelf.database).ensure(second, name: "Second", secret: "whsec_", now: noon)
        for number in 0..<20 { try await shelf.add(shelf.call(bornAt: noon - 100 + Double(number))) }
        for _ in 0..<2 { try await shelf.add(shelf.call(project: second)) }
        let projects = try await shelf.claim(channels: 4).map(\.call.project)
        #expect(projects.count { $0 == second } == 2)
    }

    @Test("A scheduled call comes due at its time, and that is told")
    func scheduled() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call(bornAt: noon, scheduledFor: noon + 60))
        #expect(try await shelf.calls.nextDue() == noon + 60)
        #expect(try await shelf.claim(now: noon + 60).isEmpty)
        #expect(try await shelf.calls.promoteScheduled(now: noon + 59).isEmpty)
        #expect(try await shelf.calls.promoteScheduled(now: noon + 60).map(\.id) == [call.id])
        #expect(try await shelf.claim(now: noon + 60).map(\.call.id) == [call.id])
        let words = try await EventStore(shelf.database).events(of: call.id, after: 0, limit: 10).map(\.data)
        #expect(words == ["scheduled", "queued", "dispatching", "dialing"].map { .object(["status": .string($0)]) })
    }

    @Test("A call that cannot be read holds up no other, due or scheduled, and is told of")
    func unreadable() async throws {
        let shelf = try await Shelf()
        let broken = try await shelf.add(shelf.call(bornAt: noon - 2))
        let sound = try await shelf.add(shelf.call(bornAt: noon - 1))
        let brokenLater = try await shelf.add(shelf.call(bornAt: noon, scheduledFor: noon + 60))
        let later = try await shelf.add(shelf.call(bornAt: noon, scheduledFor: noon + 60))
        try await shelf.database.write { db in
            try db.run("UPDATE calls SET request = '{}' WHERE id IN (\(list: [broken.id, brokenLater.id]))")
        }
        let claims = try await shelf.claims()
        #expect(claims.dialed.map(\.call.id) == [sound.id])
        #expect(claims.unreadable.map(\.call) == [broken.id])

        #expect(try await shelf.calls.promoteScheduled(now: noon + 60).map(\.id) == [later.id])
        let next = try await shelf.claims(now: noon + 60)
        #expect(next.dialed.map(\.call.id) == [later.id])
        #expect(Set(next.unreadable.map(\.call)) == [broken.id, brokenLater.id])
    }

    @Test("The ledger itself refuses a second attempt that could ring the same callee")
    func once() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let claimed = try #require(try await shelf.claim().first)
        await #expect(throws: (any Error).self) {
            try await shelf.database.write { db in
                try db.run(
                    """
                    INSERT INTO attempts (id, call, number, certainty, created_at)
                    VALUES (\(Attempt.ID(bornAt: noon)), \(call.id), 2, 'sent', \(noon))
                    """
                )
            }
        }
        #expect(try await shelf.calls.attempts(of: call.id) == [claimed.attempt])
    }

    @Test("Every event gets the next number, in the order of commits, with no gap", .timeLimit(.minutes(1)))
    func sequence() async throws {
        let shelf = try await Shelf()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { try await shelf.add(shelf.call()) } }
            try await group.waitForAll()
        }
        _ = try await shelf.claim()
        let events = try await EventStore(shelf.database).events(of: Project.first, after: 0, limit: 1000).events
        #expect(events.map(\.sequence) == Array(1...120))
        #expect(
            try await EventStore(shelf.database).events(of: Project.first, after: 118, limit: 1000).events.count == 2
        )
    }
}
