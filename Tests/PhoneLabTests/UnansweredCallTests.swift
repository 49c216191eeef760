import Calls
import FoundationEssentials
import PhoneLab
import Telephony
import Testing

@Suite("Calls to the lab that nobody answers")
struct UnansweredCallTests {
    @Test("Each number fails in its own way, and both sides agree how", .timeLimit(.minutes(1)))
    func failures() async throws {
        let expected: [(number: String, status: Int, cause: Int?, reason: EndReason)] = [
            ("+15550200403", 403, 21, .callerIDRejected), ("+15550200404", 404, 1, .notInService),
            ("+15550200480", 480, 18, .noAnswer), ("+15550200486", 486, 17, .busy),
            ("+15550200488", 488, 79, .mediaRefused),
            ("+15550200500", 500, 41, .carrierFailure), ("+15550200503", 503, 41, .carrierFailure),
            ("+15550200600", 600, 17, .busy), ("+15550200603", 603, 21, .declined),
            ("+15550200608", 608, nil, .callerIDRejected),
            ("+15550202503", 503, 42, .carrierFailure), ("+15550109999", 404, 1, .notInService),
            ("+14155550123", 404, 1, .notInService),
        ]
        try await LabRig.run { rig in
            for failure in expected {
                let outcome = try await rig.call(failure.number)
                #expect(outcome.ending?.reason == failure.reason, "\(failure.number)")
                #expect(outcome.ending?.transport.sipStatus == failure.status, "\(failure.number)")
                #expect(outcome.ending?.transport.q850Cause == failure.cause, "\(failure.number)")
                #expect(outcome.seenByLab.ending == .refused)
                #expect(outcome.seenByLab.refusedWith == failure.status)
                #expect(outcome.seenByLab.dialed == failure.number)
                #expect(outcome.seenByLab.caller == "+15550009999")
                #expect(outcome.seenByLab.answeredAt == nil)
            }
            let counts = await rig.lab.ledger.inviteCounts
            #expect(counts.count == expected.count)
            #expect(counts.values.allSatisfy { $0 == 1 })
        }
    }

    @Test("A congested carrier says when to try again", .timeLimit(.minutes(1)))
    func retryAfter() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550202503")
            let refusal = try #require(outcome.messages.first { $0.text.hasPrefix("SIP/2.0 503") })
            #expect(refusal.text.contains("Retry-After: 2\r\n"))
            #expect(refusal.text.contains("Reason: Q.850;cause=42\r\n"))
            #expect(await rig.lab.ledger.inviteCounts.values.map(\.self) == [1])
        }
    }

    @Test("The thousands digit makes it ring before it refuses", .timeLimit(.minutes(1)))
    func refusesAfterRinging() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550201603")
            #expect(outcome.events.contains(.ringing(earlyMedia: false)))
            #expect(outcome.ending?.reason == .declined)
            let rang = try #require(outcome.seenByLab.rangAt)
            let ended = try #require(outcome.seenByLab.endedAt)
            #expect(ended.timeIntervalSince(rang) >= 1)
        }
    }

    @Test(
        "What is never answered is canceled by the caller's ring timeout",
        .timeLimit(.minutes(1)),
        arguments: [("+15550200001", true), ("+15550200002", false)]
    )
    func ringsOut(number: String, rings: Bool) async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call(number, ring: .seconds(2))
            #expect(outcome.ending?.reason == .noAnswer)
            #expect(outcome.events.contains(.ringing(earlyMedia: false)) == rings)
            #expect(outcome.seenByLab.ending == .canceled)
            #expect((outcome.seenByLab.rangAt != nil) == rings)
        }
    }

    @Test("An announcement is played before the answer that never comes", .timeLimit(.minutes(1)))
    func announcement() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550203404")
            #expect(outcome.events.contains(.ringing(earlyMedia: true)))
            #expect(!outcome.events.contains(.answered))
            #expect(outcome.ending?.reason == .notInService)
            let announcement = try #require(outcome.seenByLab.said.first)
            #expect(announcement.text.contains("not in service"))
            #expect(try #require(announcement.end) > 3000)
        }
    }
}
