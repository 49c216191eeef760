import Calls
import Engine
import FoundationEssentials
import Storage
import Telephony
import Testing

@Suite("When the process dies", .timeLimit(.minutes(2)))
struct CrashTests {
    /// Every event is told, so that one that is lost or told twice shows.
    private static let everything = PlainWebhook(inline: Set(CallEvent.Kind.allCases))
    /// More steps than any of the calls below takes, so that the last cuts never come and the call ends by itself.
    private static let cuts: [Power.Cut] = (1...48).flatMap { [.before($0), .after($0)] }

    @Test(
        "At whatever step it dies: nobody is rung twice, no call stays open, no line stays up, nothing accepted is lost",
        arguments: cuts
    )
    func everyStep(cut: Power.Cut) async throws {
        try await withDatabaseFile { path in
            let network = ScriptedNetwork(.answers)
            let placed = try await live(path, network, cut)
            try await live(path, network, nil, isLast: true)
            try await check(path, network, placed)
        }
    }

    @Test("It may die again while it recovers", arguments: 0..<40)
    func twice(seed: Int) async throws {
        try await withDatabaseFile { path in
            let network = ScriptedNetwork(seed.isMultiple(of: 4) ? .busy : .answers)
            let first = 1 + seed % 13
            let second = 1 + seed % 4
            let placed = try await live(path, network, seed.isMultiple(of: 2) ? .before(first) : .after(first))
            _ = try await live(
                path,
                network,
                seed.isMultiple(of: 3) ? .before(second) : .after(second),
                isRecovery: true
            )
            try await live(path, network, nil, isLast: true)
            try await check(path, network, placed)
        }
    }

    @Test("A call that was canceled while it rang is taken down by the next process if this one dies before it could")
    func canceled() async throws {
        try await withDatabaseFile { path in
            let network = ScriptedNetwork()
            let sqlite = try SQLiteDatabase.file(at: path)
            let power = Power()
            let bench = try await Workbench(network: network, database: sqlite, power: power, webhooks: Self.everything)
            let id = try await bench.run { bench in
                let call = try await bench.place { $0.callbackURL = "http://127.0.0.1:9/hook" }
                let leg = try await bench.nextLeg()
                leg.happen(.ringing(earlyMedia: false))
                try await bench.reached(.ringing, call.id)
                leg.confirmHangUps(false)
                #expect(
                    try await bench.engine.calls.cancel(call.id, project: Project.first).lifecycle.status == .canceled
                )
                power.turnOff()
                return call.id
            }
            try sqlite.close()
            #expect(network.linesUp.count == 1)
            try await live(path, network, nil, isLast: true)
            #expect(network.linesUp.isEmpty)
            #expect(network.takenDown.count == 1)
            let after = try SQLiteDatabase.file(at: path)
            #expect(try await CallStore(after).call(id, project: Project.first)?.lifecycle.status == .canceled)
            try after.close()
        }
    }

    @Test("A call that was cut off keeps what was recorded of it until then")
    func recording() async throws {
        try await withDatabaseFile { path in
            let network = ScriptedNetwork(.answers)
            let sqlite = try SQLiteDatabase.file(at: path)
            let power = Power()
            let bench = try await Workbench(
                network: network,
                conversations: ScriptedConversations(.stays),
                database: sqlite,
                power: power
            ) { $0.recordingsDirectory = path + "-recordings" }
            let id = try await bench.run { bench in
                let call = try await bench.place()
                try await bench.reached(.inProgress, call.id)
                power.turnOff()
                return call.id
            }
            try sqlite.close()

            let second = try SQLiteDatabase.file(at: path)
            try await Workbench(network: network, database: second) { $0.recordingsDirectory = path + "-recordings" }
                .run { bench in
                    let call = try await bench.ended(id)
                    #expect(call.lifecycle.ending?.reason == .interrupted)
                    #expect(call.recorded)
                    #expect(
                        try await bench.engine.calls.recordingPath(id, project: Project.first)
                            == "\(path)-recordings/\(id).wav"
                    )
                }
            try second.close()
        }
    }

    @Test("A far end that does not confirm is tried again, and given up at last")
    func unconfirmed() async throws {
        try await withDatabaseFile { path in
            let network = ScriptedNetwork(.answers)
            let sqlite = try SQLiteDatabase.file(at: path)
            let power = Power()
            let bench = try await Workbench(
                network: network,
                conversations: ScriptedConversations(.stays),
                database: sqlite,
                power: power
            )
            try await bench.run { bench in
                let call = try await bench.place()
                try await bench.reached(.inProgress, call.id)
                power.turnOff()
            }
            try sqlite.close()

            network.confirmTakeDowns(false)
            let second = try SQLiteDatabase.file(at: path)
            try await Workbench(network: network, database: second).run { bench in
                for _ in 1..<8 {
                    // The sweeper, and nobody else, waits for a third of a lease.
                    await bench.clock.sleepers(within: .seconds(5), longerThan: .seconds(1))
                    bench.clock.advance(by: .seconds(5))
                }
                try await bench.database.commits.until { try await CallStore(second).orphans().isEmpty }
            }
            #expect(network.takenDown.count == 8)
            try second.close()
        }
    }

    @Test("A call that no INVITE can have left for goes back to the queue and is dialed")
    func dispatching() async throws {
        try await withDatabaseFile { path in
            let network = ScriptedNetwork(.answers)
            let before = try SQLiteDatabase.file(at: path)
            let bench = try await Workbench(network: network, database: before)
            let call = try await bench.place()
            try await before.write { db in
                try db.run(
                    """
                    UPDATE calls SET status = 'dispatching', node = \(UUID()), lease_until = \(ManualClock.noon + 15), epoch = 1
                     WHERE id = \(call.id)
                    """
                )
            }
            try before.close()
            let after = try SQLiteDatabase.file(at: path)
            try await Workbench(network: network, database: after).run { bench in
                let ended = try await bench.ended(call.id)
                #expect(ended.lifecycle.status == .completed)
            }
            #expect(network.invites.count == 1)
            try after.close()
        }
    }

    /// One process on the file, from its start to its death. Returns the call it accepted.
    @discardableResult
    private func live(
        _ path: String,
        _ network: ScriptedNetwork,
        _ cut: Power.Cut?,
        isRecovery: Bool = false,
        isLast: Bool = false
    ) async throws -> Call.ID? {
        let sqlite = try SQLiteDatabase.file(at: path)
        let power = Power(cut: cut)
        let bench = try await Workbench(
            network: network,
            database: sqlite,
            power: power,
            webhooks: Self.everything
        )
        power.arm()
        let placed = try await bench.run { bench in
            let placed =
                isRecovery || isLast ? nil : try? await bench.place { $0.callbackURL = "http://127.0.0.1:9/hook" }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await power.waitUntilOff() }
                group.addTask { await settled(bench, CallStore(sqlite)) }
                await group.next()
                power.turnOff()
                group.cancelAll()
            }
            return placed?.id
        }
        try sqlite.close()
        return placed
    }

    /// Until every call is over, all of it is told, and no attempt is left open.
    private func settled(_ bench: Workbench, _ store: CallStore) async {
        do {
            for call in try await store.calls(limit: 10, project: Project.first) {
                _ = try await bench.history(call.id)
            }
            try await bench.database.commits.until {
                let open: Int? = try await bench.database.read { db in
                    try db.run(
                        """
                        SELECT (SELECT COUNT(*) FROM attempts WHERE closed_at IS NULL)
                             + (SELECT COUNT(*) FROM events
                                 WHERE NOT EXISTS (SELECT 1 FROM webhook_deliveries WHERE event = events.id)) AS n
                        """
                    ).first?["n"]
                }
                return open == 0
            }
        } catch {
            // The power went off meanwhile.
        }
    }

    private func check(_ path: String, _ network: ScriptedNetwork, _ placed: Call.ID?) async throws {
        let database = try SQLiteDatabase.file(at: path)
        let store = CallStore(database)
        let calls = try await store.calls(limit: 10, project: Project.first)
        if let placed { #expect(calls.map(\.id) == [placed], "A call that was accepted is there") }
        #expect(network.invites.count <= 1)
        for call in calls {
            #expect(call.lifecycle.status.isFinal)
            #expect(call.reservation?.status == (call.costs.isEmpty ? .released : .settled))
            let attempts = try await store.attempts(of: call.id)
            #expect(attempts.count { $0.certainty != .notSent } <= 1)
            #expect(network.invites.allSatisfy(attempts.map(\.id).contains))
            #expect(
                attempts.allSatisfy { $0.dialog != nil },
                "Every INVITE has its name in the ledger before it leaves"
            )
            #expect(network.linesUp.isEmpty)

            let events = try await EventStore(database).events(of: call.id, after: 0, limit: 100)
            #expect(events.count { $0.kind == .ended } == 1)
            let told = try await DeliveryStore(database).deliveries(of: call.id).map(\.event)
            #expect(told == events.map(\.id), "Every event is told, in order, and none twice")
            if call.lifecycle.status == .completed {
                #expect(call.goal == .met)
                #expect(try await store.transcript(of: call.id) == ScriptedConversations.said)
                #expect(!call.costs.isEmpty)
            }
        }
        let wallets = WalletStore(database)
        #expect(try await wallets.audit() == [])
        let wallet = try await wallets.wallet(Project.first, .test, now: ManualClock.noon)
        #expect(wallet.reserved == .zero, "A process that died holds no money back")
        #expect(wallet.balance == -calls.reduce(Money.zero) { $0 + $1.cost })
        try database.close()
    }
}
