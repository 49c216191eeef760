import Calls
import FoundationEssentials
import Testing

@testable import Storage

@Suite("Wallets")
struct WalletTests {
    private static let price = Rate(pricePerMinute: Money(milliCents: 6000))

    @Test("Ten calls at once on a wallet that covers three: exactly three are placed", .timeLimit(.minutes(1)))
    func parallel() async throws {
        try await withDatabaseFile { path in
            let shelf = try await Shelf(.file(at: path))
            let wallets = WalletStore(shelf.database)
            // 600 seconds at most, so 60,000 each.
            try await wallets.add(Money(milliCents: 199_999), as: .topUp, note: "", to: Project.first, .test, at: noon)
            try await wallets.update(Project.first, .test, WalletChange(terms: .prepaid))
            let outcomes = try await withThrowingTaskGroup(of: Shortfall?.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        do {
                            try await shelf.add(shelf.priced())
                            return nil
                        } catch let shortfall as Shortfall {
                            return shortfall
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 3)
            let (balance, needed) = (Money(milliCents: 19_999), Money(milliCents: 60_000))
            #expect(
                outcomes.compactMap(\.self)
                    == Array(repeating: .insufficientFunds(balance: balance, needed: needed), count: 7)
            )
            #expect(try await shelf.calls.queued() == 3)
            let wallet = try await wallets.wallet(Project.first, .test, now: noon)
            #expect(wallet.balance == balance)
            #expect(wallet.reserved == Money(milliCents: 180_000))
            #expect(try await wallets.audit() == [])
            try shelf.database.close()
        }
    }

    @Test("What is refused leaves nothing behind: no call, no event, no entry, and its idempotency key free")
    func refused() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        try await wallets.update(Project.first, .test, WalletChange(terms: .prepaid))
        let call = try shelf.priced()
        let reply = IdempotentReply(key: "k", fingerprint: "f", call: call.id, status: 201, body: "{}")
        await #expect(throws: Shortfall.self) { try await shelf.add(call) }
        await #expect(throws: Shortfall.self) {
            _ = try await shelf.calls.add(
                call,
                version: shelf.version,
                events: [.status(of: call, at: noon)],
                answering: reply,
                since: noon - 1
            )
        }
        #expect(try await shelf.calls.call(call.id, project: Project.first) == nil)
        #expect(try await shelf.calls.reply(to: "k", since: noon - 1, project: Project.first) == nil)
        #expect(try await wallets.entries(Project.first, .test, limit: 9).isEmpty)
        let counted = try await shelf.database.read { db in
            try db.run("SELECT (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM spend_days) AS n").first?[
                "n",
                as: Int.self
            ]
        }
        #expect(counted == 0)
    }

    @Test("A call's entries: what was reserved comes back, and what it cost is taken")
    func entries() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        let key = APIKey.ID(bornAt: noon)
        try await wallets.add(Money(milliCents: 70_000), as: .topUp, note: "cash", to: Project.first, .test, at: noon)
        let placed = try await shelf.add(shelf.priced(key: key))
        #expect(
            placed.reservation == Reservation(amount: Money(milliCents: 60_000), rate: Self.price, status: .reserved)
        )
        #expect(try await shelf.calls.call(placed.id, project: Project.first) == placed)

        let claimed = try #require(try await shelf.claim().first)
        let ended = try await shelf.end(claimed, .calleeHungUp, answeredFor: 30)
        #expect(ended.reservation?.status == .settled)
        #expect(try await shelf.calls.call(placed.id, project: Project.first)?.reservation == ended.reservation)
        let entries = try await wallets.entries(Project.first, .test, limit: 9)
        #expect(entries.map(\.kind) == [.charge, .release, .reserve, .topUp])
        #expect(entries.map(\.amount.milliCents) == [-3000, 60_000, -60_000, 70_000])
        #expect(entries.map(\.balance.milliCents) == [67_000, 70_000, 10_000, 70_000])
        #expect(entries.map(\.number) == [4, 3, 2, 1])
        #expect(entries.map(\.key) == [key, key, key, nil])
        #expect(entries.map(\.call) == [placed.id, placed.id, placed.id, nil])
        #expect(entries.last?.note == "cash")
        #expect(try await wallets.entries(Project.first, .test, before: 3, limit: 1).map(\.number) == [2])
        #expect(try await wallets.entries(of: placed.id).map(\.number) == [2, 3, 4])
        #expect(try await wallets.entries(Project.first, .live, limit: 9).isEmpty, "Live money is other money")

        // The leg's last words are stored after the end, and book nothing more.
        try await shelf.calls.save(CallChange(ended), under: claimed.lease)
        #expect(try await wallets.entries(Project.first, .test, limit: 9).count == 4)
        #expect(try await wallets.audit() == [])
    }

    @Test("The database itself refuses to change or remove an entry, and to charge a call twice")
    func appendOnly() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        let call = try await shelf.add(shelf.priced())
        try await shelf.end(try #require(try await shelf.claim().first), .agentHungUp, answeredFor: 10)
        let before = try await wallets.entries(Project.first, .test, limit: 9)
        let statements: [SQL] = [
            "UPDATE ledger_entries SET amount = -1 WHERE kind = 'charge'",
            "UPDATE ledger_entries SET note = 'x'",
            "DELETE FROM ledger_entries WHERE number = 3",
            """
            INSERT INTO ledger_entries (project, mode, number, kind, amount, balance, call, at, note)
            VALUES (\(Project.first), 'test', 4, 'charge', -5, 0, \(call.id), \(noon), '')
            """,
            """
            INSERT INTO ledger_entries (project, mode, number, kind, amount, balance, call, at, note)
            VALUES (\(Project.first), 'test', 4, 'top_up', -5, 0, NULL, \(noon), '')
            """,
        ]
        for statement in statements {
            await #expect(throws: (any Error).self, "\(statement.text)") {
                try await shelf.database.write { db in try db.run(statement) }
            }
        }
        #expect(before.count == 3)
        #expect(try await wallets.entries(Project.first, .test, limit: 9) == before)
    }

    @Test("The database refuses a call that is over and still holds money back")
    func leak() async throws {
        let shelf = try await Shelf()
        let call = try await shelf.add(shelf.priced())
        await #expect(throws: (any Error).self) {
            try await shelf.database.write { db in
                try db.run(
                    """
                    UPDATE calls SET status = 'blocked', ended_at = \(noon), end_reason = 'blocked'
                     WHERE id = \(call.id)
                    """
                )
            }
        }
    }

    @Test("A daily cap counts what is charged and what is reserved, by key and by project, and starts anew at midnight")
    func dailyCap() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        let keys = KeyStore(shelf.database)
        let key = APIKey(
            id: APIKey.ID(bornAt: noon),
            project: Project.first,
            name: "",
            mode: .test,
            hint: "",
            createdAt: noon
        )
        try await keys.add(key, hash: "h")
        let madrid = try #require(TimeZone(identifier: "Europe/Madrid"))
        try await wallets.update(
            Project.first,
            .test,
            WalletChange(dailyCap: Money(milliCents: 180_000), timeZone: madrid)
        )
        #expect(try await wallets.setDailyCap(Money(milliCents: 62_999), ofKey: key.id, in: Project.first))
        #expect(try await !wallets.setDailyCap(.zero, ofKey: key.id, in: Project.ID(bornAt: noon)))
        #expect(try await wallets.dailyCapsOfKeys(in: Project.first) == [key.id: Money(milliCents: 62_999)])

        // The key has room for one; of that 3,000 are used in the end, and room for one call is there again but for a milli-cent.
        try await shelf.add(shelf.priced(key: key.id))
        try await shelf.end(try #require(try await shelf.claim().first), .agentHungUp, answeredFor: 30)
        let byKey = try await #require(throws: Shortfall.self) { try await shelf.add(shelf.priced(key: key.id)) }
        let midnight = noon + 10 * 3600
        #expect(
            byKey
                == .capReached(
                    SpendCap(
                        scope: .key,
                        cap: Money(milliCents: 62_999),
                        spent: Money(milliCents: 3000),
                        needed: Money(milliCents: 60_000),
                        resetsAt: midnight
                    )
                )
        )
        // 3,000 charged; two more fit into the project's day, and a third does not.
        try await shelf.add(shelf.priced())
        try await shelf.add(shelf.priced())
        let byProject = try await #require(throws: Shortfall.self) { try await shelf.add(shelf.priced()) }
        guard case .capReached(let cap) = byProject else {
            Issue.record("\(byProject)")
            return
        }
        #expect(cap.scope == .project)
        #expect(cap.spent == Money(milliCents: 123_000))

        // A call for tomorrow counts tomorrow.
        try await shelf.add(shelf.priced(key: key.id, scheduledFor: midnight))
        let wallet = try await wallets.wallet(Project.first, .test, now: midnight - 1)
        #expect(wallet.today == Money(milliCents: 123_000))
        #expect(try await wallets.wallet(Project.first, .test, now: midnight).today == Money(milliCents: 60_000))
        #expect(try await wallets.audit() == [])

        #expect(try await wallets.setDailyCap(nil, ofKey: key.id, in: Project.first))
        #expect(try await wallets.dailyCapsOfKeys(in: Project.first).isEmpty)
        try await wallets.update(
            Project.first,
            .test,
            WalletChange(callCap: Money(milliCents: 59_999), dailyCap: .some(nil))
        )
        await #expect(throws: Shortfall.self) { try await shelf.add(shelf.priced()) }
        try await wallets.update(Project.first, .test, WalletChange(callCap: .some(nil)))
        try await shelf.add(shelf.priced())
    }

    @Test("A call that waited past midnight counts on the day it is dialed")
    func midnight() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        try await shelf.add(shelf.priced())
        let tomorrow = noon + 86_400
        let claimed = try #require(try await shelf.claim(until: tomorrow + 15, now: tomorrow).first)
        #expect(try await wallets.wallet(Project.first, .test, now: noon).today == .zero)
        #expect(try await wallets.wallet(Project.first, .test, now: tomorrow).today == Money(milliCents: 60_000))
        try await shelf.end(claimed, .agentHungUp, answeredFor: 60, at: tomorrow + 60)
        #expect(try await wallets.wallet(Project.first, .test, now: tomorrow).today == Money(milliCents: 6000))
        #expect(try await wallets.audit() == [])
    }

    @Test("Before a call is dialed only what is charged and what is on its way counts, not what waits behind it")
    func atDial() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        let live = try await shelf.add(shelf.priced(bornAt: noon - 3, mode: .live))
        let first = try await shelf.add(shelf.priced(bornAt: noon - 2))
        let second = try await shelf.add(shelf.priced(bornAt: noon - 1))
        try await wallets.update(
            Project.first,
            .test,
            WalletChange(terms: .prepaid, dailyCap: Money(milliCents: 60_000))
        )
        func shortfall(_ call: Call) async throws -> Shortfall? {
            try await shelf.database.read { db in
                try Ledger(db: db).budget(forDialing: call, at: noon)
                    .shortfall(for: call.reservation?.amount ?? .zero)
            }
        }
        // What it reserved is there for it; the balance is below zero by the other one's.
        #expect(
            try await shortfall(first)
                == .insufficientFunds(balance: Money(milliCents: -60_000), needed: Money(milliCents: 60_000))
        )
        try await wallets.add(Money(milliCents: 120_000), as: .topUp, note: "", to: Project.first, .test, at: noon)
        #expect(try await shortfall(first) == nil)
        #expect(try await shelf.claim(channels: 1).map(\.call.id) == [live.id])
        #expect(try await shortfall(first) == nil, "Live money is other money")

        #expect(try await shelf.claim(channels: 1).map(\.call.id) == [first.id])
        guard case .capReached(let cap)? = try await shortfall(second) else {
            Issue.record("One is on its way, and the cap has room for one")
            return
        }
        #expect(cap.scope == .project)
        #expect(cap.spent == Money(milliCents: 60_000))
    }

    @Test("What would be decided of a call that is scheduled for another day goes by that day's cap")
    func inquiry() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        try await wallets.update(Project.first, .test, WalletChange(dailyCap: Money(milliCents: 60_000)))
        try await shelf.add(shelf.priced())
        try await shelf.end(try #require(try await shelf.claim().first), .agentHungUp, answeredFor: 600)
        let tomorrow = noon + 86_400
        let call = try await shelf.add(shelf.priced(scheduledFor: tomorrow))
        func spend(at date: Date) async throws -> GateCheck.Outcome? {
            try await shelf.calls.decision(.inquiry, on: call, dialAt: date, at: noon, destination: Shelf.destination)
                .checks.first { $0.rule == .spend }?.outcome
        }
        #expect(try await spend(at: noon) == .waits)
        #expect(try await spend(at: tomorrow) == .passed)
    }

    @Test("A call from before there were wallets is charged when it ends, and nothing is given back")
    func earlier() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        try await shelf.add(shelf.call())
        try await shelf.end(try #require(try await shelf.claim().first), .agentHungUp, answeredFor: 60)
        let entries = try await wallets.entries(Project.first, .test, limit: 9)
        #expect(entries.map(\.kind) == [.charge])
        #expect(entries.map(\.amount) == [Money(milliCents: -600)])
        #expect(try await wallets.audit() == [])
    }

    @Test("What calls came to is found by the day on which they ended, in its own index")
    func usage() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        for (offset, reason) in [(0.0, EndReason.agentHungUp), (1, .busy), (2, .agentHungUp), (86_400, .voicemail)] {
            let at = noon + offset
            try await shelf.add(shelf.priced(bornAt: at))
            let claimed = try #require(try await shelf.claim(until: at + 15, now: at).first)
            try await shelf.end(claimed, reason, answeredFor: reason == .busy ? nil : 30, at: at)
        }
        let days = ["2026-06-11", "2026-06-12", "2026-06-13"].compactMap { CalendarDay($0) }
        let lines = try await wallets.usage(Project.first, .test, days: days, in: .gmt)
        let agent = AgentName(id: shelf.agent.id, slug: "reminder")
        #expect(
            Set(lines) == [
                .init(
                    key: .init(day: days[0], endReason: .agentHungUp, agent: agent),
                    sum: Usage(calls: 2, billedSeconds: 60, amount: Money(milliCents: 6000))
                ),
                .init(key: .init(day: days[0], endReason: .busy, agent: agent), sum: Usage(calls: 1)),
                .init(key: .init(day: days[1], endReason: .voicemail, agent: agent), sum: Usage(calls: 1)),
            ]
        )
        let plan = try await shelf.database.read { db in
            try db.run(
                """
                EXPLAIN QUERY PLAN SELECT end_reason, agent, COUNT(*), SUM(billed_seconds), SUM(amount)
                  FROM usage_records
                 WHERE project = \(Project.first) AND mode = 'test' AND ended_at >= \(noon) AND ended_at < \(noon)
                 GROUP BY end_reason, agent
                """
            ).map { try $0["detail", as: String.self] }
        }
        #expect(plan.first?.contains("COVERING INDEX usage_records_by_day") == true, "\(plan)")
    }

    @Test("An audit finds a balance that somebody else wrote")
    func audit() async throws {
        let shelf = try await Shelf()
        let wallets = WalletStore(shelf.database)
        try await wallets.add(Money(milliCents: 5), as: .topUp, note: "", to: Project.first, .test, at: noon)
        #expect(try await wallets.audit() == [])
        try await shelf.database.write { db in try db.run("UPDATE wallets SET balance = 6") }
        let found = try await wallets.audit()
        #expect(found.map(\.subject) == ["the balance"])
        #expect(found.first?.kept == 6)
        #expect(found.first?.counted == 5)
    }
}
