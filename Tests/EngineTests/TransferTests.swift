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
