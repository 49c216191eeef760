import Foundation
import Testing

@testable import trunkline

@Suite("A batch on the command line")
struct BatchGoalTests {
    @Test(
        "A goal is a number of calls, or a part of the list",
        arguments: [
            ("1", 1, 100, true), ("1", 0, 100, false), ("0", 0, 100, true), ("40%", 40, 100, true),
            ("40%", 39, 100, false), ("33.3%", 1, 3, true),
        ]
    )
    func goals(text: String, met: Int, contacts: Int, isReached: Bool) throws {
        let goal = try #require(BatchGoal(argument: text))
        #expect(goal.isReached(met, of: contacts) == isReached)
    }

    @Test("Anything else is no goal", arguments: ["", "%", "-1", "101%", "many", "1.5"])
    func noGoal(text: String) {
        #expect(BatchGoal(argument: text) == nil)
    }

    @Test("The bar shows how many are done, what goes on and how fast")
    func bar() throws {
        let json = """
            {"id":"batch_1","name":"June","status":"running","reason":null,"created_at":"2026-06-11T12:00:00Z",
             "counts":{"total":100,"queued":40,"dialing":3,"connected":7,"completed":30,"failed":15,"skipped":5,"canceled":0,
                       "goals_met":20,"calls":60},
             "end_reasons":{"no_answer":15},"calls_per_minute":18,"estimated_finish":"2026-06-11T14:32:00.000000Z",
             "cost":{"amount":"1.00000","milli_cents":100000}}
            """
        let batch = try BatchDocument(apiJSON: Data(json.utf8))
        #expect(batch.endReasons == ["no_answer": 15])
        #expect(
            BatchReport.bar(batch, width: 10)
                == "[#####-----]  50/100 done  3 dialing  7 talking  30 talked to  15 failed  18/min  until 14:32 UTC"
        )
    }

    @Test("What is said of many rows of a list is said once, with the lines it is about")
    func findings() {
        let late = "They begin at nine"
        let rows: [PreviewDocument.Row] =
            [2, 3, 4, 6, 9].map { .init(line: $0, verdict: "outside_hours", column: nil, reason: late) }
            + [.init(line: 5, verdict: "faulty", column: "phone", reason: "phone: there is no number")]
        let found = BatchReport.findings(rows)
        #expect(found.map(\.rows) == ["lines 2, 3, 4, 2 more", "line 5"])
        #expect(found.map(\.verdict) == ["outside hours", "faulty"])
        #expect(found.map(\.reason) == [late, "phone: there is no number"])
    }

    @Test("A list and its settings are sent as two parts")
    func upload() throws {
        let upload = FormUpload(settings: Data("{}".utf8), list: Data("phone\n+1\n".utf8), name: "people/a\"b.csv")
        let text = String(decoding: upload.body, as: UTF8.self)
        #expect(text.contains("name=\"settings\"\r\nContent-Type: application/json\r\n\r\n{}\r\n"))
        #expect(text.contains("name=\"file\"; filename=\"ab.csv\"\r\nContent-Type: text/csv\r\n\r\nphone\n+1\n\r\n--"))
        #expect(upload.type.hasPrefix("multipart/form-data; boundary=trunkline-"))
    }
}
