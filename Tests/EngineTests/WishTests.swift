import Calls
import Conversation
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("What a callee asks for during a call", .timeLimit(.minutes(1)))
struct WishTests {
    @Test(
        "Not to be called again counts at once: the number is on the list, and other calls to it that wait are canceled"
    )
    func optOut() async throws {
        let conversations = ScriptedConversations(.tells([.optedOut]))
        try await Workbench(network: ScriptedNetwork(.answers), conversations: conversations).run { bench in
            let later = bench.clock.date + 3600
            let waiting = try await bench.place { $0.scheduledFor = later }
            let other = try await bench.place {
                $0.scheduledFor = later
                $0.destination = PhoneNumber("+15551230002") ?? $0.destination
            }
            let call = try await bench.place()
            let canceled = try await bench.ended(waiting.id)
            #expect(canceled.lifecycle.status == .canceled)
            // The call goes on, as far as its record is concerned.
            #expect(try await !bench.call(call.id).lifecycle.status.isFinal)
            let listed = try await SuppressionStore(bench.database)
                .suppressions(of: call.request.destination, project: Project.first)
            #expect(listed.map(\.reason) == [.calleeRequest])
            #expect(listed.first?.call == call.id)
            #expect(try await bench.call(other.id).lifecycle.status == .scheduled)
            conversations.go.continuation.yield()
            _ = try await bench.ended(call.id)
        }
    }

    @Test("To be called back is a call like this one, once, at its time")
    func callBack() async throws {
        let conversations = ScriptedConversations(
            .tells([.callBack(minutes: 30, reason: "driving"), .callBack(minutes: 60, reason: nil)])
        )
        try await Workbench(network: ScriptedNetwork(.answers), conversations: conversations).run { bench in
            let call = try await bench.place()
            let placedAt = bench.clock.date
            conversations.go.continuation.yield()
            _ = try await bench.ended(call.id)
            let others = try await CallStore(bench.database).calls(
                CallFilter(statuses: [.scheduled]),
                limit: 10,
                project: Project.first
            )
            #expect(others.count == 1)
            let next = try #require(others.first)
            #expect(next.request.destination == call.request.destination)
            #expect(next.callerID == call.callerID)
            #expect(next.request.variables["day"] == "Tuesday")
            #expect(next.request.variables["callback_reason"] == "driving")
            let due = try #require(next.request.scheduledFor)
            #expect(due >= placedAt + 1800 && due < placedAt + 1900)
            #expect(next.reservation?.status == .reserved)
        }
    }

    @Test("The line is down when all is said; the record, with its account, may take longer")
    func finished() async throws {
        let conversations = ScriptedConversations(.tells([]))
        try await Workbench(network: ScriptedNetwork(.answers), conversations: conversations).run { bench in
            let placed = try await bench.place()
            try await bench.reached(.wrappingUp, placed.id)
            #expect(bench.network.linesUp.isEmpty)
            conversations.go.continuation.yield()
            let call = try await bench.ended(placed.id)
            #expect(call.lifecycle.ending?.reason == .agentHungUp)
            #expect(call.transport.hungUpBy == .agent)
            #expect(call.account?.turns.first?.gap == 1100)
            #expect(call.result.status == .failed)
            #expect(call.result.error == "The model was asleep")
        }
    }
}
