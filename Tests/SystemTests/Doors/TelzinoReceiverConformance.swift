import Calls
import Foundation
import Testing

/// What an operator's default settings do, under which receivers have to be in public networks.
@Suite("Telzino conformance: receivers", .timeLimit(.minutes(1)), .serialized)
struct TelzinoReceiverConformance {
    private func expectRefused(_ url: String) async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let agent = try await server.request("GET", "/telzino/v1/agents").json["data"][0]["id"].text ?? ""
        let path = "/telzino/v1/agents/\(agent)/outbound-calls"
        let reply = try await server.request(
            "POST",
            path,
            json: ["to_number": "+15550200486", "callback_url": .string(url)]
        )
        #expect(reply.status == 400)
        #expect(try reply.json["message"].text?.contains("callback_url") == true, "\(reply.text)")
        #expect(try await server.request("GET", path).json["pagination"]["total"] == 0)
        #expect(await server.stop() == 0)
    }

    @Test("Telzino 16: a callback_url without TLS is refused with 400, and no call is made")
    func http() async throws { try await expectRefused("http://example.com/result") }

    @Test("Telzino 27: a callback_url in a private network is refused with 400")
    func privateNetwork() async throws { try await expectRefused("https://127.0.0.1/x") }
}
