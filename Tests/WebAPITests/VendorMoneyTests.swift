import Calls
import Engine
import Foundation
import Storage
import Testing

@Suite("Money in the vendors' words", .timeLimit(.minutes(1)))
struct VendorMoneyTests {
    @Test(
        "CallingBox 35: a balance below what a call reserves is a 402 whose sentence begins with Calls paused, and there is no call"
    )
    func paused() async throws {
        try await TestServer.run { server in
            _ = try await server.engine.wallets.update(
                .test,
                WalletChange(terms: .prepaid),
                project: Project.first
            )
            let agent = try await server.engine.agents.agent("reminder", project: Project.first)
            let id = agent.id.uuid.uuidString.lowercased()
            let answer = try await server.post(
                "/callingbox/v1/calls",
                #"{"agent_id": "\#(id)", "to": "+15551230001"}"#
            )
            #expect(answer.status == 402)
            let sentence = try #require(try answer.json["error"] as? String)
            #expect(sentence.hasPrefix("Calls paused. Your balance is $0"))
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 0)
        }
    }

    @Test("Truedy 13: without credit a call is refused with 402 insufficient_credits")
    func credits() async throws {
        try await TestServer.run { server in
            _ = try await server.engine.wallets.update(
                .test,
                WalletChange(terms: .prepaid),
                project: Project.first
            )
            let answer = try await server.post(
                "/truedy/api/public/v1/calls",
                #"{"agent_id": "reminder", "phone_number": "+15551230001"}"#
            )
            #expect(answer.status == 402)
            #expect(answer.code == "insufficient_credits")
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 0)
        }
    }

    @Test("Aitelier: an empty wallet is a 402 insufficient_balance, and so is a used-up cap; nothing else caps the day")
    func balance() async throws {
        try await TestServer.run { server in
            let trigger = #"{"scenario": "reminder", "phone": "+15551230001"}"#
            #expect(try await server.post("/aitelier/v1/calls", trigger).status == 201)
            for change in [
                WalletChange(terms: .prepaid), WalletChange(terms: .open, callCap: .some(Money(milliCents: 1))),
            ] {
                _ = try await server.engine.wallets.update(.test, change, project: Project.first)
                let answer = try await server.post("/aitelier/v1/calls", trigger)
                #expect(answer.status == 402)
                #expect(answer.code == "insufficient_balance")
            }
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 1)
        }
    }
}
