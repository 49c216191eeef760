import Calls
import FoundationEssentials
import Storage
import Testing

@Suite("Webhook queue and outbox")
struct WebhookStoreTests {
    private func delivery(
        _ call: Call.ID?,
        url: String = "https://example.com/hook",
        endpoint: WebhookEndpoint.ID? = nil,
        project: Project.ID = Project.first,
        event: CallEvent.ID? = CallEvent.ID(bornAt: noon),
        type: String = "call.ended",
        sequence: Int64 = 1,
        nextAt: Date = noon
    ) -> WebhookDelivery {
        WebhookDelivery(
            id: WebhookDelivery.ID(bornAt: noon),
            project: project,
            call: call,
            event: event,
            endpoint: endpoint,
            door: "native",
            type: type,
            url: url,
            body: "{}",
            createdAt: noon,
            sequence: sequence,
            nextAt: nextAt
        )
    }

    private func store(_ deliveries: [WebhookDelivery], in shelf: Shelf) async throws {
        let outbox = WebhookOutbox(shelf.database)
        let cursor = try await outbox.cursor()
        #expect(try await outbox.advance(from: cursor, to: cursor + 1, adding: deliveries))
    }

    private func endpoint(_ shelf: Shelf, url: String = "https://example.com/hook") async throws -> WebhookEndpoint {
        let new = WebhookEndpoint(
            id: WebhookEndpoint.ID(bornAt: noon),
            project: Project.first,
            door: "native",
            url: url,
            events: ["*"],
            createdAt: noon
        )
        return try #require(try await EndpointStore(shelf.database).add(new, secret: "whsec_one", limit: 10))
    }

    private func room(_ underWay: [String: Int] = [:], perProject: Int = 64) -> DeliveryStore.Room {
        DeliveryStore.Room(total: 8, perProject: perProject, perLane: 2, underWay: underWay)
    }

    private func claim(
        _ store: DeliveryStore,
        _ room: DeliveryStore.Room,
        tries: Int = 9,
        at now: Date = noon + 1
    ) async throws -> DeliveryStore.Claim {
        try await store.claimDue(room, tries: ["native": tries], hiddenUntil: now + 30, now: now)
    }

    @Test("Deliveries to a receiver that hangs leave room for all others")
    func lanes() async throws {
        let shelf = try await Shelf()
        var slow: [WebhookDelivery] = []
        for index in 0..<30 {
            let call = try await shelf.add(shelf.call(bornAt: noon + Double(index)))
            slow.append(delivery(call.id, url: "https://slow.example/hook", nextAt: noon + Double(index) / 1000))
        }
        let fast = delivery(slow[0].call, url: "https://fast.example/hook", nextAt: noon + 0.5)
        try await store(slow + [fast], in: shelf)
        let deliveries = DeliveryStore(shelf.database)
        let first = try await claim(deliveries, room())
        #expect(Set(first.due.map(\.id)) == Set(slow[..<2].map(\.id) + [fast.id]))
        #expect(first.due.allSatisfy { $0.attempts == 1 })
        let busy = [slow[0].lane: 2]
        #expect(try await claim(deliveries, room(busy)).due.isEmpty)
        #expect(try await deliveries.nextDue(room(busy)) == noon + 31)
        #expect(
            try await claim(deliveries, room(busy), at: noon + 31).due.map(\.id) == [fast.id],
            "A sender that died lets it come up again"
        )
    }

    @Test("A project takes no more than its share, and an endpoint no more than a host")
    func shares() async throws {
        let shelf = try await Shelf()
        let other = try await endpoint(shelf)
        let call = try await shelf.add(shelf.call())
        let inline = (1...4).map { delivery(call.id, type: "t\($0)", sequence: Int64($0)) }
        let registered = (1...4).map { delivery(nil, endpoint: other.id, type: "t\($0)") }
        #expect(Set((inline + registered).map(\.lane)).count == 2)
        try await store(registered, in: shelf)
        try await store([inline[0]], in: shelf)
        let deliveries = DeliveryStore(shelf.database)
        #expect(try await claim(deliveries, room([:], perProject: 1)).due.count == 1)
        #expect(try await claim(deliveries, room([registered[0].lane: 1])).due.count >= 1)
    }

    @Test("Messages about one call reach one receiver in the order of events; other calls do not wait for them")
    func order() async throws {
        let shelf = try await Shelf()
        let one = try await shelf.add(shelf.call())
        let two = try await shelf.add(shelf.call(bornAt: noon + 1))
        let ringing = delivery(one.id, type: "ringing", sequence: 2)
        let answered = delivery(one.id, type: "answered", sequence: 3)
        let other = delivery(two.id, type: "ringing", sequence: 4)
        try await store([answered, ringing, other], in: shelf)
        let deliveries = DeliveryStore(shelf.database)
        var taken = try await claim(deliveries, room()).due
        #expect(Set(taken.map(\.id)) == [ringing.id, other.id])
        #expect(try await claim(deliveries, room()).due.isEmpty, "The first is under way, not tried")
        taken.removeAll { $0.id == other.id }
        var tried = try #require(taken.first)
        tried.nextAt = noon + 600
        tried.updatedAt = noon + 2
        let log = WebhookAttempt(delivery: tried.id, number: 1, at: noon, duration: 3, status: 500)
        _ = try await deliveries.record(log, of: tried, disableAfter: nil)
        #expect(try await claim(deliveries, room()).due.map(\.id) == [answered.id], "A retry is not waited for")
    }

    @Test("A message that may be tried once is not tried again when the server died meanwhile")
    func once() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let only = delivery(call.id)
        try await store([only], in: shelf)
        let deliveries = DeliveryStore(shelf.database)
        #expect(try await claim(deliveries, room(), tries: 1).due.map(\.tries) == [1])
        let after = try await claim(deliveries, room(), tries: 1, at: noon + 60)
        #expect(after.due.isEmpty)
        #expect(after.lost.map(\.id) == [only.id])
        #expect(try await deliveries.attempts(of: only.id).map(\.failure) == [DeliveryStore.cutOff])
    }

    @Test("An event makes one message of a type for a receiver, and whoever comes second stores nothing")
    func unique() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let outbox = WebhookOutbox(shelf.database)
        let event = CallEvent.ID(bornAt: noon)
        let first = delivery(call.id, event: event)
        #expect(try await outbox.advance(from: 0, to: 1, adding: [first]))
        #expect(try await !outbox.advance(from: 0, to: 1, adding: [delivery(call.id)]))
        #expect(try await outbox.advance(from: 1, to: 2, adding: [delivery(call.id, event: event)]))
        #expect(try await DeliveryStore(shelf.database).deliveries(of: call.id).map(\.id) == [first.id])
        #expect(try await outbox.cursor() == 2)
    }

    @Test("A page of the outbox has what messages need, and nothing of calls that nobody is told of")
    func page() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.call())
        let page = try await WebhookOutbox(shelf.database).page(after: 0, limit: 10)
        #expect(page.events.map(\.call) == [call.id])
        #expect(page.calls[call.id]?.call == call)
        #expect(page.calls[call.id]?.statuses.map(\.status) == [.queued])
        try await shelf.database.write { db in
            try db.run("UPDATE calls SET transport = 'nonsense' WHERE id = \(call.id)")
        }
        let broken = try await WebhookOutbox(shelf.database).page(after: 0, limit: 10)
        #expect(broken.calls.isEmpty)
        #expect(broken.unreadable == [call.id])
    }

    @Test(
        "Failures in a row switch an endpoint off, a success in between starts anew, and one that is off is left alone"
    )
    func disabling() async throws {
        let shelf = try await Shelf()
        let endpoints = EndpointStore(shelf.database)
        let deliveries = DeliveryStore(shelf.database)
        let one = try await endpoint(shelf)
        func end(isTaken: Bool) async throws -> WebhookEndpoint.DisabledReason? {
            var message = delivery(nil, endpoint: one.id, event: CallEvent.ID(bornAt: noon))
            try await deliveries.add(message)
            if isTaken { message.deliveredAt = noon } else { message.givenUpAt = noon }
            return try await deliveries.record(nil, of: message, disableAfter: 2)
        }
        #expect(try await end(isTaken: false) == nil)
        #expect(try await end(isTaken: true) == nil)
        #expect(try await end(isTaken: false) == nil)
        #expect(try await endpoints.endpoint(one.id, project: Project.first)?.failures == 1)
        #expect(try await end(isTaken: false) == .tooManyFailures)
        let off = try #require(try await endpoints.endpoint(one.id, project: Project.first))
        #expect(off.disabled == WebhookEndpoint.Disabling(reason: .tooManyFailures, at: noon))
        try await deliveries.add(delivery(nil, endpoint: one.id, event: nil))
        #expect(try await claim(deliveries, room()).due.isEmpty)
        try await store([delivery(nil, endpoint: one.id, type: "late")], in: shelf)
        let found = try await deliveries.deliveries(
            DeliveryFilter(endpoint: one.id),
            limit: 100,
            project: Project.first
        )
        #expect(!found.contains { $0.type == "late" }, "What happens while it is off is not for it")
        let on = try await endpoints.update(one.id, project: Project.first) { $0.disabled = nil }
        #expect(on?.disabled == nil)
        #expect(try await claim(deliveries, room()).due.count == 1)
    }
}
