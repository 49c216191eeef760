import Calls
import Foundation
import Testing

/// Over real SIP and RTP, with the phone lab as the far end.
@Suite("A callee who puts the agent on hold")
struct HoldTests {
    @Test("Music is waited through, written down, and the call goes on when they are back", .timeLimit(.minutes(2)))
    func music() async throws {
        let directory = try TemporaryDirectory()
        let server = try await Server.start(in: directory.path)
        try await server.applyAgent()
        let id = try await server.place(
            to: "+15550100018",
            ["variables": ["name": "Maria", "day": "Thursday", "time": "three"]]
        )
        let call = try await server.end(of: id)
        let transcript = try await server.request("GET", "/v1/calls/\(id)/transcript").json["data"].values
        #expect(call["status"] == "completed", "\(call) \(transcript)")
        #expect(call["goal"] == "met", "\(call) \(transcript)")
        let holds = transcript.filter { $0["text"] == "[on hold]" }
        try #require(holds.count == 1, "\(transcript)")
        let start = try #require(holds[0]["start_ms"].wholeNumber)
        let end = try #require(holds[0]["end_ms"].wholeNumber)
        #expect((10_500...14_000).contains(end - start), "\(transcript)")
        #expect(!transcript.contains { $0["text"] == "Are you still there?" }, "\(transcript)")
        #expect(await server.stop() == 0)
    }
}
