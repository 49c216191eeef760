import Calls
import FoundationEssentials
import Storage
import Testing

/// A running batch of `count` contacts on a shelf of its own.
struct BatchBench {
    let shelf: Shelf
    let store: BatchStore
    let batch: Batch

    init(_ count: Int, _ change: (inout BatchSettings) -> Void = { _ in }) async throws {
        shelf = try await Shelf()
        store = BatchStore(shelf.database)
        var settings = BatchSettings(agent: shelf.agent.id)
        settings.callsPerMinute = 6000
        change(&settings)
        var batch = Batch(
            id: Batch.ID(bornAt: noon),
            project: Project.first,
            name: "Reminders",
            mode: .test,
            settings: settings,
            status: .importing,
            createdAt: noon
        )
        try await store.beginImport(of: batch)
        let contacts = try (1...count).map { line in
            ListedContact(NewContact(line: line, phone: try #require(PhoneNumber("+1555123\(1000 + line)"))))
        }
        try await store.add(contacts, to: batch.id, at: noon)
        batch.status = .running
        _ = try await store.finishImport(of: batch, reply: nil, since: noon, at: noon)
        self.batch = batch
    }

    /// Through `other` if the batch is to be looked at by another store.
    func admit(_ contact: Contact, at now: Date = noon, through other: BatchStore? = nil) async throws -> Admission {
        var request = CallRequest(destination: contact.listed.phone, mode: .test)
        request.origin = .batch
        request.batch = BatchCall(batch: batch.id, line: contact.line, attempt: contact.calls + 1)
        let call = Call(
            id: Call.ID(bornAt: now),
            project: Project.first,
            request: request,
            agent: shelf.agent,
            callerID: try #require(shelf.agent.numbers.first),
            createdAt: now,
            lifecycle: CallLifecycle()
        )
        return try await (other ?? store).admit(
            call,
            for: contact,
            version: shelf.version,
            decision: GateDecision(stage: .placement, decidedAt: now, dialAt: now, checks: []),
            at: now
        )
    }

    func end(_ call: Call, _ event: CallLifecycle.Event, at now: Date = noon + 1) async throws {
        var ended = call
        _ = ended.lifecycle.handle(event, at: now)
        try await shelf.calls.save(
            CallChange(ended, events: [.status(of: ended, at: now), .ended(ended, at: now)]),
            from: call.lifecycle.status
        )
    }
}
