import Calls
import Foundation
import Testing

@testable import PhoneLab

@Suite("The lab's ledger")
struct LabLedgerTests {
    private let noon = Date(microseconds: 1_781_179_200_000_001)
    private let path = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString).jsonl").path

    @Test("Counts INVITEs by Call-ID, also the second one of the same")
    func counts() async throws {
        let ledger = try LabLedger()
        try await invite(ledger, "a")
        try await invite(ledger, "b")
        try await invite(ledger, "a")
        #expect(await ledger.inviteCounts == ["a": 2, "b": 1])
        #expect(await ledger.inviteCount(sipCallID: "c") == 0)
        #expect(await ledger.snapshot().map(\.sipCallID) == ["a", "b"])
        #expect(await ledger.call(sipCallID: "a")?.invites == [noon, noon])
    }

    @Test("An INVITE is in the file before the next thing happens, and counts add up over lives of the lab")
    func file() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try LabLedger(path: path)
        try await invite(first, "a")
        #expect(try LedgerFile.inviteCounts(path: path) == ["a": 1])
        try await invite(first, "b")
        try await first.end("b", .refused, at: noon)

        let second = try LabLedger(path: path)
        try await invite(second, "a")
        #expect(try LedgerFile.inviteCounts(path: path) == ["a": 2, "b": 1])
    }

    @Test("A line that was cut by a crash spoils neither what is before nor after it")
    func torn() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try LabLedger(path: path)
        try await invite(first, "a")
        let whole = try Data(contentsOf: URL(filePath: path))
        try (whole + whole.dropLast(7)).write(to: URL(filePath: path))

        let second = try LabLedger(path: path)
        try await invite(second, "b")
        #expect(try LedgerFile.inviteCounts(path: path) == ["a": 1, "b": 1])
    }

    @Test("A file that cannot be written is said to be so")
    func unwritable() {
        #expect(throws: LedgerUnwritable(path: "/nonexistent/ledger")) { try LabLedger(path: "/nonexistent/ledger") }
    }

    @Test("Finds calls by number, however it is written")
    func byNumber() async throws {
        let ledger = try LabLedger()
        try await invite(ledger, "a", dialed: "+15550100001")
        try await invite(ledger, "b", dialed: "+15550100002")
        #expect(await ledger.calls(to: "+1 555 010 0001").map(\.sipCallID) == ["a"])
    }

    @Test("Whoever waits for a call's end gets it, before or after", .timeLimit(.minutes(1)))
    func waiting() async throws {
        let ledger = try LabLedger()
        try await invite(ledger, "a")
        async let ended = ledger.ended(sipCallID: "a")
        try await ledger.end("a", .canceled, at: noon)
        #expect(await ended?.ending == .canceled)
        #expect(await ledger.ended(sipCallID: "a")?.endedAt == noon)
    }

    @Test("What is exported can be read back")
    func export() async throws {
        let ledger = try LabLedger()
        try await invite(ledger, "a")
        await ledger.change("a") { $0.said.append(LabCall.Noted("Hello?", start: 300, end: 700)) }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { Date(microseconds: try $0.singleValueContainer().decode(Int64.self)) }
        let calls = try decoder.decode([LabCall].self, from: try await ledger.export())
        #expect(await calls == ledger.snapshot())
    }

    private func invite(_ ledger: LabLedger, _ id: String, dialed: String = "+15550100001") async throws {
        try await ledger.invite(sipCallID: id, dialed: dialed, caller: "+15550100100", title: "test", at: noon)
    }
}
