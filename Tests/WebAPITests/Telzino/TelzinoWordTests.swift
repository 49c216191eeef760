import Calls
import Foundation
import Testing

@testable import WebAPI

@Suite("The Telzino door", .timeLimit(.minutes(1)))
struct TelzinoTests {
    @Test("Every end reason reads as one of the four final statuses; only failures have words")
    func endings() {
        let table: [EndReason: TelzinoStatus] = [
            .agentHungUp: .completed, .calleeHungUp: .completed, .endedByRequest: .completed, .maxDuration: .completed,
            .transferred: .completed, .prefetchFailed: .failed,
            .silence: .completed, .providerStalled: .completed, .serverDrained: .completed, .voicemail: .completed,
            .screened: .completed,
            .noAnswer: .noAnswer, .busy: .busy, .declined: .busy,
            .notInService: .failed, .callerIDRejected: .failed, .carrierFailure: .failed, .carrierUnreachable: .failed,
            .trunkAuthentication: .failed, .mediaRefused: .failed, .noMedia: .failed, .canceled: .failed,
            .fax: .failed, .blocked: .failed, .expired: .failed, .interrupted: .failed, .internalError: .failed,
        ]
        for reason in EndReason.allCases {
            let ending = TelzinoEnding(reason, transport: Transport(sipStatus: 487, sipPhrase: "Request Terminated"))
            #expect(ending.status == table[reason], "\(reason)")
            #expect((ending.error != nil) == (ending.status == .failed), "\(reason)")
        }
    }

    @Test("Every status of ours reads as one of theirs, and is found under it")
    func statuses() {
        for status in CallStatus.allCases {
            let theirs = TelzinoStatus(status)
            #expect(theirs.statuses.contains(status))
            #expect([.completed, .noAnswer, .busy, .failed].contains(theirs) == status.isFinal, "\(status)")
        }
        #expect(TelzinoStatus(.wrappingUp) == .inProgress, "Completed only when summary and transcript are there")
        #expect(TelzinoStatus.dispatched.statuses.isEmpty)
    }

    @Test(
        "The SIP code is the network's own, except for a telephone that nobody picked up, and never that of an answer"
    )
    func sipStatus() {
        func code(_ reason: EndReason, _ status: Int?) -> Int? {
            TelzinoEnding(reason, transport: Transport(sipStatus: status)).sipStatusCode
        }
        #expect(code(.noAnswer, 487) == 480)
        #expect(code(.noAnswer, nil) == 480)
        #expect(code(.busy, 600) == 600)
        #expect(code(.declined, 603) == 603)
        #expect(code(.notInService, 404) == 404)
        #expect(code(.carrierUnreachable, nil) == nil)
        #expect(code(.agentHungUp, 200) == nil)
        #expect(code(.noMedia, 200) == nil)
        #expect(code(.canceled, 487) == nil)
        let failed = TelzinoEnding(
            .carrierFailure,
            transport: Transport(sipStatus: 503, sipPhrase: "Service Unavailable")
        )
        #expect(failed.error == "The carrier could not complete the call (SIP 503 Service Unavailable)")
    }

    @Test("A summary has the vendor's form: a title, the text, and bold names")
    func summary() {
        let ours = """
            # Riverside Dental: goal met

            ## What happened

            The callee said "yes". The agent said goodbye.

            ## Collected

            - confirmed: yes
            - day: Friday

            ## Action items

            None.

            ## Sentiment

            Not assessed.

            """
        let theirs = """
            Riverside Dental: goal met

            The callee said "yes". The agent said goodbye.

            **Collected:**
            - confirmed: yes
            - day: Friday

            **Action Items:** None.

            **Sentiment:** Not assessed.
            """
        #expect(TelzinoSummary.text(ours) == theirs)
        #expect(TelzinoSummary.text("Just a sentence.") == "Just a sentence.")
    }

    @Test("A call that a rule of the gate stopped says which")
    func blocked() {
        for rule in GateRule.allCases {
            let ending = TelzinoEnding(.blocked, transport: Transport(), blockedBy: rule)
            #expect(ending.status == .failed)
            #expect(ending.error?.isEmpty == false)
            #expect(ending.sipStatusCode == nil)
        }
        let ending = TelzinoEnding(.blocked, transport: Transport(), blockedBy: .suppression)
        #expect(ending.error == "The number is on a do-not-call list")
    }

    @Test("A call that failed after the answer keeps when it was answered and how long it lasted")
    func failedAfterAnswer() throws {
        let start = Date(microseconds: 1_772_442_904_120_331)
        let ending = CallLifecycle.Ending(reason: .interrupted, answeredAt: start, at: start + 251.51)
        let call = try #require(Self.call(.ended(ending)))
        let result = TelzinoResult(call)
        #expect(result.status == .failed)
        #expect(result.answeredAt == "2026-03-02T09:15:04.120331+00:00")
        #expect(result.endedAt == "2026-03-02T09:19:15.630331+00:00")
        #expect(result.duration == 251, "Not rounded")
        #expect(result.transcriptID == call.id.uuid.uuidString.lowercased())
        #expect(result.error == "The server went down during the call")
    }

    @Test("A call is in progress until it is wrapped up, and shows nothing of its result before")
    func wrappingUp() throws {
        let start = Date(microseconds: 1_772_442_904_120_331)
        let ending = CallLifecycle.Ending(reason: .calleeHungUp, answeredAt: start, at: start + 10)
        let result = TelzinoResult(try #require(Self.call(.wrappingUp(ending))))
        #expect(result.status == .inProgress)
        #expect(result.endedAt == nil && result.duration == nil && result.summary == nil)
    }

    private static func call(_ state: CallLifecycle.State) -> Call? {
        guard let to = PhoneNumber("+15550104477"), let from = PhoneNumber("+15550100000") else { return nil }
        let now = Date(microseconds: 1_772_442_900_000_000)
        let agent = Agent(
            id: Agent.ID(bornAt: now),
            slug: "a",
            name: "A",
            numbers: [from],
            greeting: "Hello.",
            flow: nil,
            createdAt: now,
            updatedAt: now
        )
        return Call(
            id: Call.ID(bornAt: now),
            project: Project.first,
            request: CallRequest(destination: to, mode: .test),
            agent: agent,
            callerID: from,
            createdAt: now,
            lifecycle: CallLifecycle(state: state),
            summary: "# Confirmed\n\nThe callee confirmed."
        )
    }
}
