import Foundation
import Testing

@testable import WebAPI

@Suite("What led a call and what it found out", .timeLimit(.minutes(1)))
struct ResultTests {
    private static let advisor = """
        agent: advisor
        name: Harbour Bank
        instructions: Find out when to call back.
        numbers: ["+15550100000"]
        """

    @Test("A result is pending until the call is over; then every field asked for is there, and what else was found")
    func result() async throws {
        try await TestServer.run { server in
            let agent = TestServer.agent + "\nreturns: {seats: number, confirmedBy: boolean, day: string}"
            #expect(try await server.post("/v1/agents", agent, type: "application/yaml").status == 200)
            let waiting = try await server.get("/v1/calls/\(try await server.placeForTomorrow())").json
            #expect(waiting["result_status"] as? String == "pending")
            #expect(waiting["result_error"] is NSNull)
            #expect(
                waiting["result"] as? NSDictionary == ["seats": NSNull(), "confirmedBy": NSNull(), "day": NSNull()]
            )

            let call = try await server.get("/v1/calls/\(try await server.completedCall())").json
            #expect(call["result_status"] as? String == "completed")
            #expect(call["result"] as? NSDictionary == ["seats": 2, "confirmedBy": NSNull(), "day": NSNull()])
            #expect(call.at("snapshot.conducted_by") as? String == "flow")
        }
    }

    @Test("An agent that goes by instructions says what it does without a language model, wherever it is shown")
    func notices() async throws {
        try await TestServer.run { server in
            let made = try await server.post("/v1/agents", Self.advisor, type: "application/yaml").json
            let notices = try #require(made["notices"] as? [String])
            #expect(notices.count == 1)
            #expect(notices.first?.contains("takes a message") == true)
            #expect(try await server.get("/v1/agents/advisor").json["notices"] as? [String] == notices)
            #expect(try await server.get("/v1/agents/reminder").json["notices"] as? [String] == [])
        }
    }

    @Test("With a language model there is nothing to say about it, and it leads the call")
    func withModel() async throws {
        try await TestServer.run(hasLanguageModel: true) { server in
            let made = try await server.post("/v1/agents", Self.advisor, type: "application/yaml").json
            #expect(made["notices"] as? [String] == [])
            let placed = try await server.post("/v1/calls", #"{"agent": "advisor", "to": "+15551230001"}"#).json
            #expect(placed.at("snapshot.conducted_by") as? String == "language_model")
        }
    }
}
