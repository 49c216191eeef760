import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("The gate over HTTP", .timeLimit(.minutes(1)))
struct GateTests {
    private static let call = #"{"agent": "reminder", "to": "+15551230001", "time_zone": "Europe/Berlin"}"#

    @Test("A number is put on the do-not-call list, looked up, and taken off; meanwhile calls to it are refused")
    func suppression() async throws {
        try await TestServer.run { server in
            let entry = #"{"number": "+15551230001", "reason": "complaint", "note": "Asked, by mail"}"#
            let added = try await server.post("/v1/suppressions", entry)
            #expect(added.status == 201)
            #expect(added.headers["location"] == "/v1/suppressions/+15551230001")
            #expect(try await server.post("/v1/suppressions", entry).status == 200)
            for path in ["+15551230001", "%2B15551230001"] {
                let shown = try await server.get("/v1/suppressions/\(path)")
                #expect(shown.status == 200)
                let found = try #require(try shown.json["data"] as? [NSDictionary])
                #expect(found.count == 1)
                #expect(found[0]["reason"] as? String == "complaint")
                #expect(found[0]["scope"] as? String == "project")
                #expect(found[0]["note"] as? String == "Asked, by mail")
                #expect((found[0]["added_by"] as? String)?.hasPrefix("key_") == true)
            }
            let refused = try await server.post("/v1/calls", Self.call)
            #expect(refused.status == 422)
            #expect(refused.code == "do_not_call")
            #expect(refused.param == "to")
            for (beginning, count) in [("%2B", 1), ("%2B1555123", 1), ("%2B15551230001", 1), ("%2B1555124", 0)] {
                let found = try await server.get("/v1/suppressions?starts_with=\(beginning)")
                #expect((try found.json["data"] as? [NSDictionary])?.count == count, "\(beginning)")
            }
            #expect(try await server.get("/v1/suppressions?starts_with=1555").code == "invalid_parameter")
            #expect(try await server.send(server.request("DELETE", "/v1/suppressions/+15551230001")).status == 204)
            #expect(try await server.get("/v1/suppressions/+15551230001").code == "suppression_not_found")
            #expect(
                try await server.send(server.request("DELETE", "/v1/suppressions/+15551230001")).code
                    == "suppression_not_found"
            )
            #expect(try await server.post("/v1/calls", Self.call).status == 201)
        }
    }

    @Test("A file of numbers is taken whole, and given back in a form that can be imported again")
    func file() async throws {
        let file = """
            \u{FEFF}name,phone,reason,note\r
            Ann,+15551230002,registry,"said ""no"", twice"\r
            \r
            Bob, +15551230001 ,,=1+1\r
            Bob,+15551230001,,again\r

            """
        try await TestServer.run { server in
            let done = try await server.post("/v1/suppressions/import", file, type: "text/csv")
            #expect(done.status == 200, "\(done.text)")
            #expect(try done.json["added"] as? Int == 2)
            #expect(try done.json["already_listed"] as? Int == 1)
            let export = try await server.get("/v1/suppressions/export")
            #expect(export.headers["content-type"]?.hasPrefix("text/csv") == true)
            let lines = export.text.split(separator: "\r\n")
            #expect(lines.count == 3)
            #expect(lines[0] == "number,reason,note,added_by,call_id,created_at")
            #expect(lines[1].hasPrefix("+15551230001,other,\"'=1+1\",key_"))
            #expect(lines[2].hasPrefix("+15551230002,registry,\"said \"\"no\"\", twice\",key_"))
            let again = try await server.post("/v1/suppressions/import", export.text, type: "text/csv")
            #expect(try again.json["already_listed"] as? Int == 2)
            let page = try await server.get("/v1/suppressions?limit=1")
            #expect(try page.json["has_more"] as? Bool == true)
            #expect(try page.json["next_after"] as? String == "+15551230001")
            let rest = try await server.get("/v1/suppressions?limit=1&after=%2B15551230001")
            #expect((try rest.json["data"] as? [NSDictionary])?.first?["number"] as? String == "+15551230002")
            #expect(try rest.json["has_more"] as? Bool == false)
        }
    }

    @Test("A file with a line that cannot be read adds nothing, and the lines are named")
    func brokenFile() async throws {
        try await TestServer.run { server in
            let file = "+15551230001\n0555 123\n+15551230002,because\n"
            let answer = try await server.post("/v1/suppressions/import", file, type: "text/csv")
            #expect(answer.status == 422)
            #expect(answer.param == "line 2")
            #expect(answer.message?.contains("line 3: expected one of callee_request") == true, "\(answer.text)")
            #expect(try await server.get("/v1/suppressions").json["data"] as? [NSDictionary] == [])
            let open = try await server.post("/v1/suppressions/import", "+15551230001,other,\"x\n", type: "text/csv")
            #expect(open.param == "line 1")
            #expect(try await server.post("/v1/suppressions/import", "{}").code == "unsupported_media_type")
        }
    }

    @Test("Lists, policies and consents of one project are nobody else's")
    func isolation() async throws {
        try await TestServer.run { server in
            let other = Project.ID(bornAt: Date())
            _ = try await ProjectStore(server.database).ensure(other, name: "Other", secret: "whsec_eA==", now: Date())
            let (_, secret) = try await server.engine.keys.create(name: "", mode: .test, project: other)
            let call = try await server.placeForTomorrow()
            _ = try await server.post("/v1/suppressions", #"{"number": "+15551230001"}"#)
            _ = try await server.post("/v1/policy", #"{"premium_rate": true}"#, method: "PATCH")
            let consent = try await server.post("/v1/consents", Self.consent)
            let id = try #require(try consent.json["id"] as? String)
            #expect(try await server.get("/v1/suppressions/+15551230001", key: secret).code == "suppression_not_found")
            #expect(try await server.get("/v1/suppressions", key: secret).json["data"] as? [NSDictionary] == [])
            #expect(
                try await server.get("/v1/suppressions/export", key: secret).text.split(separator: "\r\n").count == 1
            )
            #expect(try await server.get("/v1/policy", key: secret).json["premium_rate"] as? Bool == false)
            #expect(try await server.get("/v1/consents/\(id)", key: secret).code == "consent_not_found")
            #expect(try await server.post("/v1/consents/\(id)/revoke", "", key: secret).code == "consent_not_found")
            #expect(try await server.get("/v1/consents", key: secret).json["data"] as? [NSDictionary] == [])
            #expect(try await server.get("/v1/calls/\(call)/decisions", key: secret).code == "call_not_found")
        }
    }

    @Test("The policy is read whole and changed member by member")
    func policy() async throws {
        try await TestServer.run { server in
            let before = try await server.get("/v1/policy").json
            #expect(before["countries"] is NSNull)
            #expect(before["premium_rate"] as? Bool == false)
            #expect(before.at("calling_hours.applies_to") as? String == "batches")
            #expect(before.at("calling_hours.windows.mon") as? [String] == ["08:00-21:00"])
            let change = #"{"countries": ["US"], "frequency": {"calls": 3, "hours": 24}, "dials_per_minute": 5}"#
            let changed = try await server.post("/v1/policy", change, method: "PATCH")
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try changed.json["countries"] as? [String] == ["US"])
            #expect(try changed.json.at("frequency.hours") as? Int == 24)
            let back = try await server.post("/v1/policy", #"{"countries": null}"#, method: "PATCH")
            #expect(try back.json["countries"] is NSNull)
            #expect(try back.json["dials_per_minute"] as? Int == 5)
            #expect(try await server.get("/v1/policy").text == back.text)
            for (bad, param) in [
                (#"{"country": "US"}"#, "country"), (#"{"frequency": 3}"#, "frequency"),
                (#"{"calling_hours": {"windows": {"mon": ["9-17"]}}}"#, "calling_hours.windows.mon"),
            ] {
                let answer = try await server.post("/v1/policy", bad, method: "PATCH")
                #expect(answer.status == 422)
                #expect(answer.param == param)
            }
        }
    }

    @Test("A dry run answers with the decision, calls nobody, and leaves neither call nor idempotency key")
    func dryRun() async throws {
        try await TestServer.run { server in
            let answer = try await server.post(
                "/v1/calls?dry_run=true",
                Self.call,
                headers: ["Idempotency-Key": "once"]
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try answer.json["verdict"] as? String == "go")
            #expect(try answer.json["rule"] is NSNull)
            let checks = try #require(try answer.json["checks"] as? [NSDictionary])
            #expect(checks.map { $0["rule"] as? String } == GateRule.allCases.map(\.rawValue))
            #expect(checks.allSatisfy { ($0["reason"] as? String)?.isEmpty == false })
            #expect(try await server.get("/v1/calls").json["data"] as? [NSDictionary] == [])
            let placed = try await server.post("/v1/calls", Self.call, headers: ["Idempotency-Key": "once"])
            #expect(placed.status == 201)
            #expect(placed.headers["idempotent-replayed"] == nil)

            _ = try await server.post("/v1/suppressions", #"{"number": "+15551230001"}"#)
            let blocked = try await server.post("/v1/calls?dry_run=true", Self.call)
            #expect(blocked.status == 200)
            #expect(try blocked.json["verdict"] as? String == "block")
            #expect(try blocked.json["rule"] as? String == "suppression")
            #expect(try await server.post("/v1/calls?dry_run=maybe", Self.call).param == "dry_run")
            let wrong = #"{"agent": "reminder", "to": "+15551230001", "time_zone": "Europe/Atlantis"}"#
            #expect(try await server.post("/v1/calls?dry_run=true", wrong).param == "time_zone")
        }
    }

    @Test("Each call says why it was, or was not, dialed")
    func decisions() async throws {
        try await TestServer.run { server in
            let id = try await server.completedCall()
            let done = try await server.get("/v1/calls/\(id)/decisions").json
            let past = try #require(done["data"] as? [NSDictionary])
            #expect(past.map { $0["stage"] as? String } == ["placement", "dial"])
            #expect(past.map { $0["verdict"] as? String } == ["go", "go"])
            #expect(done["present"] is NSNull)
            #expect(try await server.get("/v1/calls/\(id)").json["blocked_by"] is NSNull)

            let hours = #"{"calling_hours": {"applies_to": "all", "windows": {"mon": []}}}"#
            _ = try await server.post("/v1/policy", hours, method: "PATCH")
            let waiting = try await server.placeForTomorrow()
            let now = try await server.get("/v1/calls/\(waiting)/decisions").json
            let hour = try #require(
                (now.at("present.checks") as? [NSDictionary])?.first { $0["rule"] as? String == "calling_hours" }
            )
            #expect(hour.at("values.zone_source") as? String == "calling_code")
            #expect((hour.at("values.zones") as? [String])?.contains("Pacific/Honolulu") == true)
        }
    }

    private static let consent = """
        {"number": "+15551230001", "text": "You may call me about my appointment.",
         "source": "https://example.com/form", "given_by": "Ann", "given_at": "2026-01-02T03:04:05Z"}
        """

    @Test("Where consent is required, a call needs a record of it; a revoked one does not do")
    func consents() async throws {
        try await TestServer.run { server in
            _ = try await server.post("/v1/policy", #"{"requires_consent": true}"#, method: "PATCH")
            #expect(try await server.post("/v1/calls", Self.call).code == "consent_missing")
            let recorded = try await server.post("/v1/consents", Self.consent)
            #expect(recorded.status == 201, "\(recorded.text)")
            let id = try #require(try recorded.json["id"] as? String)
            #expect(recorded.headers["location"] == "/v1/consents/\(id)")
            #expect(try recorded.json["given_at"] as? String == "2026-01-02T03:04:05.000000Z")
            #expect(try await server.post("/v1/calls", Self.call).status == 201)
            let listed = try await server.get("/v1/consents?number=%2B15551230001").json
            #expect((listed["data"] as? [NSDictionary])?.count == 1)
            let revoked = try await server.post("/v1/consents/\(id)/revoke", "")
            #expect(try revoked.json["revoked_at"] is String)
            #expect(try await server.post("/v1/calls", Self.call).code == "consent_missing")
            for (bad, param) in [
                (#"{"number": "+15551230001", "source": "s", "given_at": "2026-01-02T03:04:05Z"}"#, "text"),
                (#"{"number": "+15551230001", "text": "t", "source": "s"}"#, "given_at"),
                (
                    #"{"number": "+15551230001", "text": "t", "source": "s", "given_at": "2126-01-02T03:04:05Z"}"#,
                    "given_at"
                ),
            ] {
                #expect(try await server.post("/v1/consents", bad).param == param)
            }
        }
    }
}
