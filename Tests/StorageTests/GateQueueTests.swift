import Calls
import FoundationEssentials
import Storage
import Testing

@Suite("The queue behind the gate", .timeLimit(.minutes(1)))
struct GateQueueTests {
    private static func add(
        _ shelf: Shelf,
        bornAt: Date = noon,
        project: Project.ID = Project.first,
        _ change: (inout CallRequest) throws -> Void = { _ in }
    ) async throws -> Call {
        let sample = try shelf.call(bornAt: bornAt, project: project)
        var request = sample.request
        try change(&request)
        return try await shelf.add(
            Call(
                id: sample.id,
                project: project,
                request: request,
                agent: sample.agent,
                callerID: sample.callerID,
                createdAt: bornAt,
                lifecycle: CallLifecycle()
            )
        )
    }

    private static func number(_ text: String) throws -> PhoneNumber { try #require(PhoneNumber(text)) }

    @Test("A dialed call has its decision stored with its attempt")
    func decided() async throws {
        let shelf = try await Shelf()
        let call = try await Self.add(shelf)
        #expect(try await shelf.claims().dialed.count == 1)
        let decisions = try await shelf.calls.decisions(of: call.id)
        #expect(decisions.map(\.verdict) == [.go])
        #expect(decisions.map(\.stage) == [.dial])
        #expect(decisions[0].decidedAt == noon)
        #expect(decisions[0].checks.map(\.rule) == GateRule.allCases)
    }

    @Test("The higher priority goes first, also before what was due earlier; within one, the longest due")
    func priority() async throws {
        let shelf = try await Shelf()
        let early = try await Self.add(shelf, bornAt: noon - 9)
        let late = try await Self.add(shelf, bornAt: noon - 1)
        let low = try await Self.add(shelf, bornAt: noon - 99) { $0.priority = -5 }
        let high = try await Self.add(shelf, bornAt: noon) { $0.priority = 5 }
        let pacedAndHigher = try await Self.add(shelf, bornAt: noon) {
            $0.priority = 6
            $0.dialsPerMinute = 5
        }
        let order = [pacedAndHigher, high, early, late, low].map(\.id)
        for id in order { #expect(try await shelf.claim(channels: 1, node: UUID()).map(\.call.id) == [id]) }
    }

    @Test("A suppressed number is never dialed, holds up nobody, and stays until it is ended")
    func suppressed() async throws {
        let shelf = try await Shelf()
        let number = try Self.number("+15551230009")
        let blocked = try await Self.add(shelf, bornAt: noon - 5) { $0.destination = number }
        let free = try await Self.add(shelf)
        let entry = Suppression(number: number, scope: .account, reason: .complaint, addedBy: "test", createdAt: noon)
        #expect(try await SuppressionStore(shelf.database).add([entry], project: Project.first) == 1)
        for _ in 0..<2 {
            let claims = try await shelf.claims()
            #expect(claims.blocked.map(\.call.id) == [blocked.id])
            #expect(claims.blocked.map(\.decision.decisive?.rule) == [.suppression])
            for dialed in claims.dialed { #expect(dialed.call.id == free.id) }
        }
        #expect(try await shelf.calls.attempts(of: blocked.id).isEmpty)
        #expect(try await shelf.calls.attempts(of: free.id).count == 1)
    }

    @Test("Hundreds of calls that will never go do not stand in the way of one that may, and are all met")
    func noHeadOfLine() async throws {
        let shelf = try await Shelf()
        let dear = try Self.number("+19005550100")
        for index in 0..<300 {
            _ = try await Self.add(shelf, bornAt: noon - 1000 + Double(index)) { $0.destination = dear }
        }
        let last = try await Self.add(shelf)
        let first = try await shelf.claims()
        #expect(first.dialed.isEmpty)
        #expect(first.next == noon, "There is more to be looked at")
        for (call, decision) in first.blocked {
            var ended = call
            _ = ended.lifecycle.handle(.blocked, at: noon)
            ended.blockedBy = decision.decisive?.rule
            var change = CallChange(ended)
            change.decision = decision
            try await shelf.calls.save(change, from: .queued)
        }
        let second = try await shelf.claims()
        #expect(second.dialed.map(\.call.id) == [last.id])
        #expect(first.blocked.count + second.blocked.count == 300)
        #expect(second.next == nil)
        let stored = try #require(try await shelf.calls.call(first.blocked[0].call.id, project: Project.first))
        #expect(stored.blockedBy == .destination)
        #expect(try await shelf.calls.decisions(of: stored.id).map(\.verdict) == [.block])
    }

    @Test(
        "Outside the calling hours a call is put off to their beginning, out of the queue, and that is told and stored"
    )
    func hours() async throws {
        let shelf = try await Shelf()
        try await shelf.setPolicy(["calling_hours": ["applies_to": "all"]])
        let night = noon + 10 * 3600
        let call = try await Self.add(shelf, bornAt: night)
        let claims = try await shelf.claims(now: night)
        #expect(claims.dialed.isEmpty)
        #expect(claims.postponed.map(\.id) == [call.id])
        #expect(claims.postponed.map(\.lifecycle.state) == [.scheduled(for: noon + 20 * 3600)])
        #expect(claims.next == nil)
        #expect(try await shelf.claims(now: night).postponed.isEmpty, "It is not in the queue any more")
        #expect(try await shelf.calls.nextDue() == noon + 20 * 3600)
        #expect(try await shelf.calls.decisions(of: call.id).map(\.verdict) == [.wait(until: noon + 20 * 3600)])

        _ = try await shelf.calls.promoteScheduled(now: noon + 20 * 3600)
        let dialed = try await shelf.claims(now: noon + 20 * 3600).dialed
        #expect(dialed.map(\.call.id) == [call.id])
        #expect(dialed.map(\.dueAt) == [noon + 20 * 3600])
        #expect(try await shelf.calls.decisions(of: call.id).map(\.verdict).last == .go)
        let words = try await EventStore(shelf.database).events(of: call.id, after: 0, limit: 10).map(\.data)
        #expect(
            words
                == ["queued", "scheduled", "queued", "dispatching", "dialing"].map { .object(["status": .string($0)]) }
        )
    }

    @Test("Ten nodes at once never have more calls of a project under way than its cap, and never fewer than it allows")
    func concurrency() async throws {
        try await withDatabaseFile { path in
            let shelf = try await Shelf(.file(at: path))
            try await shelf.setPolicy(["concurrent_calls": 7])
            for _ in 0..<40 { _ = try await Self.add(shelf) }
            let claimed = try await withThrowingTaskGroup(of: [ClaimedCall].self) { group in
                for _ in 0..<10 { group.addTask { try await shelf.claim(channels: 5) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 7)
            #expect(try await shelf.claims().dialed.isEmpty)
            try await shelf.end(claimed[0])
            try await shelf.end(claimed[1])
            #expect(try await shelf.claim().count == 2)
            try shelf.database.close()
        }
    }

    @Test("A cap of one project does not touch another")
    func otherProject() async throws {
        let shelf = try await Shelf()
        let second = Project.ID(bornAt: noon)
        _ = try await ProjectStore(shelf.database).ensure(second, name: "Second", secret: "whsec_", now: noon)
        try await shelf.setPolicy(["concurrent_calls": 1, "dials_per_minute": 1])
        for _ in 0..<3 { _ = try await Self.add(shelf) }
        for _ in 0..<3 { _ = try await Self.add(shelf, project: second) }
        let claims = try await shelf.claims()
        #expect(claims.dialed.count { $0.call.project == second } == 3)
        #expect(claims.dialed.count == 4)
    }

    @Test("However many nodes ask and however often, no 60 seconds see more dials than the pace, and none is left out")
    func pace() async throws {
        let shelf = try await Shelf()
        for _ in 0..<23 { _ = try await Self.add(shelf) { $0.dialsPerMinute = 5 } }
        var now = noon
        var dials: [Date] = []
        var asked = 0
        while dials.count < 23, asked < 200 {
            let moment = now
            let claims = try await withThrowingTaskGroup(of: Claims.self) { group in
                for _ in 0..<4 { group.addTask { try await shelf.claims(now: moment) } }
                return try await group.reduce(into: [Claims]()) { $0.append($1) }
            }
            asked += 1
            dials += claims.flatMap(\.dialed).map(\.attempt.createdAt)
            guard dials.count < 23 else { break }
            let next = try #require(claims.compactMap(\.next).min(), "Nobody would ask again")
            #expect(next > now)
            now = next
        }
        #expect(dials.count == 23)
        #expect(asked <= 5, "Waiting calls are left alone")
        for (earlier, later) in zip(dials, dials.dropFirst(5)) { #expect(later.timeIntervalSince(earlier) >= 60) }
        #expect(now == noon + 240)
    }

    @Test("A pace that is full holds up no call without one, nor one with another, and touches none that waits")
    func lanes() async throws {
        let shelf = try await Shelf()
        for _ in 0..<50 { _ = try await Self.add(shelf, bornAt: noon - 100) { $0.dialsPerMinute = 5 } }
        for _ in 0..<3 { _ = try await Self.add(shelf) { $0.dialsPerMinute = 2 } }
        for _ in 0..<9 { _ = try await Self.add(shelf) }
        let dialed = try await shelf.claim()
        #expect(dialed.count { $0.call.request.dialsPerMinute == 5 } == 5)
        #expect(dialed.count { $0.call.request.dialsPerMinute == 2 } == 2)
        #expect(dialed.count { $0.call.request.dialsPerMinute == nil } == 9)
        _ = try await Self.add(shelf)
        #expect(try await shelf.claim().count == 1)
        #expect(try await shelf.calls.queued() == 46)
    }

    @Test("The project's pace goes before what calls bring along, and counts all of them")
    func projectPace() async throws {
        let shelf = try await Shelf()
        try await shelf.setPolicy(["dials_per_minute": 6])
        for _ in 0..<5 { _ = try await Self.add(shelf) { $0.dialsPerMinute = 2 } }
        for _ in 0..<5 { _ = try await Self.add(shelf) }
        let claims = try await shelf.claims()
        #expect(claims.dialed.count == 6)
        #expect(claims.next == noon + 60)
        #expect(try await shelf.claims(now: noon + 59.999).dialed.isEmpty)
        #expect(try await shelf.claims(now: noon + 60).dialed.count == 4)
    }

    @Test("No callee is dialed more often than the cap, over all calls, agents and nodes")
    func frequency() async throws {
        try await withDatabaseFile { path in
            let shelf = try await Shelf(.file(at: path))
            try await shelf.setPolicy(["frequency": ["calls": 2, "hours": 24]])
            let other = try Self.number("+15551230007")
            for _ in 0..<6 { _ = try await Self.add(shelf) }
            _ = try await Self.add(shelf) { $0.destination = other }
            let all = try await withThrowingTaskGroup(of: Claims.self) { group in
                for _ in 0..<6 { group.addTask { try await shelf.claims(channels: 2) } }
                return try await group.reduce(into: [Claims]()) { $0.append($1) }
            }
            let dialed = all.flatMap(\.dialed)
            #expect(dialed.count { $0.call.request.destination == other } == 1)
            #expect(dialed.count == 3)
            let postponed = all.flatMap(\.postponed)
            #expect(postponed.count == 4)
            #expect(postponed.allSatisfy { $0.lifecycle.state == .scheduled(for: noon + 24 * 3600) })
            try shelf.database.close()
        }
    }

    @Test("A dial that certainly never left does not count against the callee")
    func notSent() async throws {
        let shelf = try await Shelf()
        try await shelf.setPolicy(["frequency": ["calls": 1, "hours": 1]])
        _ = try await Self.add(shelf)
        let claimed = try #require(try await shelf.claim().first)
        try await shelf.calls.save(AttemptChange(id: claimed.attempt.id, certainty: .notSent), under: claimed.lease)
        _ = try await Self.add(shelf)
        #expect(try await shelf.claim().count == 1)
    }

    @Test("Consent that was revoked while the call waited stops it")
    func consent() async throws {
        let shelf = try await Shelf()
        try await shelf.setPolicy(["requires_consent": true])
        let consents = ConsentStore(shelf.database)
        let call = try await Self.add(shelf)
        #expect(try await shelf.claims().blocked.count == 1)
        let consent = Consent(
            id: Consent.ID(bornAt: noon),
            number: call.request.destination,
            text: "Call me.",
            source: "form",
            givenAt: noon - 1,
            recordedBy: "test",
            createdAt: noon
        )
        try await consents.add(consent, project: Project.first)
        #expect(try await consents.revoke(consent.id, project: Project.first, at: noon)?.revokedAt == noon)
        #expect(try await shelf.claims().blocked.count == 1)
        let second = Consent(
            id: Consent.ID(bornAt: noon + 1),
            number: consent.number,
            text: consent.text,
            source: consent.source,
            givenAt: consent.givenAt,
            recordedBy: "test",
            createdAt: noon
        )
        try await consents.add(second, project: Project.first)
        #expect(try await shelf.claim().map(\.call.id) == [call.id])
    }

    @Test("A callee who asks not to be called again is on the project's list the moment the call's end is stored")
    func optOut() async throws {
        let shelf = try await Shelf()
        let call = try await Self.add(shelf)
        let claimed = try #require(try await shelf.claim().first)
        let store = SuppressionStore(shelf.database)
        let number = call.request.destination
        #expect(try await store.suppressions(of: number, project: Project.first).isEmpty)
        try await shelf.end(claimed) { $0.optedOut = true }
        let entry = try #require(try await store.suppressions(of: number, project: Project.first).first)
        #expect(entry.scope == .project)
        #expect(entry.reason == .calleeRequest)
        #expect(entry.call == call.id)
        #expect(entry.createdAt == noon)
        #expect(try await store.suppressions(of: number, project: Project.ID(bornAt: noon)).isEmpty)
        _ = try await Self.add(shelf)
        #expect(try await shelf.claims().blocked.count == 1)
    }

    @Test("An agent's own policy lies over the project's, as the agent is now")
    func agentPolicy() async throws {
        let shelf = try await Shelf()
        _ = try await Self.add(shelf) { $0.destination = try Self.number("+19005550100") }
        #expect(try await shelf.claims().blocked.count == 1)
        let agents = AgentStore(shelf.database)
        _ = try await agents.update(shelf.agent.id, project: Project.first, at: noon) {
            $0.policy = ["premium_rate": true]
        }
        #expect(try await shelf.claims().dialed.count == 1)
    }

    @Test("A paused agent's calls rest and go on when it is active again")
    func paused() async throws {
        let shelf = try await Shelf()
        let call = try await Self.add(shelf)
        let scheduled = try await shelf.add(shelf.call(scheduledFor: noon + 3600))
        let agents = AgentStore(shelf.database)
        _ = try await agents.update(shelf.agent.id, project: Project.first, at: noon) { $0.status = .paused }
        #expect(try await shelf.claims().postponed.map(\.id) == [call.id])
        for hour in 1...23 {
            let due = try await shelf.calls.promoteScheduled(now: noon + Double(hour) * 3600).map(\.id)
            #expect(due == (hour == 1 ? [scheduled.id] : []), "What cannot go is not looked at again and again")
            _ = try await shelf.claims(now: noon + Double(hour) * 3600)
        }
        let evening = noon + 23 * 3600 + 60
        let later = try await shelf.add(shelf.call(bornAt: evening, scheduledFor: evening + 3600))
        _ = try await agents.update(shelf.agent.id, project: Project.first, at: evening) { $0.status = .active }
        #expect(try await shelf.calls.nextDue() == evening)
        _ = try await shelf.calls.promoteScheduled(now: evening)
        #expect(try await Set(shelf.claim(now: evening).map(\.call.id)) == [call.id, scheduled.id])
        #expect(try await shelf.calls.nextDue() == evening + 3600, "Whoever was scheduled keeps its time")
        #expect(try await shelf.calls.call(later.id, project: Project.first)?.lifecycle.status == .scheduled)
    }
}
