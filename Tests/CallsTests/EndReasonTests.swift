import Calls
import Testing

@Suite("End reasons")
struct EndReasonTests {
    @Test("A conversation that took place is a completed call; everything else has a word of its own")
    func status() {
        let completed = EndReason.allCases.filter { $0.status == .completed }
        #expect(
            Set(completed) == [
                .agentHungUp, .calleeHungUp, .transferred, .endedByRequest, .maxDuration, .silence, .providerStalled,
                .serverDrained,
            ]
        )
    }

    @Test("What nobody is to blame for is a call that went well or reached a machine")
    func fault() {
        #expect(
            Set(EndReason.allCases.filter { $0.faultOwner == nil }) == [
                .agentHungUp, .calleeHungUp, .transferred, .voicemail, .screened,
            ]
        )
    }

    @Test(
        "A number that does not exist, a refusal and a rule are never worth a retry",
        arguments: [EndReason.notInService, .fax, .declined, .callerIDRejected, .blocked, .canceled, .expired]
    )
    func hopeless(reason: EndReason) {
        #expect(!reason.isRetryable)
    }

    @Test(
        "What answers and is no person is never billed",
        arguments: [EndReason.voicemail, .screened, .fax, .notInService, .busy]
    )
    func unbilled(reason: EndReason) {
        #expect(!reason.isBilled)
    }
}
