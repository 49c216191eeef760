import Calls
import Foundation
import PhoneLab
import Telephony
import Testing

@Suite("The lab's numbers")
struct NumberPlanTests {
    private let plan = NumberPlan()

    @Test("All lie in area code 555 with an exchange code that begins with 0, so that none can ever ring")
    func unreachable() {
        #expect(plan.table.count >= 35)
        for number in plan.table {
            #expect(number.digits.text.hasPrefix("15550"))
        }
    }

    @Test(
        "A number is found however it is written",
        arguments: ["+15550200486", "15550200486", "+1 555 020-0486", "+15550200486;npdi", "+15550200486@lab"]
    )
    func spellings(dialed: String) throws {
        let refusal = try #require(SIPRefusal(status: 486))
        #expect(plan.number(for: dialed).pickup == .refuses(refusal, ringing: nil))
    }

    @Test(
        "The last three digits are the status, and the thousands digit says whether it rings first",
        arguments: 400...699
    )
    func statuses(status: Int) throws {
        let refusal = try #require(SIPRefusal(status: status))
        #expect(plan.number(for: "+15550200\(status)").pickup == .refuses(refusal, ringing: nil))
        #expect(plan.number(for: "+15550201\(status)").pickup == .refuses(refusal, ringing: 1000))
    }

    @Test(
        "What a refusal sends is understood as what it is meant to be",
        arguments: [
            (486, "busy"), (600, "busy"), (603, "declined"), (404, "not_in_service"), (480, "no_answer"),
            (403, "caller_id_rejected"), (503, "carrier_failure"), (500, "carrier_failure"), (410, "not_in_service"),
            (484, "not_in_service"), (488, "media_refused"), (607, "declined"), (608, "caller_id_rejected"),
        ]
    )
    func meaning(status: Int, reason: String) throws {
        let refusal = try #require(SIPRefusal(status: status))
        #expect(EndReason(sipStatus: refusal.status, q850Cause: refusal.q850).rawValue == reason)
    }

    @Test(
        "What is not in the plan is not in service",
        arguments: [
            "+15550109999", "+15550200399", "+15550200700", "+14155550100", "alice", "", "+1555010000", "+15550202486",
        ]
    )
    func unknown(dialed: String) {
        guard case .refuses(let refusal, nil) = plan.number(for: dialed).pickup else {
            Issue.record("\(dialed) is answered")
            return
        }
        #expect(refusal.status == 404)
    }

    @Test("A person takes the place of the lab's own on the same number")
    func replacement() {
        let anna = PersonScript(name: "Anna", number: "+15550100001")
        #expect(NumberPlan(persons: [anna]).number(for: "+15550100001").title == "Anna")
        #expect(plan.number(for: "+15550100001").title == "confirms")
    }

    @Test("The manual lists every number")
    func manual() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/lab.md")
            .standardized
        let text = try String(contentsOf: file, encoding: .utf8)
        for number in plan.table {
            #expect(text.contains(number.digits.description), "\(number.digits) \(number.title)")
        }
    }
}
