import Calls
import Foundation
import Storage
import Testing

@testable import Engine

@Suite("Erasing by time, and after a crash", .timeLimit(.minutes(1)))
struct ErasureTests {
    private static let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
        "trunkline-retention-\(ProcessInfo.processInfo.processIdentifier)"
    ).path

    private func bench(_ script: ScriptedConversations.Script = .short) async throws -> Workbench {
        try FileManager.default.createDirectory(atPath: Self.directory, withIntermediateDirectories: true)
        return try await Workbench(
            network: ScriptedNetwork(.answers),
            conversations: ScriptedConversations(script)
        ) { $0.recordingsDirectory = Self.directory }
    }

    private func endedCalls(_ count: Int, _ bench: Workbench) async throws -> [Call.ID] {
        try await bench.run { bench in try await callsEnd(count, bench) }
    }

    /// Places calls with a running engine and waits until their lines are down in the ledger too.
    private func callsEnd(_ count: Int, _ bench: Workbench) async throws -> [Call.ID] {
        var ids: [Call.ID] = []
        for _ in 0..<count {
            let call = try await bench.place()
            _ = try await bench.ended(call.id)
            ids.append(call.id)
        }
        try await bench.database.commits.until {
            try await bench.database.read { db in
                try db.run("SELECT id FROM calls WHERE node IS NOT NULL").isEmpty
            }
        }
        return ids
    }

    /// Has the eraser look once at what has to go.
    private func sweep(_ bench: Workbench) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await bench.engine.eraser.run() }
            // Then it waits for the next time.
            await bench.clock.sleepers(within: .seconds(600), longerThan: .seconds(599))
            group.cancelAll()
        }
    }

    @Test("A call keeps its content for as many days as its project says, to the second, and its costs for ever")
    func retention() async throws {
        let bench = try await bench()
        let (ids, later) = try await bench.run { bench in
            let ids = try await callsEnd(2, bench)
            bench.clock.advance(by: .seconds(86_400))
            return (ids, try await callsEnd(1, bench))
        }
        try await bench.engine.erasures.setRetention(30, project: Project.first)

        bench.clock.advance(by: .seconds(29 * 86_400))
        await sweep(bench)
        for id in ids { #expect(try await bench.call(id).erasedAt == nil, "Ended exactly thirty days ago") }

        bench.clock.advance(by: .seconds(1))
        await sweep(bench)
        for id in ids {
            let call = try await bench.call(id)
            #expect(call.erasedAt == bench.clock.date)
            #expect(call.request.destination == .erased)
            #expect(call.request.variables.isEmpty)
            #expect(call.fields.isEmpty)
            #expect(call.summary == nil)
            #expect(!call.costs.isEmpty)
            #expect(call.lifecycle.status == .completed)
        }
        for id in later { #expect(try await bench.call(id).erasedAt == nil) }

        try await bench.engine.erasures.setRetention(nil, project: Project.first)
        bench.clock.advance(by: .seconds(1000 * 86_400))
        await sweep(bench)
        for id in later { #expect(try await bench.call(id).erasedAt == nil) }
        #expect(try await bench.engine.erasures.retention(project: Project.first) == nil)
    }

    @Test(
        "Words that told who answered are erased with the others; when somebody spoke, and what that was taken for, stays"
    )
    func evidence() async throws {
        let bench = try await bench(.quotes("purple elephants"))
        let id = try #require(try await endedCalls(1, bench).first)
        #expect(try await bench.call(id).answer?.evidence.words.map(\.text) == ["purple elephants"])
        let number = try #require(PhoneNumber("+15551230001"))
        _ = try await bench.engine.erasures.erase(number, mode: nil, project: Project.first)
        let answer = try #require(try await bench.call(id).answer)
        #expect(answer.evidence.words.isEmpty)
        #expect(answer.reached == .person)
    }

    @Test("Whoever asked not to be called stays on the list when erased, and the list does not lead back to the call")
    func suppression() async throws {
        let bench = try await bench(.optsOut)
        let id = try #require(try await endedCalls(1, bench).first)
        let number = try #require(PhoneNumber("+15551230001"))
        let before = try await bench.engine.suppressions.suppressions(of: number, project: Project.first)
        #expect(before.map(\.call) == [id])
        _ = try await bench.engine.erasures.erase(number, mode: nil, project: Project.first)
        let after = try await bench.engine.suppressions.suppressions(of: number, project: Project.first)
        #expect(after.map(\.reason) == [.calleeRequest])
        #expect(after.map(\.call) == [nil])
    }

    @Test("More calls than fit one transaction are erased all the same")
    func batches() async throws {
        let bench = try await bench()
        _ = try await endedCalls(120, bench)
        let number = try #require(PhoneNumber("+15551230001"))
        let erasure = try await bench.engine.erasures.erase(number, mode: nil, project: Project.first)
        #expect(erasure.counts.calls == 120)
        #expect(erasure.counts.transcriptEntries == 240)
        #expect(erasure.number == nil)
    }

    @Test("An erasure that a crash cut off is finished by the next start: calls, then files, then the number itself")
    func resumed() async throws {
        let bench = try await bench()
        let ids = try await endedCalls(3, bench)
        let paths = ids.map { "\(Self.directory)/\($0).wav" }
        for path in paths { #expect(FileManager.default.createFile(atPath: path, contents: Data([1]))) }
        let store = ErasureStore(bench.database)
        let number = try #require(PhoneNumber("+15551230001"))
        let erasure = Erasure(
            id: Erasure.ID(bornAt: bench.clock.date),
            project: Project.first,
            number: number,
            mode: nil,
            createdAt: bench.clock.date
        )
        // As far as the process got.
        try await store.begin(erasure)
        _ = try await store.eraseSome(of: erasure, limit: 2, at: bench.clock.date) { ["\(Self.directory)/\($0).wav"] }
        #expect(paths.allSatisfy(FileManager.default.fileExists))

        await sweep(bench)
        #expect(!paths.contains(where: FileManager.default.fileExists))
        let finished = try await bench.engine.erasures.erasure(erasure.id, project: Project.first)
        #expect(finished.counts.calls == 3)
        #expect(finished.completedAt == bench.clock.date)
        #expect(finished.number == nil)
        #expect(try await store.files(limit: 10).isEmpty)
    }

    @Test("A file that cannot be deleted keeps its erasure open until it can")
    func stubbornFile() async throws {
        let bench = try await bench()
        let id = try #require(try await endedCalls(1, bench).first)
        let number = try #require(PhoneNumber("+15551230001"))
        let store = ErasureStore(bench.database)
        let erasure = Erasure(
            id: Erasure.ID(bornAt: bench.clock.date),
            project: Project.first,
            number: number,
            mode: nil,
            createdAt: bench.clock.date
        )
        try await store.begin(erasure)
        // Not even root can delete this one.
        _ = try await store.eraseSome(of: erasure, limit: 9, at: bench.clock.date) { _ in ["/proc/self/status"] }
        await sweep(bench)
        let open = try await bench.engine.erasures.erasure(erasure.id, project: Project.first)
        #expect(open.completedAt == nil)
        #expect(open.counts.calls == 1)
        #expect(try await bench.call(id).erasedAt != nil)

        try await store.forget(files: ["/proc/self/status"])
        await sweep(bench)
        let closed = try await bench.engine.erasures.erasure(erasure.id, project: Project.first)
        #expect(closed.completedAt != nil)
    }
}
