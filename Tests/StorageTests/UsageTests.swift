import Calls
import FoundationEssentials
import Testing

@testable import Storage

@Suite("Usage by day")
struct UsageTests {
    private static let day = CalendarDay(of: noon, in: .gmt)
    private let all = Set(UsageReport.Dimension.allCases)

    private func report(_ shelf: Shelf, _ days: ClosedRange<CalendarDay>? = nil) async throws -> UsageReport {
        let days = days ?? Self.day.adding(days: -2)...Self.day.adding(days: 2)
        return UsageReport(try await WalletStore(shelf.database).tallies(Project.first, .test, days: days), by: all)
    }

    /// Four calls: two conversations, one of them with turns that were measured, a busy one, and one that ends an hour before midnight in Madrid.
    private func filled() async throws -> Shelf {
        let shelf = try await Shelf()
        for _ in 0..<4 { try await shelf.add(shelf.priced()) }
        let claimed = try await shelf.claim()
        try #require(claimed.count == 4)
        var measured = claimed[0]
        var account = ConversationAccount(model: "m", prompt: "")
        account.turns = [
            TurnTiming(at: 0, endpointing: 400, recognition: 100, model: 300, voice: 30, playout: 0),
            TurnTiming(at: 9, endpointing: 400, recognition: 100, model: 700, voice: 30, playout: 0),
        ]
        measured.call.account = account
        try await shelf.end(measured, .agentHungUp, answeredFor: 30)
        try await shelf.end(claimed[1], .calleeHungUp, answeredFor: 45)
        try await shelf.end(claimed[2])
        try await shelf.end(claimed[3], at: noon + 11 * 3600)
        return shelf
    }

    @Test("Each call counts on the day on which it ended, with what it came to and how it went")
    func counted() async throws {
        let shelf = try await filled()
        let report = try await report(shelf)
        #expect(report.total.calls == 4)
        #expect(report.total.answered == 2)
        #expect(report.total.answerRate == 0.5)
        #expect(report.total.talkedSeconds == 75)
        #expect(report.total.billedSeconds == 75)
        #expect(report.total.amount == Money(milliCents: 7500))
        #expect(report.total.gaps == GapHistogram([850: 1, 1250: 1]))
        let reasons = report.by([.endReason]).lines
        #expect(reasons.map(\.key.endReason) == [.agentHungUp, .busy, .calleeHungUp])
        #expect(reasons.map(\.sum.calls) == [1, 2, 1])
        #expect(report.by([.agent]).lines.map(\.key.agent?.slug) == ["reminder"])
        #expect(report.by([.day]).lines.map(\.key.day) == [Self.day])
        #expect(try await self.report(shelf, Self.day.adding(days: 1)...Self.day.adding(days: 9)).total.calls == 0)
    }

    @Test(
        "When a wallet's midnight moves, or an older version kept the records, everything is added up anew and nothing is lost"
    )
    func recounted() async throws {
        let shelf = try await filled()
        let before = try await report(shelf)
        let madrid = try #require(TimeZone(identifier: "Europe/Madrid"))
        let wallets = WalletStore(shelf.database)
        try await wallets.update(Project.first, .test, WalletChange(timeZone: madrid))
        let moved = try await report(shelf)
        #expect(moved.total == before.total)
        #expect(moved.by([.day]).lines.map(\.sum.calls) == [3, 1])

        try await shelf.database.write { db in
            try db.run("DELETE FROM usage_days")
            try db.run("DELETE FROM usage_gaps")
            try db.run("INSERT INTO usage_recounts (project, mode) VALUES (\(Project.first), \(CallMode.test))")
        }
        try await wallets.recountWhereNeeded()
        #expect(try await report(shelf).lines == moved.lines)
        // Once: what is added up is not added up again.
        try await wallets.recountWhereNeeded()
        #expect(try await report(shelf).lines == moved.lines)
    }

    @Test("Calls of batches are told from single ones, by the batch's name")
    func batches() async throws {
        let shelf = try await Shelf()
        let key = UsageKey(batch: .init(id: Batch.ID(bornAt: noon), name: "June"))
        let lines = [
            UsageReport.Line(key: key, sum: UsageTally(calls: 2)), .init(key: .init(), sum: UsageTally(calls: 1)),
        ]
        #expect(UsageReport(lines, by: [.batch]).lines.map(\.key.batch?.name) == [nil, "June"])
        #expect(UsageReport(lines, by: []).lines.map(\.sum.calls) == [3])
        #expect(try await report(shelf).lines.isEmpty)
    }
}
