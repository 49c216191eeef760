import Calls
import Engine
import FoundationEssentials
import Storage
import Testing

extension Workbench {
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
        return try await progress(id)
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
