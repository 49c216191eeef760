import Foundation
import Testing

@testable import WebAPI

@Suite("Calls", .timeLimit(.minutes(1)))
struct CallTests {
    @Test("A call that took place has its result, transcript, ledger and SIP messages")
    func completed() async throws {
        try await TestServer.run { server in
            let id = try await server.completedCall()
            let call = try await server.get("/v1/calls/\(id)").json
            #expect(call["status"] as? String == "completed")
            #expect(call["end_reason"] as? String == "agent_hung_up")
            #expect(call["fault_owner"] is NSNull)
            #expect(call["retryable"] as? Bool == false)
            #expect(call["reached"] as? String == "person")
            #expect(call["goal"] as? String == "met")
            #expect(call["result"] as? NSDictionary == ["confirmedBy": "callee", "seats": 2])
            #expect(call["summary"] as? String == "# Confirmed")
            #expect(call["dial_certainty"] as? String == "sent")
            #expect(call.at("transport.sip_status") as? Int == 200)
            #expect(call.at("transport.q850_cause") as? Int == 16)
            let cost = try #require(call["cost"] as? NSDictionary)
            let lines = try #require(cost["lines"] as? [NSDictionary])
            let sum = lines.compactMap { $0["milli_cents"] as? Int }.reduce(0, +)
            #expect(cost["milli_cents"] as? Int == sum)
            let total = try #require((cost["total"] as? String).flatMap(Double.init))
            #expect(Int((total * 100_000).rounded()) == sum)

            let transcript = try await server.get("/v1/calls/\(id)/transcript").json["data"] as? [NSDictionary]
            #expect(transcript?.map { $0["text"] as? String } == ["Hello.", "yes"])
            #expect(transcript?.last?["start_ms"] as? Int == 900)
            #expect(transcript?.last?["generated"] is NSNull)

            let attempts = try await server.get("/v1/calls/\(id)/attempts").json["data"] as? [NSDictionary]
            #expect(attempts?.count == 1)
            #expect(attempts?.first?["dial_certainty"] as? String == "sent")
            let trace = try await server.get("/v1/calls/\(id)/trace").json["data"] as? [NSDictionary]
            let callID = try #require(attempts?.first?["sip_call_id"] as? String)
            #expect((trace?.first?["text"] as? String)?.contains(callID) == true)
            #expect(trace?.first?["at"] as? String == "2026-06-11T12:00:00.000000Z")
        }
    }

    @Test("Canceling answers 202 and ends the call; canceling again is a conflict")
    func cancel() async throws {
        try await TestServer.run { server in
            let id = try await server.placeForTomorrow()
            let canceled = try await server.post("/v1/calls/\(id)/cancel", "")
            #expect(canceled.status == 202)
            #expect(try canceled.json["status"] as? String == "canceled")
            #expect(try canceled.json["dial_certainty"] as? String == "not_sent")
            let again = try await server.post("/v1/calls/\(id)/cancel", "")
            #expect(again.status == 409)
            #expect(again.code == "call_ended")
        }
    }

    @Test("A list is paged newest first without gaps or repeats, and filtered")
    func pages() async throws {
        try await TestServer.run { server in
            var placed: [String] = []
            for _ in 0..<7 { placed.append(try await server.placeForTomorrow()) }
            _ = try await server.post("/v1/calls/\(placed[0])/cancel", "")

            var seen: [String] = []
            var before = ""
            repeat {
                let page = try await server.get("/v1/calls?limit=3\(before)").json
                let ids = try #require(page["data"] as? [NSDictionary]).compactMap { $0["id"] as? String }
                seen += ids
                #expect(page["has_more"] as? Bool == (seen.count < 7))
                #expect(page["next_before"] as? String == (seen.count < 7 ? ids.last : nil))
                before = (page["next_before"] as? String).map { "&before=\($0)" } ?? ""
            } while !before.isEmpty
            #expect(seen == placed.reversed())

            let canceled = try await server.get("/v1/calls?status=canceled&agent=reminder&to=%2B15551230001").json
            #expect((canceled["data"] as? [NSDictionary])?.compactMap { $0["id"] as? String } == [placed[0]])
            let none = try await server.get("/v1/calls?to=%2B15551239999").json
            #expect((none["data"] as? [NSDictionary])?.isEmpty == true)
        }
    }

    @Test(
        "Pages are turned towards the newer calls too, and a list is bounded by time, by mode and by several statuses"
    )
    func newer() async throws {
        try await TestServer.run { server in
            var placed: [String] = []
            for _ in 0..<4 { placed.append(try await server.placeForTomorrow()) }
            _ = try await server.post("/v1/calls/\(placed[1])/cancel", "")
            func ids(_ query: String) async throws -> [String] {
                let answer = try await server.get("/v1/calls?\(query)")
                try #require(answer.status == 200, "\(answer.text)")
                return try #require(try answer.json["data"] as? [NSDictionary]).compactMap { $0["id"] as? String }
            }
            let page = try await server.get("/v1/calls?after=\(placed[0])&limit=2").json
            #expect(page["has_more"] as? Bool == true)
            #expect(page["next_after"] as? String == placed[2])
            #expect(page["next_before"] is NSNull)
            #expect(try await ids("after=\(placed[2])&limit=2") == [placed[3]])
            #expect(try await ids("status=canceled,scheduled") == placed.reversed())
            #expect(try await ids("mode=live").isEmpty)
            #expect(try await ids("mode=test&status=canceled") == [placed[1]])

            let time = try #require(try await server.get("/v1/calls/\(placed[2])").json["created_at"] as? String)
            #expect(try await ids("created_after=\(time)").last == placed[2])
            #expect(try await ids("created_before=\(time)") == [placed[1], placed[0]])
            #expect(try await ids("answered=false").count == 4)
            #expect(try await ids("answered=true").isEmpty)
            #expect(try await ids("labelled=true").isEmpty)
            #expect(try await ids("labelled=false").count == 4)
            let both = try await server.get("/v1/calls?after=\(placed[0])&before=\(placed[1])")
            #expect(both.status == 400)
            #expect(both.param == "after")
        }
    }

    @Test(
        "A list's parameters are checked",
        arguments: [
            ("limit=0", "limit", "1 to 100"), ("limit=ten", "limit", "1 to 100"), ("before=x", "before", "call_"),
            ("status=done", "status", "completed"), ("status=busy,", "status", "completed"),
            ("created_after=today", "created_after", "2026-"), ("mode=both", "mode", "live"),
            ("to=123", "to", "+15551230001"), ("size=3", "size", "limit"),
        ]
    )
    func parameters(query: String, param: String, words: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/v1/calls?\(query)")
            #expect(answer.status == 400)
            #expect(answer.param == param)
            #expect(answer.message?.contains(words) == true, "\(answer.text)")
        }
    }

    @Test("A call that does not exist is a 404 whatever its id looks like")
    func unknown() async throws {
        try await TestServer.run { server in
            for id in ["call_00000000000000000000000000", "nonsense", "key_00000000000000000000000000"] {
                let answer = try await server.get("/v1/calls/\(id)")
                #expect(answer.status == 404)
                #expect(answer.code == "call_not_found")
            }
        }
    }
}
