import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

extension Workbench {
    /// Calls keep their leases however far the clock is moved.
    static func forBatches(
        _ network: ScriptedNetwork = ScriptedNetwork(.answers),
        _ conversations: ScriptedConversations = ScriptedConversations(.short),
        _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws -> Workbench {
        try await Workbench(network: network, conversations: conversations) {
            $0.lease = .seconds(1_000_000)
            configure(&$0)
        }
    }

    /// Numbered from 1, in a zone where it is afternoon when the clock begins.
    static func contacts(_ count: Int, timeZone: String = "Europe/Berlin") throws -> [NewContact] {
        try (1...count).map { line in
            NewContact(
                line: line,
                phone: try #require(PhoneNumber("+1555123\(1000 + line)")),
                variables: ["name": "Ann", "day": "Tuesday"],
                timeZone: timeZone
            )
        }
    }

    /// At 60 calls a minute unless `change` says otherwise.
    func makeBatch(
        _ contacts: [NewContact],
        _ change: (inout BatchSettings) -> Void = { _ in }
    ) async throws -> Batch {
        try await engine.batches.make(
            Self.newBatch(change),
            contacts: contacts.asStream,
            project: Project.first
        )
    }

    static func newBatch(_ change: (inout BatchSettings) -> Void = { _ in }) -> NewBatch {
        var settings = BatchSettings(agent: Agent.ID(bornAt: ManualClock.noon))
        settings.callsPerMinute = 60
        change(&settings)
        return NewBatch(name: "Reminders", agent: "reminder", mode: .test, settings: settings)
    }

    func progress(_ id: Batch.ID) async throws -> BatchProgress {
        try await engine.batches.progress(id, project: Project.first)
    }

    func contacts(_ id: Batch.ID) async throws -> [(contact: Contact, calls: [Call])] {
        try await engine.batches.contacts(of: id, limit: 1000, project: Project.first).contacts
    }

    /// Moves time whenever everybody waits for it, until `isDone`.
    func pass(_ step: Duration = .seconds(1), until isDone: @escaping @Sendable () async throws -> Bool) async throws {
        while try await !isDone() {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await clock.sleepers(4, within: .seconds(1)) }
                group.addTask { try await database.commits.until(isDone) }
                try await group.next()
                group.cancelAll()
            }
            try Task.checkCancellation()
            clock.advance(by: step)
        }
    }

    /// The batch once it is over.
    func over(_ id: Batch.ID, _ step: Duration = .seconds(1)) async throws -> BatchProgress {
        try await pass(step) { try await progress(id).batch.status.isFinal }
        try await expectTally(of: id)
        return try await progress(id)
    }

    /// What stop conditions are held against is what counting the contacts gives.
    private func expectTally(of id: Batch.ID) async throws {
        let tallies = try await database.read { db in
            try db.run(
                """
                SELECT tally_calls, tally_completed, tally_failed, tally_goals, tally_cost FROM batches WHERE id = \(id)
                UNION ALL
                SELECT SUM(calls), SUM(state = 'completed'), SUM(state = 'failed'),
                       SUM(state = 'completed' AND goal IS 'met'), SUM(cost)
                  FROM batch_contacts WHERE batch = \(id)
                """
            ).map { row in
                try ["calls", "completed", "failed", "goals", "cost"].map { try row["tally_\($0)", as: Int.self] }
            }
        }
        #expect(tallies.count == 2)
        #expect(tallies.first == tallies.last)
    }
}

extension [NewContact] {
    var asStream: AsyncStream<NewContact> {
        AsyncStream { continuation in
            for contact in self { continuation.yield(contact) }
            continuation.finish()
        }
    }
}
