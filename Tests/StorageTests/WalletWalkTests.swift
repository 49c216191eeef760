import Calls
import FoundationEssentials
import Testing

@testable import Storage

@Suite("Wallets, whatever happens in whatever order")
struct WalletWalkTests {
    @Test(
        "After every step each balance is the sum of its ledger, nobody has spent what was not there, and nothing leaks",
        .timeLimit(.minutes(2)),
        arguments: 0..<24
    )
    func walk(seed: UInt64) async throws {
        var walk = try await Walk(seed: seed)
        for _ in 0..<120 {
            try await walk.step()
            try await walk.check()
        }
        try await walk.finish()
        try await walk.check()
        #expect(walk.ended > 5)
        for mode in CallMode.allCases {
            let wallet = try await walk.wallets.wallet(Project.first, mode, now: walk.now)
            #expect(wallet.reserved == .zero, "Nothing is held back for calls that are over")
        }
    }
}

private struct Walk {
    let shelf: Shelf
    let wallets: WalletStore
    var random: SplitMix64
    var now = noon
    var waiting: [Call] = []
    var held: [ClaimedCall] = []
    var ended = 0
    private let keys: [APIKey.ID?]
    private let cap: Money?

    init(seed: UInt64) async throws {
        random = SplitMix64(seed: seed)
        shelf = try await Shelf()
        wallets = WalletStore(shelf.database)
        let key = APIKey(
            id: APIKey.ID(bornAt: noon),
            project: Project.first,
            name: "",
            mode: .test,
            hint: "",
            createdAt: noon
        )
        try await KeyStore(shelf.database).add(key, hash: "h")
        keys = [nil, key.id]
        cap = Bool.random(using: &random) ? Money(milliCents: 200_000) : nil
        for mode in CallMode.allCases {
            let terms = PaymentTerms.allCases.randomElement(using: &random)
            try await wallets.update(Project.first, mode, WalletChange(terms: terms, dailyCap: .some(cap)))
        }
        if Bool.random(using: &random) {
            _ = try await wallets.setDailyCap(Money(milliCents: 120_000), ofKey: key.id, in: Project.first)
        }
    }

    mutating func step() async throws {
        now += Double.random(in: 0...4000, using: &random)
        let mode = CallMode.allCases.randomElement(using: &random) ?? .test
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            let amount = Money(milliCents: Int64.random(in: 1...100_000, using: &random))
            try await wallets.add(amount, as: .topUp, note: "", to: Project.first, mode, at: now)
        case 1, 2, 3: try await place(mode)
        case 4:
            held += try await shelf.claim(channels: Int.random(in: 1...3, using: &random), until: now + 15, now: now)
        case 5, 6: try await end()
        case 7: try await cancel()
        default: try await lose()
        }
        let stillWaiting = Set(held.map(\.call.id))
        waiting.removeAll { stillWaiting.contains($0.id) }
    }

    private mutating func place(_ mode: CallMode) async throws {
        let rate = Rate(
            pricePerMinute: Money(milliCents: Int64.random(in: 0...6000, using: &random)),
            minimum: Int.random(in: 0...60, using: &random),
            increment: Int.random(in: 1...60, using: &random),
            connectionFee: Money(milliCents: Int64.random(in: 0...500, using: &random))
        )
        let isLater = Int.random(in: 0..<4, using: &random) == 0
        let call = try shelf.priced(
            rate,
            bornAt: now,
            mode: mode,
            key: keys.randomElement(using: &random) ?? nil,
            scheduledFor: isLater ? now + 90_000 : nil
        )
        do {
            waiting.append(try await shelf.add(call))
        } catch is Shortfall {
            // Refused: then nothing of it may be left, which `check` looks at.
        }
    }

    private mutating func end() async throws {
        guard !held.isEmpty else { return }
        let claimed = held.remove(at: Int.random(in: 0..<held.count, using: &random))
        let reason = EndReason.allCases.randomElement(using: &random) ?? .busy
        let isAnswered = Bool.random(using: &random)
        let seconds = isAnswered ? Double.random(in: 0...2000, using: &random) : nil
        let call = try await shelf.end(claimed, reason, answeredFor: seconds, at: now)
        try await shelf.calls.save(CallChange(call), under: claimed.lease)
        try await check(call)
    }

    private mutating func cancel() async throws {
        guard let call = waiting.popLast() else { return }
        var canceled = call
        _ = canceled.lifecycle.handle(Bool.random(using: &random) ? .cancelRequested : .expired, at: now)
        canceled.settle(at: Rate(pricePerMinute: .zero))
        do {
            try await shelf.calls.save(CallChange(canceled), from: call.lifecycle.status)
            try await check(canceled)
        } catch is LeaseLost {
            // A scheduled call that came due meanwhile.
        }
    }

    /// The node is gone: another one ends its calls.
    private mutating func lose() async throws {
        try await shelf.calls.promoteScheduled(now: now)
        for lost in try await shelf.calls.seizeLost(node: UUID(), until: now + 15, now: now + 20) {
            var call = lost.call
            _ = call.lifecycle.handle(.nodeLost, at: now)
            call.settle(at: Rate(pricePerMinute: .zero))
            var change = CallChange(call)
            change.isReleased = true
            try await shelf.calls.save(change, under: lost.lease)
            if call.lifecycle.status.isFinal { try await check(call) }
        }
        held.removeAll()
    }

    mutating func finish() async throws {
        try await lose()
        // A spend cap may hold calls for another day.
        var reserved = Money.zero
        var days = 0
        repeat {
            now += 100_000
            days += 1
            try await lose()
            held = try await shelf.claim(channels: 1000, until: now + 15, now: now)
            try await lose()
            reserved = .zero
            for mode in CallMode.allCases {
                reserved += try await wallets.wallet(Project.first, mode, now: now).reserved
            }
        } while reserved > .zero && days < 200
    }

    private mutating func check(_ call: Call) async throws {
        ended += 1
        let entries = try await wallets.entries(of: call.id)
        func sum(_ kind: LedgerEntry.Kind) -> Int64 {
            entries.filter { $0.kind == kind }.reduce(0) { $0 + $1.amount.milliCents }
        }
        #expect(sum(.reserve) == -sum(.release))
        #expect(sum(.charge) == -call.cost.milliCents)
        #expect(-sum(.charge) <= -sum(.reserve), "No call costs more than was reserved for it")
        #expect(try await shelf.calls.call(call.id, project: Project.first)?.reservation?.status != .reserved)
    }

    func check() async throws {
        #expect(try await wallets.audit() == [])
        for mode in CallMode.allCases {
            let wallet = try await wallets.wallet(Project.first, mode, now: now)
            if wallet.terms == .prepaid { #expect(wallet.balance >= .zero) }
            let entries = try await wallets.entries(Project.first, mode, limit: 10_000)
            var balance = Money.zero
            for entry in entries.reversed() {
                balance += entry.amount
                #expect(entry.balance == balance, "Every entry tells the balance after it")
            }
            #expect(balance == wallet.balance)
        }
        guard let cap else { return }
        let worst: Money? = try await shelf.database.read { db in
            try db.run("SELECT MAX(charged) AS most FROM spend_days WHERE key = ''").first?["most"]
        }
        #expect((worst ?? .zero) <= cap)
    }
}
