import Calls
import FoundationEssentials
import Storage
import Telephony
import Testing

@Suite("The call store")
struct CallStoreTests {
    @Test("A call reads back as it was stored, in every state")
    func roundTrip() async throws {
        let shelf = try await Shelf()
        let placed = try await shelf.add(shelf.call())
        #expect(try await shelf.calls.call(placed.id, project: Project.first) == placed)

        let claimed = try #require(try await shelf.claim().first)
        var call = claimed.call
        #expect(call.conductor == .flow)
        for event in [CallLifecycle.Event.ringing, .answered, .hungUp(.calleeHungUp), .wrappedUp] {
            _ = call.lifecycle.handle(event, at: noon + 5)
            if call.lifecycle.status.isFinal {
                call.transport = Transport(sipStatus: 200, sipPhrase: "OK", q850Cause: 16, hungUpBy: .callee)
                call.reached = .person
                call.goal = .met
                call.optedOut = true
                call.fields = ["confirmed": true, "when": "3 p m", "count": 2]
                call.summary = "# Grüße\n"
                call.calleeTurns = 4
                call.resultError = "lost"
                call.costs = [CostLine(item: .trunk, quantity: 1, unit: "seconds", amount: Money(milliCents: 24))]
            }
            try await shelf.calls.save(CallChange(call), under: claimed.lease)
            #expect(try await shelf.calls.call(call.id, project: Project.first) == call)
        }
        #expect(call.lifecycle.status == .completed)
        #expect(
            try await CallStore(shelf.database).call(call.id, project: Project.first) == call,
            "Nothing comes from a cache"
        )
    }

    @Test("Another project sees nothing")
    func tenancy() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let stranger = Project.ID(bornAt: noon)
        #expect(try await shelf.calls.call(call.id, project: stranger) == nil)
        #expect(try await shelf.calls.calls(limit: 10, project: stranger).isEmpty)
        #expect(try await EventStore(shelf.database).events(of: stranger, after: 0, limit: 10).events.isEmpty)
        #expect(try await AgentStore(shelf.database).agent("reminder", project: stranger) == nil)
        #expect(try await AgentStore(shelf.database).agent("\(shelf.agent.id)", project: stranger) == nil)
    }

    @Test("A node that lost its lease changes nothing: no state, no event, no transcript, no attempt")
    func fencing() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let claimed = try #require(try await shelf.claim(until: noon + 15).first)
        #expect(try await shelf.calls.seizeLost(node: claimed.lease.node, until: noon + 30, now: noon + 14).isEmpty)

        let sweeper = UUID()
        let lost = try #require(try await shelf.calls.seizeLost(node: sweeper, until: noon + 30, now: noon + 16).first)
        #expect(lost.call.id == call.id)
        #expect(lost.attempt == claimed.attempt)

        var ringing = claimed.call
        _ = ringing.lifecycle.handle(.ringing, at: noon)
        let change = CallChange(ringing, events: [.status(of: ringing, at: noon)])
        let entry = TranscriptEntry(speaker: .agent, text: "Hello", start: 0, end: 10)
        let event = CallEvent.said(entry, on: ringing, at: noon)
        await #expect(throws: LeaseLost.self) { try await shelf.calls.save(change, under: claimed.lease) }
        await #expect(throws: LeaseLost.self) {
            try await shelf.calls.append(entry, at: 0, event: event, under: claimed.lease)
        }
        await #expect(throws: LeaseLost.self) { _ = try await shelf.calls.renew(claimed.lease, until: noon + 60) }
        await #expect(throws: LeaseLost.self) {
            try await shelf.calls.save(AttemptChange(id: claimed.attempt.id, certainty: .notSent), under: claimed.lease)
        }
        await #expect(throws: LeaseLost.self) { try await shelf.calls.save(change, from: .queued) }
        #expect(try await shelf.calls.call(call.id, project: Project.first)?.lifecycle.state == .dialing)
        #expect(try await shelf.calls.transcript(of: call.id).isEmpty)
        #expect(try await EventStore(shelf.database).events(of: call.id, after: 0, limit: 10).count == 3)
        #expect(try await shelf.calls.attempts(of: call.id) == [claimed.attempt])

        #expect(try await !shelf.calls.renew(lost.lease, until: noon + 60))
        try await shelf.calls.save(change, under: lost.lease)
    }

    @Test(
        "Where no other process can be alive, calls of other nodes are taken at once; where one can, their lease counts"
    )
    func exclusive() async throws {
        try await withDatabaseFile { path in
            let shelf = try await Shelf(.file(at: path))
            let shared = CallStore(try SQLiteDatabase.file(at: path, ownership: .shared))
            try await shelf.add(shelf.call())
            let node = UUID()
            _ = try await shelf.claim(node: node, until: noon + 15)
            #expect(try await shared.seizeLost(node: UUID(), until: noon + 30, now: noon).isEmpty)
            #expect(
                try await shelf.calls.seizeLost(node: node, until: noon + 30, now: noon).isEmpty,
                "Its own are alive"
            )
            #expect(try await shelf.calls.seizeLost(node: UUID(), until: noon + 30, now: noon).count == 1)
            try shelf.database.close()
        }
    }

    @Test("Whoever sees a call completed sees all of it")
    func atomicWrapUp() async throws {
        let shelf = try await Shelf()
        try await shelf.add(shelf.call())
        let claimed = try #require(try await shelf.claim().first)
        var call = claimed.call
        for event in [CallLifecycle.Event.answered, .hungUp(.agentHungUp), .wrappedUp] {
            _ = call.lifecycle.handle(event, at: noon)
        }
        call.summary = "Done"
        let ended = CallEvent.ended(call, at: noon)
        var change = CallChange(call, events: [.status(of: call, at: noon), ended])
        change.transcript = [
            TranscriptEntry(speaker: .callee, text: "yes", start: 5, end: 9, step: "confirm", intent: "yes")
        ]
        change.recording = "/recordings/one.wav"
        let messages = [SIPMessage(at: 1, sent: true, peer: "udp/127.0.0.1:5060", text: "INVITE sip:x SIP/2.0\r\n\r\n")]
        change.attempt = AttemptChange(id: claimed.attempt.id, certainty: .sent, closedAt: noon, trace: messages)
        change.isReleased = true

        var broken = change
        broken.events.append(.ended(try shelf.call(), at: noon))
        let doomed = broken
        await #expect(throws: (any Error).self) { try await shelf.calls.save(doomed, under: claimed.lease) }
        #expect(try await shelf.calls.call(call.id, project: Project.first)?.lifecycle.state == .dialing)
        #expect(try await shelf.calls.transcript(of: call.id).isEmpty)
        #expect(try await EventStore(shelf.database).events(of: call.id, after: 0, limit: 10).last?.status == .dialing)

        try await shelf.calls.save(change, under: claimed.lease)
        let stored = try #require(try await shelf.calls.call(call.id, project: Project.first))
        #expect(stored.lifecycle == call.lifecycle)
        #expect(stored.recorded)
        #expect(try await shelf.calls.recording(of: call.id) == "/recordings/one.wav")
        #expect(try await shelf.calls.transcript(of: call.id) == change.transcript)
        #expect(try await shelf.calls.trace(of: claimed.attempt.id) == messages)
        #expect(try await shelf.calls.orphans().isEmpty)
        #expect(try await EventStore(shelf.database).events(of: call.id, after: 0, limit: 10).last?.id == ended.id)
    }

    @Test("A call that ended while its line may be up leaves an orphan until that is closed")
    func orphans() async throws {
        let shelf = try await Shelf()
        try await shelf.add(shelf.call())
        let claimed = try #require(try await shelf.claim().first)
        let dialog = Dialog(
            callID: claimed.attempt.sipCallID,
            localURI: "sip:a@127.0.0.1",
            localTag: "1",
            remoteURI: "sip:b@127.0.0.1",
            remoteTag: "2",
            target: "sip:b@127.0.0.1:5062",
            routes: [],
            sequence: 7,
            via: nil,
            trunk: "lab"
        )
        try await shelf.calls.save(
            AttemptChange(id: claimed.attempt.id, certainty: .sent, dialog: dialog),
            under: claimed.lease
        )
        #expect(try await shelf.calls.orphans().isEmpty, "Its call is still held")

        var ended = claimed.call
        _ = ended.lifecycle.handle(.nodeLost, at: noon)
        var change = CallChange(ended)
        change.attempt = AttemptChange(id: claimed.attempt.id, certainty: .unknown)
        change.isReleased = true
        try await shelf.calls.save(change, under: claimed.lease)
        let orphan = try #require(try await shelf.calls.orphans().first)
        #expect(orphan.dialog == dialog)
        #expect(orphan.certainty == .unknown)
        try await shelf.calls.close(orphan.id, at: noon)
        #expect(try await shelf.calls.orphans().isEmpty)
    }

    @Test("Word left for the holder of a call reaches it with the next renewal")
    func cancellation() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let claimed = try #require(try await shelf.claim().first)
        #expect(try await !shelf.calls.renew(claimed.lease, until: noon + 20))
        try await shelf.calls.requestCancellation(of: call.id, at: noon)
        #expect(try await shelf.calls.renew(claimed.lease, until: noon + 20))
    }
}
