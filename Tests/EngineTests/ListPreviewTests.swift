import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("What a list would come to as a batch", .timeLimit(.minutes(1)))
struct ListPreviewTests {
    private struct Chunks: AsyncSequence, Sendable {
        let bytes: [UInt8]
        let size: Int

        init(_ text: String, size: Int = 1000) {
            bytes = Array(text.utf8)
            self.size = size
        }

        func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...], size: size) }

        struct Iterator: AsyncIteratorProtocol {
            var rest: ArraySlice<UInt8>
            let size: Int

            mutating func next() async -> ArraySlice<UInt8>? {
                guard !rest.isEmpty else { return nil }
                defer { rest = rest.dropFirst(size) }
                return rest.prefix(size)
            }
        }
    }

    private func batch(
        _ bench: Workbench,
        agent: String = "reminder",
        _ change: (inout BatchSettings) -> Void = { _ in }
    ) -> NewBatch {
        var settings = BatchSettings(agent: Agent.ID(bornAt: bench.clock.date))
        change(&settings)
        return NewBatch(name: "people", agent: agent, mode: .test, settings: settings)
    }

    private static let list = """
        phone,name,day
        +34600111222,Ann,Tuesday
        +34600111223,Bob,Tuesday
        +34600111222,Ann again,Tuesday
        +34600111224,,Tuesday
        +34806123456,premium,Tuesday
        +34600111225,suppressed,Tuesday
        3.46E+10,sheet,Tuesday
        +815012345678,Tokyo,Tuesday

        """

    @Test("Every row gets its verdict by the rules that its call would have to pass, and nothing is stored")
    func verdicts() async throws {
        let bench = try await Workbench()
        let suppressed = try #require(PhoneNumber("+34600111225"))
        _ = try await bench.engine.suppressions.add([.init(number: suppressed)], by: "test", project: Project.first)
        // Noon in UTC: nine in the evening in Tokyo, when the project's calling hours are over.
        for size in [7, 10_000] {
            var verdicts: [RowVerdict] = []
            let preview = try await bench.engine.batches.preview(
                batch(bench),
                file: Chunks(Self.list, size: size),
                options: .init(),
                project: Project.first
            ) { columns, rows in
                #expect(columns.names == ["phone", "name", "day"])
                verdicts += rows.map(\.verdict)
            }
            #expect(
                verdicts.map(\.kind) == [
                    .ready, .ready, .duplicate, .missingVariables, .unreachable, .suppressed, .faulty, .outsideHours,
                ]
            )
            #expect(verdicts[2] == .duplicate(of: 2))
            #expect(verdicts[3] == .missingVariables(["name"]))
            #expect(preview.rows == 8 && preview.called == 3)
            #expect(preview.counts[.ready] == 2)
            #expect(preview.shown.map(\.row.line) == [4, 5, 6, 7, 8, 9])
            #expect(preview.plan.contacts.map(\.line) == [2, 3, 9])
        }
        #expect(try await bench.engine.batches.batches(limit: 5, project: Project.first).batches.isEmpty)
    }

    @Test("The forecast of a list is about those who would be called, and says why the others are not")
    func forecast() async throws {
        let bench = try await Workbench()
        let preview = try await bench.engine.batches.preview(
            batch(bench) { $0.callsPerMinute = 60 },
            file: Chunks(Self.list),
            options: .init(),
            project: Project.first
        )
        let outcomes = [ForecastAssumptions.Outcome(.agentHungUp, share: 1, ringing: 5, talking: 60)]
        let assumptions = try #require(ForecastAssumptions(outcomes, source: .given))
        let forecast = bench.engine.batches.forecast(preview, assuming: assumptions)
        #expect(forecast.calls == 4 && forecast.completed == 4)
        #expect(forecast.contacts == 8)
        #expect(forecast.skipped == ["duplicate": 1, "missing_variables": 1, "unreachable": 1, "faulty": 1])
        // Whoever is in Tokyo is called in their morning.
        let last = try #require(forecast.finishesAt)
        #expect(last > bench.clock.date + 8 * 3600)
        #expect(forecast.expectedSpend == Money(milliCents: 4 * 1400))
    }

    @Test("The batch's own hours count as the project's do")
    func hours() async throws {
        let bench = try await Workbench()
        let windows = [CallingHours.Window("09:00-11:00")].compactMap(\.self)
        let days = CallingHours.Weekday.allCases.map { ($0, windows) }
        let preview = try await bench.engine.batches.preview(
            batch(bench) { $0.hours = CallingHours(windows: Dictionary(days) { $1 }) },
            file: Chunks("phone,name,day\n+34600111222,Ann,Tuesday\n"),
            options: .init(),
            project: Project.first
        )
        #expect(preview.counts == [.outsideHours: 1])
    }

    @Test("Consent and how often a number was dialed are asked of many numbers at once")
    func policy() async throws {
        let bench = try await Workbench()
        _ = try await bench.engine.policies.change(["requires_consent": true], project: Project.first)
        let preview = try await bench.engine.batches.preview(
            batch(bench),
            file: Chunks(Self.list),
            options: .init(),
            project: Project.first
        )
        #expect(preview.counts[.noConsent] == 4)
    }

    @Test("A batch that could not be made cannot be previewed either")
    func refused() async throws {
        let bench = try await Workbench()
        await #expect(throws: Refusal.unknownAgent("nobody")) {
            try await preview(batch(bench, agent: "nobody"), bench)
        }
    }

    private func preview(_ new: NewBatch, _ bench: Workbench) async throws {
        _ = try await bench.engine.batches.preview(
            new,
            file: Chunks(Self.list),
            options: .init(),
            project: Project.first
        )
    }

    @Test(
        "A list with a row that is no contact makes no batch; such rows can be left out, and the cells stay as they were"
    )
    func making() async throws {
        let bench = try await Workbench()
        let control = bench.engine.batches
        let new = batch(bench)
        func contacts(_ leavesOutFaulty: Bool) async throws -> (contacts: ListContacts<Chunks>, columns: [String]) {
            try await control.contacts(
                in: Chunks(Self.list, size: 11),
                options: .init(),
                leavesOutFaulty: leavesOutFaulty,
                for: new,
                project: Project.first
            )
        }
        let strict = try await contacts(false)
        #expect(strict.columns == ["phone", "name", "day"])
        await #expect(throws: Refusal.invalid(field: "line 5", message: "the agent needs a value for name")) {
            _ = try await control.make(new, contacts: strict.contacts, project: Project.first)
        }
        #expect(try await control.batches(limit: 5, project: Project.first).batches.isEmpty)

        var named = new
        let lenient = try await contacts(true)
        named.columns = lenient.columns
        let batch = try await control.make(named, contacts: lenient.contacts, project: Project.first)
        #expect(try await control.batch(batch.id, project: Project.first).columns == ["phone", "name", "day"])
        let stored = try await control.contacts(of: batch.id, limit: 100, project: Project.first).contacts.map(
            \.contact
        )
        #expect(stored.map(\.line) == [2, 3, 4, 6, 7, 9])
        #expect(stored[0].listed.cells == ["+34600111222", "Ann", "Tuesday"])
        #expect(stored[2].state == .skipped)
    }
}
