import Calls
import Testing

@Suite("An agent whose provider cannot be had", .timeLimit(.minutes(1)))
struct MissingProviderTests {
    @Test(
        "Whoever has picked up meanwhile is told; a phone that still rings is not let ring on",
        arguments: [(true, EndReason.providerStalled), (false, .internalError)]
    )
    func missing(isAnswered: Bool, reason: EndReason) async throws {
        try await Workbench(conversations: ScriptedConversations(.missing)).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            if isAnswered {
                leg.answer()
                try await bench.reached(.inProgress, call.id)
            }
            bench.conversations.go.continuation.yield()
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.ending?.reason == reason)
            #expect((ended.account == nil) && bench.network.linesUp.isEmpty)
        }
    }
}
