import Calls
import Engine
import Foundation
import Logging
import ServiceLifecycle
import Storage
import Telephony
import Testing

@Suite("From the queue to the wire", .serialized, .timeLimit(.minutes(1)))
struct LatencyTests {
    @Test("A placed call is dialed because it was placed, not because a timer looked")
    func latency() async throws {
        try await withDatabaseFile { path in
            let database = try SQLiteDatabase.file(at: path)
            let bench = try await Workbench(network: ScriptedNetwork(.busy), database: database)
            let waits = try await bench.run { bench in
                var waits: [Duration] = []
                for _ in 0..<100 {
                    let call = try await bench.place()
                    let placed = ContinuousClock.now
                    let leg = try await bench.nextLeg()
                    waits.append(placed.duration(to: .now))
                    #expect(leg.call == call.id)
                    _ = try await bench.ended(call.id)
                }
                return waits.sorted()
            }
            print("queue to dial: p50 \(waits[50]), p99 \(waits[98]), \(waits.count) calls one by one, commits to disk")
            try database.close()
        }
    }

    @Test("Calls placed at once share commits, and each is durable when its placing returns")
    func throughput() async throws {
        try await withDatabaseFile { path in
            let database = try SQLiteDatabase.file(at: path)
            let bench = try await Workbench(database: database)
            let count = 500
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count { group.addTask { _ = try await bench.place() } }
                try await group.waitForAll()
            }
            let spent = start.duration(to: .now)
            print(
                "placed at once: \(count) calls in \(spent), \(Int(Double(count) / (spent / .seconds(1)))) per second"
            )
            try database.close()
            let after = try SQLiteDatabase.file(at: path)
            #expect(try await CallStore(after).queued() == count)
            try after.close()
        }
    }
}
