import Calls
import FoundationEssentials
import Storage
import Testing

/// What is asked all day long costs what it finds, however many calls there are: the plans of the statements themselves, as the stores
/// make them.
@Suite("How the database goes about its questions")
struct PlanTests {
    /// Tables that grow with projects, not with calls.
    private static let small: Set<String> = [
        "projects", "agents", "numbers", "owned_numbers", "webhook_endpoints", "retention", "erasures", "erased_files",
        "lanes", "CONSTANT",
    ]
    /// Indexes that hold what is going on alone: reading all of one is reading what is there.
    private static let partial = ["attempts_open", "calls_held"]

    private let shelf: Shelf
    private let database: ObservedDatabase
    private let calls: CallStore

    init() async throws {
        shelf = try await Shelf()
        database = ObservedDatabase(shelf.database)
        calls = CallStore(database)
    }

    /// What is wrong with the plans of everything asked since the last time. Nothing, if every one of `indexes` was used, no table that grows with
    /// the calls was read from end to end, and nothing was sorted of which only the first were wanted.
    private func problems(using indexes: String...) async throws -> [String] {
        let plans = try await database.plans()
        let steps = plans.flatMap(\.steps)
        var problems = indexes.filter { index in
            !steps.contains { $0.contains("INDEX \(index) ") || $0.hasSuffix("INDEX \(index)") }
        }
        .map { "\($0) is not used: \(steps)" }
        for (statement, steps) in plans {
            for step in steps where step.hasPrefix("SCAN ") {
                let table = step.split(separator: " ")[1]
                guard !Self.small.contains(String(table)), !Self.partial.contains(where: step.hasSuffix) else {
                    continue
                }
                problems.append("\(step): \(statement)")
            }
            if statement.contains(" LIMIT "), steps.contains("USE TEMP B-TREE FOR ORDER BY") {
                problems.append("Sorted: \(statement)")
            }
        }
        return problems
    }

    private static let everything: DialPolicyChanges = [
        "requires_consent": true, "frequency": ["calls": 3, "hours": 24], "concurrent_calls": 9, "dials_per_minute": 9,
    ]

    @Test("A claim, whatever the policy asks, and the end of a call with everything that is stored then")
    func claim() async throws {
        try await WalletStore(shelf.database).update(
            Project.first,
            .test,
            WalletChange(dailyCap: Money(milliCents: 1_000_000))
        )
        let number = try #require(PhoneNumber("+15551230001"))
        let consent = Consent(
            id: Consent.ID(bornAt: noon),
            number: number,
            text: "",
            source: "",
            givenAt: noon - 9,
            recordedBy: "",
            createdAt: noon
        )
        try await ConsentStore(shelf.database).add(consent, project: Project.first)
        for policy in [Self.everything, ["dials_per_minute": "none"]] {
            try await shelf.setPolicy(policy)
            try await shelf.add(shelf.priced())
            let claimed = try await calls.claim(
                channels: 9,
                node: UUID(),
                until: noon + 15,
                now: noon,
                destination: Shelf.destination,
                conductor: { _ in .flow },
                dialog: { _, _ in nil }
            ).dialed
            #expect(claimed.count == 1)
            for claimed in claimed {
                _ = try await calls.renew(claimed.lease, until: noon + 20)
                var call = claimed.call
                _ = call.lifecycle.handle(.hungUp(.busy), at: noon)
                call.optedOut = true
                var change = CallChange(call, events: [.ended(call, at: noon)])
                change.transcript = []
                change.isReleased = true
                try await calls.save(change, under: claimed.lease)
            }
            _ = try await SuppressionStore(shelf.database).remove(number, from: .project, project: Project.first)
            #expect(try await problems(using: "calls_queue") == [])
        }
    }

    @Test("A turn in a batch, whatever its settings ask, reads nothing that grows with its list")
    func batchTurn() async throws {
        let bench = try await BatchBench(3) {
            $0.stop = StopConditions(
                goalsMet: 9,
                completed: 9,
                failed: 9,
                calls: 9,
                spend: Money(milliCents: 9_000_000)
            )
            $0.concurrency = 9
            $0.callsPerDay = 9
            $0.callerIDs = CallerIDPool(numbers: [], rotation: .leastUsed, callsPerDay: 9)
        }
        let observed = ObservedDatabase(bench.shelf.database)
        let store = BatchStore(observed)
        _ = try await store.move(of: bench.batch, at: noon)
        _ = try await store.callerIDUse(of: bench.batch, at: noon)
        _ = try await store.promote(in: bench.batch.id, now: noon)
        let contact = try #require(try await store.ready(in: bench.batch.id, limit: 9).first)
        guard case .admitted = try await bench.admit(contact, through: store) else {
            Issue.record("The contact was not admitted")
            return
        }
        let plans = try await observed.plans()
        #expect(plans.contains { $0.steps.contains { $0.contains("INDEX batch_contacts_ready ") } })
        for (statement, steps) in plans {
            // All of a batch's contacts or calls, or all of a table.
            let wide = steps.filter {
                $0.hasPrefix("SCAN ") && !$0.contains("CONSTANT") || $0.hasSuffix("batch_contacts_counts (batch=?)")
                    || $0.hasSuffix("INDEX sqlite_autoindex_batch_contacts_1 (batch=?)")
            }
            #expect(wide == [], "\(statement)")
        }
    }

    @Test("What the clock decides, every second")
    func clock() async throws {
        _ = try await calls.promoteScheduled(now: noon)
        #expect(try await problems(using: "calls_scheduled") == [])
        _ = try await calls.expired(now: noon)
        #expect(try await problems(using: "calls_expiring") == [])
        _ = try await calls.nextDue()
        #expect(try await problems(using: "calls_scheduled", "calls_expiring") == [])
        _ = try await calls.queued()
        #expect(try await problems() == [])
        _ = try await AgentStore(database).update(shelf.agent.id, project: Project.first, at: noon) {
            $0.greeting = "Hi."
        }
        #expect(try await problems(using: "calls_of_agent_by_status") == [])
    }

    @Test("Calls that lost their node and lines that lost their call, every few seconds")
    func sweep() async throws {
        _ = try await calls.seizeLost(node: UUID(), until: noon + 15, now: noon)
        #expect(try await problems(using: "calls_held") == [])
        _ = try await calls.orphans()
        #expect(try await problems(using: "attempts_open") == [])
    }

    @Test("What is due of the webhooks, and what became of those of a page of calls")
    func webhooks() async throws {
        let call = try await shelf.add(shelf.call())
        let outbox = WebhookOutbox(database)
        let page = try await outbox.page(after: 0, limit: 10)
        #expect(page.events.count == 1)
        let delivery = WebhookDelivery(
            id: WebhookDelivery.ID(bornAt: noon),
            project: Project.first,
            call: call.id,
            event: page.events.first?.id,
            door: "native",
            type: "call.ended",
            url: "https://example.com/hook",
            body: "{}",
            createdAt: noon,
            sequence: 1,
            nextAt: noon
        )
        #expect(try await outbox.advance(from: 0, to: 1, adding: [delivery]))
        #expect(try await problems() == [])

        let store = DeliveryStore(database)
        let room = DeliveryStore.Room(total: 9, perProject: 9, perLane: 9, underWay: [:])
        let due = try await store.claimDue(room, tries: ["native": 9], hiddenUntil: noon + 30, now: noon + 1).due
        #expect(due.count == 1)
        #expect(try await problems(using: "webhook_deliveries_due", "webhook_deliveries_of_call") == [])
        for delivery in due { _ = try await store.record(nil, of: delivery, disableAfter: nil) }
        _ = try await store.inline(of: [call.id])
        #expect(try await problems(using: "webhook_deliveries_of_call") == [])
    }

    @Test(
        "The log of webhooks, whichever of it is wanted",
        arguments: [
            (DeliveryFilter(), "webhook_deliveries_newest"),
            (DeliveryFilter(status: .delivered), "webhook_deliveries_newest"),
            (DeliveryFilter(status: .pending), "webhook_deliveries_pending"),
            (DeliveryFilter(status: .exhausted), "webhook_deliveries_exhausted"),
            (DeliveryFilter(call: Call.ID(bornAt: noon)), "webhook_deliveries_of_call"),
            (DeliveryFilter(call: Call.ID(bornAt: noon), status: .exhausted), "webhook_deliveries_of_call"),
            (DeliveryFilter(endpoint: WebhookEndpoint.ID(bornAt: noon)), "webhook_deliveries_of_endpoint"),
            (
                DeliveryFilter(endpoint: WebhookEndpoint.ID(bornAt: noon), status: .pending),
                "webhook_deliveries_of_endpoint"
            ),
        ]
    )
    func deliveries(filter: DeliveryFilter, index: String) async throws {
        for before in [nil, WebhookDelivery.ID(bornAt: noon)] {
            _ = try await DeliveryStore(database).deliveries(filter, before: before, limit: 20, project: Project.first)
            #expect(try await problems(using: index) == [])
        }
    }

    @Test("Consents, bills, limits, and what is to be forgotten")
    func others() async throws {
        let number = try #require(PhoneNumber("+15551230001"))
        let consents = ConsentStore(database)
        _ = try await consents.consents(
            number: number,
            before: Consent.ID(bornAt: noon),
            limit: 20,
            project: Project.first
        )
        #expect(try await problems(using: "consents_of_number_newest") == [])
        _ = try await consents.consents(number: nil, before: nil, limit: 20, project: Project.first)
        #expect(try await problems(using: "consents_newest") == [])

        let day = CalendarDay(of: noon, in: .gmt)
        _ = try await WalletStore(database).usage(Project.first, .test, days: [day], in: .gmt)
        #expect(try await problems(using: "usage_records_by_day") == [])

        let limits = [RateLimit(name: "requests per minute", count: 9, window: 60)]
        let limiter = RateLimitStore(database)
        _ = try await limiter.take(limits, key: APIKey.ID(bornAt: noon), project: Project.first, at: noon)
        _ = try await limiter.giveBack(limits, key: APIKey.ID(bornAt: noon), project: Project.first, at: noon)
        #expect(try await problems(using: "rate_windows_by_end") == [])

        let call = try await shelf.add(shelf.call())
        try await shelf.end(try #require(try await shelf.claim().first))
        try await shelf.database.write { db in try db.run("UPDATE attempts SET closed_at = \(noon)") }
        let erasures = ErasureStore(database)
        let erasure = Erasure(
            id: Erasure.ID(bornAt: noon),
            project: Project.first,
            number: number,
            mode: nil,
            createdAt: noon
        )
        try await erasures.begin(erasure)
        #expect(try await erasures.eraseSome(of: erasure, limit: 9, at: noon) { _ in [] })
        try await erasures.complete(erasure, at: noon)
        #expect(try await problems(using: "calls_to", "idempotent_replies_of_call") == [])
        #expect(try await calls.call(call.id, project: Project.first)?.erasedAt == noon)
        _ = try await erasures.eraseSome(of: Project.first, endedBefore: noon, limit: 9, at: noon) { _ in [] }
        #expect(try await problems(using: "calls_kept") == [])
    }
}
