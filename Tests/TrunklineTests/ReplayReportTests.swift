import Calls
import Testing

@testable import trunkline

@Suite("What a replay says")
struct ReplayReportTests {
    private static func side(
        _ lines: [(TranscriptEntry.Speaker, String, Int, Int)],
        fields: [String: JSONValue] = [:],
        goal: Goal = .met
    ) -> ReplayReport.Side {
        ReplayReport.Side(
            lines: lines.map { TranscriptEntry(speaker: $0, text: $1, start: $2, end: $3) },
            reached: .person,
            goal: goal,
            endReason: .agentHungUp,
            fields: fields,
            duration: lines.last?.3 ?? 0
        )
    }

    private static let before = side(
        [
            (.agent, "Hello.", 0, 500), (.callee, "yes", 900, 1200), (.agent, "Great.", 1900, 2400),
            (.callee, "bye", 3000, 3200), (.agent, "Goodbye.", 3600, 4100),
        ],
        fields: ["confirmed": true]
    )

    @Test("The same lines and findings are the same call, whenever they were said")
    func same() {
        var after = Self.before
        for index in after.lines.indices { after.lines[index].start += 100 * index }
        let report = ReplayReport(call: "call_x", before: Self.before, after: after)
        #expect(report.isSame)
        #expect(report.before.gaps == [700, 400])
        #expect(report.text(Terminal(hasColors: false)).contains("The same call."))
    }

    @Test("Lines that only one of them has stand where they were said, and what was found out stands beside what was")
    func changed() {
        let after = Self.side(
            [
                (.agent, "Hello.", 0, 500), (.callee, "yes", 900, 1200), (.agent, "Lovely.", 1500, 2000),
                (.agent, "One more thing.", 2000, 2900), (.callee, "bye", 3000, 3200), (.agent, "Goodbye.", 3600, 4100),
            ],
            fields: ["day": "friday"],
            goal: .undecided
        )
        let report = ReplayReport(call: "call_x", before: Self.before, after: after)
        #expect(!report.isSame)
        let text = report.text(Terminal(hasColors: false))
        let lines = text.filter { $0.hasPrefix("- ") || $0.hasPrefix("+ ") }
        #expect(lines == ["- agent   Great.", "+ agent   Lovely.", "+ agent   One more thing."])
        #expect(text.contains("goal: met -> undecided"))
        #expect(text.contains("result.confirmed: true -> none"))
        #expect(text.contains(#"result.day: none -> "friday""#))
        #expect(text.contains("wait for the agent: 700 ms (longest 700) -> 400 ms (longest 400)"))
        #expect(report.document.member("same") == false)
        guard case .array(let changes)? = report.document.member("changed_lines") else {
            Issue.record("no list of lines")
            return
        }
        #expect(changes.map { $0.member("only")?.string } == ["before", "after", "after"])
    }
}
