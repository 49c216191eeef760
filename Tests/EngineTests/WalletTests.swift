import Calls
import Engine
import FoundationEssentials
import Storage
import Telephony
import Testing

@Suite("What calls do to the wallet", .timeLimit(.minutes(1)))
struct WalletTests {
    /// 600 seconds at most, so 6,000 reserved for each call.
    private static let rates = RateDeck(standard: Rate(pricePerMinute: Money(milliCents: 600)))
    private static let reserved = Money(milliCents: 6000)

    private func bench(
        _ network: ScriptedNetwork = ScriptedNetwork(),
        _ conversations: ScriptedConversations = ScriptedConversations(.stays),
        database: SQLiteDatabase? = nil,
        rates: RateDeck = Self.rates
    ) async throws -> Workbench {
        try await Workbench(
            network: network,
            conversations: conversations,
            database: database,
            configure: {
                $0.rates = rates
                $0.lease = .seconds(1_000_000)
            }
        )
    }

    private func wallet(_ bench: Workbench) async throws -> Wallet {
        try await bench.engine.wallets.wallet(.test, project: Project.first)
    }

    /// The wallet once `call` is over, with `cost` charged and everything else given back.
    private func expect(_ cost: Int64, _ status: Reservation.Status, _ id: Call.ID, _ bench: Workbench) async throws {
        let call = try await bench.ended(id)
        #expect(call.reservation == Reservation(amount: Self.reserved, rate: Self.rates.standard, status: status))
        #expect(call.cost == Money(milliCents: cost))
        let wallet = try await wallet(bench)
        #expect(wallet.reserved == .zero)
        #expect(wallet.balance == Money(milliCents: -cost))
        #expect(wallet.today == Money(milliCents: cost))
        let entries = try await bench.engine.wallets.entries(.test, before: nil, limit: 9, project: Project.first)
        #expect(entries.entries.reversed().map(\.kind) == [.reserve, .release] + (cost > 0 ? [.charge] : []))
        #expect(try await bench.engine.wallets.audit() == [])
    }

    @Test(
        "However an answered call ends, what was reserved is settled or released with it",
        arguments: EndReason.allCases
    )
    func answered(reason: EndReason) async throws {
        try await bench().run { bench in
            let placed = try await bench.place()
            #expect(placed.reservation?.status == .reserved)
            #expect(try await wallet(bench).balance == -Self.reserved)
            #expect(try await wallet(bench).reserved == Self.reserved)
            let leg = try await bench.nextLeg()
            leg.answer()
            try await bench.reached(.inProgress, placed.id)
            bench.clock.advance(by: .seconds(30))
            leg.end(reason, Transport(sipStatus: 200, hungUpBy: .carrier))
            try await expect(
                reason.isBilled ? 300 : 0,
                reason.isBilled ? .settled : .released,
                placed.id,
                bench
            )
        }
    }

    @Test("However a call that nobody answered ends, all of it is released", arguments: EndReason.allCases)
    func unanswered(reason: EndReason) async throws {
        try await bench().run { bench in
            let placed = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.happen(.ringing(earlyMedia: false))
            leg.end(reason, Transport(hungUpBy: .carrier))
            try await expect(0, .released, placed.id, bench)
        }
    }

    @Test("What was reserved is released when a call is canceled, while it waits and while it rings")
    func canceled() async throws {
        try await bench().run { bench in
            let later = try await bench.place { $0.scheduledFor = bench.clock.date + 3600 }
            _ = try await bench.engine.calls.cancel(later.id, project: Project.first)
            try await expect(0, .released, later.id, bench)
        }
        try await bench().run { bench in
            let ringing = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.happen(.ringing(earlyMedia: false))
            try await bench.reached(.ringing, ringing.id)
            _ = try await bench.engine.calls.cancel(ringing.id, project: Project.first)
            try await expect(0, .released, ringing.id, bench)
        }
    }

    @Test("What was reserved is released when a call expires, and when it could not be dialed")
    func neverDialed() async throws {
        try await bench().run { bench in
            let placed = try await bench.place {
                $0.scheduledFor = bench.clock.date + 60
                $0.expiresAt = bench.clock.date + 60.5
            }
            bench.clock.advance(by: .seconds(61))
            try await expect(0, .released, placed.id, bench)
        }
        try await bench(ScriptedNetwork(.notDialed(.noMediaPort("all taken")))).run { bench in
            try await expect(0, .released, try await bench.place().id, bench)
        }
    }

    @Test("Ten calls placed at once on a prepaid wallet that covers three: exactly three are taken")
    func parallel() async throws {
        let bench = try await bench()
        try await bench.engine.wallets.topUp(Money(milliCents: 23_999), note: "", .test, project: Project.first)
        _ = try await bench.engine.wallets.update(.test, WalletChange(terms: .prepaid), project: Project.first)
        let refusals = try await withThrowingTaskGroup(of: Refusal?.self) { group in
            for number in 0..<10 {
                group.addTask {
                    do {
                        guard number.isMultiple(of: 2) else {
                            try await bench.place()
                            return nil
                        }
                        _ = try await bench.engine.calls.place(
                            .init(agent: "reminder", from: nil, request: try Workbench.request()),
                            under: .init("key \(number)", door: CallRequest.nativeDoor, request: ""),
                            project: Project.first
                        ) { _ in (201, "") }
                        return nil
                    } catch let refusal as Refusal {
                        return refusal
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.count { $0 == nil } == 3)
        let expected = Refusal.insufficientFunds(balance: Money(milliCents: 5999), needed: Self.reserved)
        #expect(refusals.compactMap(\.self) == Array(repeating: expected, count: 7))
        #expect(await bench.engine.status().queuedCalls == 3)
    }

    @Test("A cap refuses what does not fit whole, and says when there is room again")
    func cap() async throws {
        let bench = try await bench()
        let cap = Money(milliCents: 11_999)
        _ = try await bench.engine.wallets.update(.test, WalletChange(dailyCap: cap), project: Project.first)
        try await bench.place()
        await #expect(
            throws: Refusal.spendCapReached(
                SpendCap(
                    scope: .project,
                    cap: cap,
                    spent: Self.reserved,
                    needed: Self.reserved,
                    resetsAt: ManualClock.noon + 12 * 3600
                )
            )
        ) { try await bench.place() }
        try await bench.place { $0.maxDuration = 599 }
    }

    @Test("A call is charged by the rate it was placed at, whatever the price is when it ends")
    func rate() async throws {
        try await withDatabaseFile { path in
            let first = try SQLiteDatabase.file(at: path)
            let placed = try await bench(database: first).place()
            try first.close()
            let second = try SQLiteDatabase.file(at: path)
            let dear = RateDeck(standard: Rate(pricePerMinute: Money(milliCents: 60_000)))
            try await bench(database: second, rates: dear).run { bench in
                let leg = try await bench.nextLeg()
                leg.answer()
                try await bench.reached(.inProgress, placed.id)
                bench.clock.advance(by: .seconds(60))
                leg.calleeHangsUp()
                try await expect(600, .settled, placed.id, bench)
            }
            try second.close()
        }
    }

    @Test("Only a top-up above zero and an adjustment with a reason are booked, and no amount beyond all bounds")
    func bookings() async throws {
        let wallets = try await bench().engine.wallets
        let huge = Money(milliCents: .max)
        for amount in [Money.zero, Money(milliCents: -1), huge] {
            await #expect(throws: Refusal.self) {
                try await wallets.topUp(amount, note: "", .live, project: Project.first)
            }
        }
        await #expect(throws: Refusal.self) {
            try await wallets.adjust(by: Money(milliCents: 1), note: "", .live, project: Project.first)
        }
        await #expect(throws: Refusal.self) {
            try await wallets.adjust(by: Money(milliCents: .min), note: "x", .live, project: Project.first)
        }
        #expect(try await wallets.entries(.live, before: nil, limit: 9, project: Project.first).entries.isEmpty)
        try await wallets.adjust(by: Money(milliCents: -5), note: "typo", .live, project: Project.first)
        #expect(try await wallets.wallet(.live, project: Project.first).balance == Money(milliCents: -5))
        await #expect(throws: Refusal.unknownKey) {
            try await wallets.setDailyCap(.zero, ofKey: APIKey.ID(bornAt: .stamp()), project: Project.first)
        }
    }

    @Test("A bill covers whole days, and at most a year of them")
    func bill() async throws {
        let wallets = try await bench().engine.wallets
        func days(_ first: String?, _ last: String?) async throws -> ClosedRange<String> {
            let bill = try await wallets.bill(
                .test,
                from: first.flatMap { CalendarDay($0) },
                to: last.flatMap { CalendarDay($0) },
                by: [],
                project: Project.first
            )
            return bill.days.lowerBound.description...bill.days.upperBound.description
        }
        #expect(try await days(nil, nil) == "2026-06-01"..."2026-06-11")
        #expect(try await days("2026-05-30", nil) == "2026-05-30"..."2026-06-11")
        #expect(try await days(nil, "2026-02-10") == "2026-02-01"..."2026-02-10")
        #expect(try await days("2027-01-01", nil) == "2027-01-01"..."2027-01-01")
        #expect(try await days("2025-06-11", "2026-06-11") == "2025-06-11"..."2026-06-11")
        await #expect(throws: Refusal.self) { try await days("2025-06-10", "2026-06-11") }
        await #expect(throws: Refusal.self) { try await days("2026-06-12", "2026-06-11") }
        await #expect(throws: Refusal.self) { try await days("1970-01-01", "9999-12-30") }
    }
}
