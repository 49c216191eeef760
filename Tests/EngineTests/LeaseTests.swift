import Calls
import Engine
import FoundationEssentials
import Storage
import Telephony
import Testing

@Suite("Leases", .timeLimit(.minutes(1)))
struct LeaseTests {
    @Test("A call's own task renews its lease for as long as it lasts")
    func renewal() async throws {
        try await Workbench(network: ScriptedNetwork(.answers), conversations: ScriptedConversations(.stays)).run {
            bench in
            let call = try await bench.place()
            try await bench.reached(.inProgress, call.id)
            for _ in 0..<12 {
                // The call and the sweeper, who wait equally long.
                await bench.clock.sleepers(2, within: .seconds(5), longerThan: .seconds(1))
                let before = try await leaseEnd(bench, call.id)
                bench.clock.advance(by: .seconds(5))
                try await bench.database.commits.until { try await leaseEnd(bench, call.id) != before }
            }
            #expect(try await bench.call(call.id).lifecycle.status == .inProgress)
            bench.conversations.go.continuation.yield()
            #expect(try await bench.ended(call.id).lifecycle.ending?.reason == .agentHungUp)
        }
    }

    @Test("A run whose call was taken from it hangs up and stores nothing more")
    func lost() async throws {
        let database = try SQLiteDatabase.inMemory()
        try await Workbench(conversations: ScriptedConversations(.stays), database: database).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            let thief = UUID()
            let stolen = try await CallStore(database).seizeLost(
                node: thief,
                until: bench.clock.date + 1000,
                now: bench.clock.date + 16
            )
            #expect(stolen.map(\.call.id) == [call.id])
            leg.answer()
            for await _ in leg.hangUps.stream { break }
            #expect(try await bench.call(call.id).lifecycle.status == .dialing)
        }
    }

    @Test("A call canceled through another node is taken down when its lease is renewed")
    func cancelElsewhere() async throws {
        let database = try SQLiteDatabase.inMemory()
        try await Workbench(database: database).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.happen(.ringing(earlyMedia: false))
            try await bench.reached(.ringing, call.id)
            try await CallStore(database).requestCancellation(of: call.id, at: bench.clock.date)
            await bench.clock.sleepers(2, within: .seconds(5), longerThan: .seconds(1))
            bench.clock.advance(by: .seconds(5))
            #expect(try await bench.ended(call.id).lifecycle.status == .canceled)
            for await _ in leg.hangUps.stream { break }
        }
    }

    private func leaseEnd(_ bench: Workbench, _ call: Call.ID) async throws -> Date? {
        try await bench.database.read { db in
            try db.run("SELECT lease_until FROM calls WHERE id = \(call)").first?["lease_until"]
        }
    }
}
