import Calls
import Foundation
import Testing

@testable import WebAPI

@Suite("Malformed input", .timeLimit(.minutes(1)))
struct MalformedInputTests {
    @Test(
        "A time that no calendar or clock has is none",
        arguments: [
            "2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00", "2026-01-01T00:00Z",
            "2026-01-01T00:00:00Zjunk", "2026-01-01T00:00:00Z ", " 2026-01-01T00:00:00Z", "2026-1-1T00:00:00Z",
            "02026-01-01T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+1:00",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.0123456789Z", "２026-01-01T00:00:00Z", "",
        ]
    )
    func noTime(text: String) {
        #expect(Timestamp.date(text) == nil)
    }

    @Test(
        "A time is read in any zone and to the microsecond",
        arguments: [
            ("2026-06-11T14:50:03.84396+02:00", "2026-06-11T12:50:03.843960Z"),
            ("2026-06-11t12:50:03z", "2026-06-11T12:50:03.000000Z"),
            ("2026-12-31T23:30:00-00:30", "2027-01-01T00:00:00.000000Z"),
            ("2026-06-11T14:50:03+0200", "2026-06-11T12:50:03.000000Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
            ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000000Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
            ("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"),
        ]
    )
    func time(text: String, same: String) throws {
        #expect(Timestamp.text(try #require(Timestamp.date(text))) == same)
    }

    @Test("Every day is where the calendar of the system has it")
    func days() throws {
        // From the year in which the Gregorian calendar began: before, the system counts by the Julian one.
        for day in stride(from: -141_000, through: 2_900_000, by: 997) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 43_200)
            #expect(Timestamp.date(date.formatted(.iso8601)) == date)
        }
    }

    /// What a call is asked for with, the code it is refused with, and the field that is blamed.
    @Test(
        "A body that is broken is refused with what is wrong and where, and nothing of it happens",
        arguments: [
            ("", "malformed_json", nil), ("[]", "malformed_json", nil), ("{}{}", "malformed_json", nil),
            ("\u{FEFF}{}", "malformed_json", nil), ("{\"agent\":\"a\u{0}b\"}", "malformed_json", nil),
            (#"{"agent":"reminder",}"#, "malformed_json", nil),
            (#"{"metadata":"# + String(repeating: #"{"a":"#, count: 50_000), "malformed_json", nil),
            (call(#""to":"+15551230002""#), "invalid_field", "to"),
            (call(#""variables":{"a":1,"a":2}"#), "invalid_field", "a"),
            (call(#""variables":{"a":1e999}"#), "invalid_field", "variables"),
            (call(#""variables":{"a":"\ud800"}"#), "invalid_field", "variables"),
            (call(#""priority":1e999"#), "invalid_field", "priority"),
            (call(#""priority":99999999999999999999"#), "invalid_field", "priority"),
            (call(#""greeting":"a\u0000b""#), "invalid_field", "greeting"),
            (call(#""time_zone":"../../etc/passwd""#), "invalid_field", "time_zone"),
            (call(#""scheduled_for":"2026-02-30T00:00:00Z""#), "invalid_field", "scheduled_for"),
            (call(#""callback_url":"https://\u0000""#), "invalid_field", "callback_url"),
        ] as [(String, String, String?)]
    )
    func body(body: String, code: String, param: String?) async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/calls", body)
            #expect(answer.status == (code == "malformed_json" ? 400 : 422), "\(answer.text)")
            #expect(answer.code == code)
            #expect(answer.param == param)
            #expect(try (try await server.get("/v1/calls")).json["data"] as? [NSDictionary] == [])
        }
    }

    private static func call(_ field: String) -> String { #"{"agent":"reminder","to":"+15551230001",\#(field)}"# }

    @Test("A text with a U+0000 in it is refused wherever it would be stored, and never cut off there")
    func nul() async throws {
        try await TestServer.run { server in
            let requests = [
                ("/v1/numbers", #"{"number":"+15550100077","name":"a\u0000b"}"#, "name"),
                ("/v1/keys", #"{"name":"a\u0000b"}"#, "name"),
                ("/v1/suppressions", #"{"number":"+15551230001","note":"a\u0000b"}"#, "note"),
                ("/v1/webhooks/endpoints", #"{"url":"https://example.com/","description":"\u0000"}"#, "description"),
                ("/v1/webhooks/endpoints", #"{"url":"https://example.com/","events":["call.ended\u0000"]}"#, "events"),
            ]
            for (path, body, param) in requests {
                let answer = try await server.post(path, body)
                #expect(answer.status == 422, "\(answer.text)")
                #expect(answer.param == param)
            }
            let agent = TestServer.agent.replacing("Riverside Dental", with: #""a\0b""#)
            let refused = try await server.post("/v1/agents", agent, type: "application/yaml")
            #expect(refused.status == 422)
            #expect(refused.message?.contains("Line 2") == true, "\(refused.text)")
            let list = "number,reason,note\n+15551239990,other,a\u{0}b\n"
            let file = try await server.post("/v1/suppressions/import", list, type: "text/csv")
            #expect(file.param == "line 2", "\(file.text)")
        }
    }

    @Test(
        "A patch that takes away what there is not is refused",
        arguments: [
            (#"{"calling_hours":{"windows":{"someday":null}}}"#, "calling_hours.windows.someday"),
            (#"{"calling_hours":{"window":null}}"#, "calling_hours.window"),
            (#"{"frequency":{"days":null}}"#, "frequency.days"), (#"{"country":null}"#, "country"),
        ]
    )
    func patch(body: String, param: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/v1/policy", body, method: "PATCH")
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.param == param)
        }
    }

    @Test(
        "A path or query that is broken is refused, or names nothing",
        arguments: [
            ("/v1/calls/%00", 404), ("/v1/calls?limit=%FF", 400), ("/v1/calls?limit=%00", 400),
            ("/v1/calls?agent=%zz", 404), ("/v1/calls?limit=99999999999999999999", 400), ("/v1/agents/%00", 404),
            ("/v1/calls?limit=1&limit=2", 400), ("/v1/wallet/entries?before=9223372036854775808", 400),
            ("/v1/calls?created_after=2026-02-30T00:00:00Z", 400), ("/v1/billing?from=99999-12-31", 400),
            ("/v1/suppressions/%2B15551230001%00", 404), ("/v1/exports?number=%00", 400),
        ]
    )
    func path(path: String, status: Int) async throws {
        try await TestServer.run { server in
            let answer = try await server.get(path)
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer.code != nil)
        }
    }
}
