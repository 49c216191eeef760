import Calls
import SIP
import Telephony
import Testing

@Suite("Handing the callee over, against SIPp", .timeLimit(.minutes(1)))
struct TransferTests {
    /// Asks for a transfer when `scenario` answers, and hangs up when it is known what became of it.
    private func transfer(
        _ scenario: String,
        outcome: String = "",
        patience: Duration = .seconds(60)
    ) async throws -> (outcomes: [TransferOutcome], ending: LegEnding?, trace: [SIPMessage]) {
        let sipp = try await SIPp.start(scenario, keys: ["outcome": outcome])
        return try await Rig.withTelephone([.to(port: sipp.port)], transferLimit: patience) { telephone in
            let leg = try await telephone.dial(.test())
            let events = await leg.collect { event in
                switch event {
                case .answered: await leg.transfer(to: "+15550107777")
                case .transferred: await leg.hangUp()
                default: break
                }
            }
            try await sipp.finish()
            let outcomes = events.compactMap { if case .transferred(let outcome) = $0 { outcome } else { nil } }
            return (outcomes, events.ending, await leg.sipMessages())
        }
    }

    @Test(
        "The last notification tells whether the other side answered",
        arguments: [("200 OK", 200, true), ("503 Unavailable", 503, false)]
    )
    func followed(outcome: String, status: Int, isDone: Bool) async throws {
        let (outcomes, ending, trace) = try await transfer("transfer", outcome: outcome)
        #expect(outcomes == [TransferOutcome(isDone ? .transferred : .failed, sipStatus: status)])
        #expect(ending?.reason == .agentHungUp)
        let refer = try #require(trace.first { $0.sent && $0.text.hasPrefix("REFER") }?.text)
        #expect(refer.contains("Refer-To: <sip:+15550107777@127.0.0.1:"))
        #expect(refer.contains("Referred-By: <sip:+15550009999@127.0.0.1"))
        // The call is up until we take it down.
        #expect(trace.summary.suffix(2) == ["> BYE", "< 200"])
        #expect(trace.summary.count { $0 == "< NOTIFY" } == 2)
    }

    @Test(
        "A far end that does not transfer leaves the call as it was",
        arguments: ["405 Method Not Allowed", "603 Decline", "501 Not Implemented"]
    )
    func refused(outcome: String) async throws {
        let (outcomes, ending, _) = try await transfer("transfer-refused", outcome: outcome)
        #expect(outcomes == [TransferOutcome(.refused, sipStatus: Int(outcome.prefix(3)))])
        #expect(ending?.reason == .agentHungUp)
    }

    @Test("A far end that accepts and tells nothing more is waited for only so long")
    func silent() async throws {
        let (outcomes, ending, _) = try await transfer("transfer-silent", patience: .milliseconds(800))
        #expect(outcomes == [TransferOutcome(.unknown)])
        #expect(ending?.reason == .agentHungUp)
    }
}
