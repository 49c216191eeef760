import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("When the process dies in the middle of a batch", .timeLimit(.minutes(1)))
struct BatchCrashTests {
    private static let cuts: [Power.Cut] = (1...17).map { $0.isMultiple(of: 2) ? .before(2 * $0) : .after(2 * $0) }
    private static let size = 3

    @Test(
        "At whatever step: nobody is called oftener than allowed, nobody is forgotten, the counts add up",
        arguments: cuts
    )
    func everyStep(cut: Power.Cut) async throws {
        try await withDatabaseFile { path in
            let network = ScriptedNetwork(.busy)
            try await live(path, network, cut)
            try await live(path, network, nil)
            let sqlite = try SQLiteDatabase.file(at: path)
            let store = BatchStore(sqlite)
            #expect(try await Self.imports(sqlite) == 0)
            for batch in try await store.batches(project: Project.first, limit: 9) {
                let counts = try await store.counts(of: batch.id, at: ManualClock.noon)
                #expect(batch.status == .completed)
                #expect(counts.total == Self.size)
                #expect(counts.failed == Self.size)
                let calls = try await store.calls(of: batch.id, lines: Array(1...Self.size))
                #expect(calls.count == Self.size, "Nobody is forgotten")
                #expect(calls.values.allSatisfy { $0.count <= 2 })
                #expect(network.invites.count <= calls.values.reduce(0) { $0 + $1.count })
                #expect(Set(network.invites).count == network.invites.count)
            }
            try sqlite.close()
        }
    }

    /// How many lists are half read.
    private static func imports(_ database: SQLiteDatabase) async throws -> Int? {
        try await database.read { db in
            try db.run("SELECT COUNT(*) AS n FROM batches WHERE status = 'importing'").first?["n"]
        }
    }

    /// One process on the file, from its start to its death or the end of the batch.
    private func live(_ path: String, _ network: ScriptedNetwork, _ cut: Power.Cut?) async throws {
        let sqlite = try SQLiteDatabase.file(at: path)
        let power = Power(cut: cut)
        let bench = try await Workbench(network: network, database: sqlite, power: power)
        // It starts after the one before has died.
        if cut == nil { bench.clock.advance(by: .seconds(1)) }
        power.arm()
        try await bench.run { bench in
            if cut != nil {
                _ = try? await bench.makeBatch(try Workbench.contacts(Self.size)) {
                    $0.callsPerMinute = 600
                    $0.retry = RetryPolicy(budget: 2, rules: [.busy: .init(attempts: 1, delays: [1])])
                }
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await power.waitUntilOff() }
                group.addTask {
                    if cut == nil { try? await bench.database.commits.until { try await Self.imports(sqlite) == 0 } }
                    for batch in (try? await BatchStore(sqlite).batches(project: Project.first, limit: 9)) ?? [] {
                        _ = try? await bench.over(batch.id, .milliseconds(250))
                    }
                }
                await group.next()
                power.turnOff()
                group.cancelAll()
            }
        }
        try sqlite.close()
    }
}
