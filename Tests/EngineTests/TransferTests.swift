import Calls
import Conversation
import Engine
import FoundationEssentials
import Telephony
import Testing

@Suite("A callee who is handed over", .timeLimit(.minutes(1)))
struct TransferTests {
    private static let desk = TransferDestination(name: "desk", target: "sip:desk@pbx.example")

    @Test("The line is asked for it, and what became of it and of other tools is told while the call goes on")
    func told() async throws {
        let use = ConversationAccount.ToolUse(
            name: "transfer_call",
            arguments: "{}",
            start: 10,
            end: 90,
            result: "",
            isRefused: false,
            isFailed: true
        )
        let conversations = ScriptedConversations(.tells([.transfer(Self.desk), .used(use)]))
        try await Workbench(conversations: conversations).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.confirmHangUps(false)
            leg.answer()
            for await target in leg.transfers.stream {
                #expect(target == Self.desk.target)
                break
            }
            leg.happen(.transferred(TransferOutcome(.failed, sipStatus: 486)))
            // Told twice, it counts once.
            leg.happen(.transferred(TransferOutcome(.unknown)))
            leg.calleeHangsUp()
            conversations.go.continuation.yield()
            let history = try await bench.history(call.id)
            let transfers = history.filter { $0.kind == .transferred }
            #expect(transfers.map(\.data) == [["to": "desk", "result": "failed", "sip_status": 486]])
            let used = history.filter { $0.kind == .toolUsed }
            #expect(
                used.map(\.data) == [
                    ["name": "transfer_call", "start_ms": 10, "end_ms": 90, "refused": false, "failed": true]
                ]
            )
            #expect(try await bench.call(call.id).lifecycle.ending?.reason == .calleeHungUp)
        }
    }

    @Test(
        "To a number that the project may not call the far end is not asked for it, and the reason is told",
        arguments: [
            ("+15551239999", "do-not-call list"), ("sip:%2B1-900-234-5678@pbx.example", "Premium-rate numbers"),
        ]
    )
    func forbidden(target: String, reason: String) async throws {
        let place = TransferDestination(name: "desk", target: target)
        let conversations = ScriptedConversations(.tells([.transfer(place), .transfer(Self.desk)]))
        try await Workbench(conversations: conversations).run { bench in
            let number = try #require(PhoneNumber("+15551239999"))
            _ = try await bench.engine.suppressions.add([.init(number: number)], by: "test", project: Project.first)
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.confirmHangUps(false)
            leg.answer()
            // The first that is asked for is the second.
            for await target in leg.transfers.stream {
                #expect(target == Self.desk.target)
                break
            }
            leg.calleeHangsUp()
            conversations.go.continuation.yield()
            let told = try await bench.history(call.id).filter { $0.kind == .transferred }.map(\.data)
            #expect(told.count == 1 && told.first?.member("result") == "refused", "\(told)")
            #expect(told.first?.member("reason")?.string?.contains(reason) == true, "\(told)")
        }
    }

    @Test("An agent is not accepted with a number that its project, or itself, may not call")
    func saved() async throws {
        let bench = try await Workbench()
        let agents = bench.engine.agents
        let file = Workbench.agentFile + "\ntransfers: [{name: desk, to: \"tel:+19002345678\"}]\n"
        let error = await #expect(throws: AgentFileError.self) {
            _ = try await agents.apply(file, project: Project.first)
        }
        #expect(error?.problems.map(\.message).contains { $0.contains("Premium-rate numbers are not allowed") } == true)
        #expect(error?.problems.first?.line ?? 0 > 10)
        _ = try await agents.apply(file + "policy: {premium_rate: true}", project: Project.first)
    }

    @Test("A call that ends by it is completed, and billed")
    func ended() async throws {
        let conversations = ScriptedConversations(.tells([.finished(.transferred)]))
        try await Workbench(network: ScriptedNetwork(.answers), conversations: conversations).run { bench in
            let call = try await bench.place()
            conversations.go.continuation.yield()
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.ending?.reason == .transferred && ended.lifecycle.status == .completed)
            #expect(ended.transport.hungUpBy == .agent && ended.reservation?.status == .settled)
        }
    }
}
