import Calls
import FoundationEssentials
import Testing

@Suite("Bills")
struct BillingReportTests {
    private static let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private let first = AgentName(id: Agent.ID(bornAt: noon), slug: "first")
    private let second = AgentName(id: Agent.ID(bornAt: noon), slug: nil)

    private func line(
        _ day: String,
        _ reason: EndReason,
        _ agent: AgentName,
        _ amount: Int64
    ) throws
        -> BillingReport.Line
    {
        let day: CalendarDay = try #require(CalendarDay(day))
        return BillingReport.Line(
            key: .init(day: day, endReason: reason, agent: agent),
            sum: Usage(calls: 1, billedSeconds: amount * 2, amount: Money(milliCents: amount))
        )
    }

    @Test(
        "However it is broken down, the lines add up to the total",
        arguments: [[], [.day], [.endReason], [.agent], [.day, .agent], [.day, .endReason, .agent]]
            as [Set<BillingReport.Dimension>]
    )
    func sums(dimensions: Set<BillingReport.Dimension>) throws {
        let lines = [
            try line("2026-06-11", .agentHungUp, first, 1), try line("2026-06-10", .agentHungUp, first, 10),
            try line("2026-06-10", .agentHungUp, second, 100), try line("2026-06-10", .busy, first, 0),
        ]
        let report = BillingReport(lines, by: dimensions)
        #expect(report.total == Usage(calls: 4, billedSeconds: 222, amount: Money(milliCents: 111)))
        var sum = Usage()
        for line in report.lines { sum += line.sum }
        #expect(sum == report.total)
        #expect(Set(report.lines.map(\.key)).count == report.lines.count)
        for line in report.lines {
            #expect((line.key.day != nil) == dimensions.contains(.day))
            #expect((line.key.endReason != nil) == dimensions.contains(.endReason))
            #expect((line.key.agent != nil) == dimensions.contains(.agent))
        }
    }

    @Test("Lines are in the order of days, and of end reasons within a day")
    func order() throws {
        let lines = [
            try line("2026-06-11", .agentHungUp, first, 1), try line("2026-06-10", .busy, first, 0),
            try line("2026-06-10", .agentHungUp, first, 5), try line("2026-06-10", .agentHungUp, second, 7),
        ]
        let keys = BillingReport(lines, by: [.day, .endReason]).lines.map { "\($0.key.day!) \($0.key.endReason!)" }
        #expect(keys == ["2026-06-10 agentHungUp", "2026-06-10 busy", "2026-06-11 agentHungUp"])
        #expect(BillingReport([], by: [.day]).lines.isEmpty)
    }
}
