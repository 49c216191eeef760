import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("CallingBox: words", .timeLimit(.minutes(1)))
struct CallingBoxWordTests {
    @Test(
        "Every reason for which a call ends has a final status, and a sentence if it failed",
        arguments: EndReason.allCases
    )
    func endings(reason: EndReason) throws {
        let ending = CallingBoxEnding(reason)
        #expect([.completed, .noAnswer, .busy, .canceled, .failed].contains(ending.status))
        #expect((ending.message != nil) == (ending.status == .failed || reason == .expired))
        // A completed call was a conversation that is paid for.
        #expect((ending.status == .completed) == (reason.status == .completed && reason.faultOwner != .us))
    }

    @Test("A machine is nobody: no answer, but told apart")
    func machine() async throws {
        try await TestServer.run { server in
            let agent = try await server.boxAgent(#""type": "outbound", "returns": {"ok": "boolean"}"#)
            let body = #"{"agent_id": "\#(agent.id)", "to": "+15550104477"}"#
            let id = try #require(try await server.box("POST", "/v1/calls", body).json["id"] as? String)
            var call = try await server.engine.calls.call(#require(Call.ID(spelled: id)), project: Project.first)
            let now = call.createdAt + 20
            call.lifecycle = CallLifecycle(
                state: .ended(CallLifecycle.Ending(reason: .voicemail, answeredAt: now - 3, at: now))
            )
            call.reached = .machine
            call.reservation?.status = .released
            let data = try WireEncoder().data(CallingBoxCall(call))
            let document = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
            #expect(document["status"] as? String == "no_answer")
            #expect(document["answered_by"] as? String == "machine")
            #expect(document["result_status"] as? String == "pending")
            #expect(document["result"] as? NSDictionary == ["ok": NSNull()])
            #expect(document["reservation_status"] as? String == "released")
            #expect(document["billing_amount_milli_cents"] as? Int == 0)
            let ended = CallEvent.ended(call, at: now)
            #expect(CallingBoxWebhook().types(of: ended, isRepeated: false, for: .inline) == ["call.no_answer"])
        }
    }

    @Test("CallingBox 27: the signature is the vendor's: HMAC-SHA256 with the whole secret over time, dot and body")
    func signature() throws {
        let now = Date(timeIntervalSince1970: 1_700_000_000)
        let delivery = WebhookDelivery(
            id: WebhookDelivery.ID(bornAt: now),
            project: Project.first,
            call: Call.ID(bornAt: now),
            event: nil,
            door: CallingBoxDialect.name,
            type: "call.completed",
            url: "https://example.com",
            body: #"{"a":1}"#,
            createdAt: now,
            nextAt: now
        )
        let headers = try CallingBoxWebhook().headers(of: delivery, secrets: ["whsec_abc", "whsec_old"], at: now)
        let signature = try #require(headers.first { $0.name == "CallingBox-Signature" }?.value)
        let parts = signature.split(separator: ",")
        #expect(
            parts.prefix(2) == [
                "t=1700000000", "v1=3b843bacfb18cc5554542fdcc84d815b399c52758e508a6fcecf0a2af4efea2b",
            ]
        )
        #expect(parts.count == 3)
    }
}
