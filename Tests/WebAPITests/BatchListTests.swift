import CSV
import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Batches from lists, over HTTP", .timeLimit(.minutes(1)))
struct BatchListTests {
    static let type = "multipart/form-data; boundary=b"

    static func upload(
        _ list: String,
        settings: String = #"{"name":"June","agent":"reminder","paused":true}"#
    ) -> String {
        "--b\r\nContent-Disposition: form-data; name=\"settings\"\r\n\r\n\(settings)\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n\(list)\r\n--b--\r\n"
    }

    private static let list = """
        Note;Móvil;=odd
        "one;
        two";600 111 222;=1+1
        again;+34600111222;x
        sheet;3.46E+10;x
        last;+34600111223;+cmd

        """

    private static let query = "?region=ES&phone_column=m%C3%B3vil"

    private func rows(_ text: String) -> [[String]] {
        var reader = CSVReader(delimiter: .comma)
        return (reader.read(Array(text.utf8)) + reader.finish()).map(\.fields)
    }

    @Test("A preview says how the file is written, what is wrong with it, and how the batch would go")
    func preview() async throws {
        try await TestServer.run { server in
            let answer = try await server.post(
                "/v1/batches/preview" + Self.query,
                Self.upload(Self.list),
                type: Self.type
            )
            try #require(answer.status == 200, "\(answer.text)")
            let preview = try answer.json
            #expect(preview.at("file.delimiter") as? String == "semicolon")
            #expect(preview.at("file.encoding") as? String == "utf-8")
            #expect(preview.at("file.columns") as? [String] == ["Note", "Móvil", "=odd"])
            #expect(preview["rows"] as? Int == 4)
            #expect(preview["called"] as? Int == 2)
            #expect(preview.at("counts.duplicate") as? Int == 1)
            #expect(preview.at("counts.faulty") as? Int == 1)
            let shown = try #require(preview["shown"] as? [NSDictionary])
            let bad = try #require(shown.first { $0["verdict"] as? String == "faulty" })
            #expect(bad["line"] as? Int == 5)
            #expect(bad["column"] as? String == "Móvil")
            #expect((bad["reason"] as? String)?.contains("a spreadsheet wrote the number") == true)
            #expect(preview.at("forecast.contacts") as? Int == 4)
            #expect(preview.at("forecast.calls") as? Int == 2)
            #expect(try await server.get("/v1/batches").json["data"] as? [NSDictionary] == [])
        }
    }

    @Test("With format=csv the list comes back with the verdict of every row, safe to be opened in a spreadsheet")
    func annotated() async throws {
        try await TestServer.run { server in
            let path = "/v1/batches/preview" + Self.query + "&format=csv"
            let answer = try await server.post(path, Self.upload(Self.list), type: Self.type)
            try #require(answer.status == 200, "\(answer.text)")
            let rows = rows(answer.text)
            #expect(
                rows[0] == [
                    "Note", "Móvil", "'=odd", "row_line", "row_verdict", "row_number", "row_column", "row_reason",
                ]
            )
            #expect(rows[1][0] == "one;\ntwo")
            #expect(rows[1][2] == "'=1+1")
            #expect(rows.dropFirst().map { $0[3] } == ["2", "4", "5", "6"])
            #expect(rows[2][4...7] == ["duplicate", "+34600111222", "", "the number stands in line 2 already"])
            #expect(rows[3][4] == "faulty")
            #expect(rows[4][2] == "'+cmd" && rows[4][5] == "+34600111223")
        }
    }

    @Test("A long list comes back whole and in its order, with its verdicts")
    func longList() async throws {
        try await TestServer.run { server in
            let note = String(repeating: "x", count: 100)
            let list = "phone,note\n" + (0..<1500).map { "+34600\(100_000 + $0),\(note)\n" }.joined()
            let answer = try await server.post("/v1/batches/preview?format=csv", Self.upload(list), type: Self.type)
            try #require(answer.status == 200, "\(answer.text.prefix(500))")
            let rows = rows(answer.text)
            #expect(rows.count == 1501)
            #expect(rows.dropFirst().map { $0[2] } == (2...1501).map(String.init))
            #expect(rows.dropFirst().allSatisfy { $0[1] == note && $0[3] != "faulty" })
        }
    }

    @Test("A list with a faulty row makes no batch unless such rows are left out; the results have its own columns")
    func imported() async throws {
        try await TestServer.run { server in
            let path = "/v1/batches/import" + Self.query
            let refused = try await server.post(path, Self.upload(Self.list), type: Self.type)
            #expect(refused.code == "invalid_field", "\(refused.text)")
            #expect(refused.param == "line 5, Móvil")
            #expect(try await server.get("/v1/batches").json["data"] as? [NSDictionary] == [])

            let made = try await server.post(path + "&leave_out_faulty=true", Self.upload(Self.list), type: Self.type)
            try #require(made.status == 201, "\(made.text)")
            let id = try #require(try made.json["id"] as? String)
            #expect(made.headers["location"] == "/v1/batches/\(id)")
            #expect(try made.json.at("counts.queued") as? Int == 2)
            #expect(try made.json.at("counts.skipped") as? Int == 1)

            let forecast = try await server.post(
                "/v1/batches/\(id)/forecast",
                #"{"assumptions":[{"end_reason":"busy","share":1}]}"#
            )
            #expect(try forecast.json["calls"] as? Int == 2, "\(forecast.text)")
            #expect(try forecast.json["failed"] as? Int == 2)
            #expect(try forecast.json["assumptions"] as? String == "given")

            let results = try await server.get("/v1/batches/\(id)/results.csv")
            #expect(results.headers["content-type"]?.hasPrefix("text/csv") == true)
            let rows = rows(results.text)
            #expect(Array(rows[0][..<5]) == ["Note", "Móvil", "'=odd", "call_status", "call_reason"])
            #expect(rows[0].contains("field_confirmed"))
            #expect(rows.dropFirst().map { $0[1] } == ["600 111 222", "+34600111222", "+34600111223"])
            #expect(rows.dropFirst().map { $0[3] } == ["ready", "skipped", "ready"])
            #expect(rows[1][2] == "'=1+1")
        }
    }

    @Test("What became of the calls stands in the results")
    func results() async throws {
        try await TestServer.run { server in
            // The hours of the day at which the tests run are none of theirs.
            _ = try await server.engine.policies.change(
                ["calling_hours": ["applies_to": "none"]],
                project: Project.first
            )
            let list = "phone,name\n+15551230001,Ann\n"
            let settings = #"{"name":"June","agent":"reminder","calls_per_minute":600}"#
            let made = try await server.post(
                "/v1/batches/import",
                Self.upload(list, settings: settings),
                type: Self.type
            )
            let id = try #require(try made.json["id"] as? String, "\(made.text)")
            for await leg in server.line.dialed.stream {
                leg.calleeHangsUp()
                break
            }
            let contacts = try await server.get("/v1/batches/\(id)/contacts").json["data"] as? [NSDictionary]
            let calls = try #require(contacts?.first?["calls"] as? [NSDictionary])
            let call = try #require((calls.first?["id"] as? String).flatMap { Call.ID($0) })
            for await _ in try await server.engine.calls.events(call, after: 0, project: Project.first) {}
            let rows = rows(try await server.get("/v1/batches/\(id)/results.csv").text)
            let result = Dictionary(uniqueKeysWithValues: zip(rows[0], rows[1]))
            #expect(result["name"] == "Ann")
            #expect(result["call_status"] == "completed", "\(result)")
            #expect(result["call_count"] == "1")
            #expect(result["call_url"]?.hasSuffix("/v1/calls/\(result["call_id"] ?? "")") == true)
        }
    }

    @Test("The same upload under the same key makes one batch; another under it is refused")
    func repeated() async throws {
        try await TestServer.run { server in
            let list = "phone\n+15551230001\n"
            let headers = ["Idempotency-Key": "june"]
            func send(_ list: String) async throws -> TestServer.Answer {
                try await server.post("/v1/batches/import", Self.upload(list), type: Self.type, headers: headers)
            }
            let first = try await send(list)
            try #require(first.status == 201, "\(first.text)")
            let second = try await send(list)
            #expect(second.body == first.body)
            #expect(second.headers["idempotent-replayed"] == "true")
            #expect(try await send(list + "+15551230002\n").code == "idempotency_key_reused")
        }
    }

    @Test(
        "What is no upload is refused in words that say what is wrong",
        arguments: [
            ("{}", "application/json", "unsupported_media_type", nil as String?),
            ("--b\r\n", type, "invalid_field", "body"), (upload(""), type, "invalid_field", "line 1"),
            (upload("name\nAnn\n"), type, "invalid_field", "line 1"),
            (upload("phone\n+15551230001\n", settings: "{"), type, "malformed_json", nil),
            (upload("phone\n+15551230001\n", settings: #"{"name":"June"}"#), type, "missing_field", "agent"),
            (
                upload("phone\n+15551230001\n", settings: #"{"agent":"nobody","name":"June"}"#), type,
                "agent_not_found", "agent"
            ),
        ]
    )
    func refused(body: String, type: String, code: String, param: String?) async throws {
        try await TestServer.run { server in
            for path in ["preview", "import"] {
                let answer = try await server.post("/v1/batches/\(path)", body, type: type)
                #expect(answer.code == code, "\(answer.text)")
                #expect(answer.param == param)
            }
        }
    }
}
