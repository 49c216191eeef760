package import Calls
import Storage

extension BatchControl {
    /// Makes a new batch of the contacts of `id` that failed, those alone whose last call ended for one of `reasons` if any are named. It has the same
    /// settings but for its times, which begin now. Throws `Refusal.batchStatus` while the batch is not over.
    package func redial(
        _ id: Batch.ID,
        reasons: Set<EndReason> = [],
        name: String? = nil,
        key: APIKey.ID?,
        project: Project.ID
    ) async throws -> Batch {
        let batch = try await batch(id, project: project)
        guard batch.status.isFinal else { throw Refusal.batchStatus(batch.status) }
        var new = NewBatch(
            name: name ?? "\(batch.name) (redial)",
            agent: batch.settings.agent.description,
            mode: batch.mode,
            settings: batch.settings
        )
        new.door = batch.door
        new.key = key
        new.settings.startAt = nil
        new.settings.deadline = nil
        new.redialOf = batch.id
        new.attributes = batch.attributes
        new.columns = batch.columns
        let failed = FailedContacts(batch: batch.id, reasons: reasons, store: store)
        return try await make(new, contacts: failed, project: project)
    }
}

/// The contacts of a batch that failed, a page at a time.
private struct FailedContacts: AsyncSequence, Sendable {
    let batch: Batch.ID
    let reasons: Set<EndReason>
    let store: BatchStore

    func makeAsyncIterator() -> Iterator { Iterator(list: self) }

    struct Iterator: AsyncIteratorProtocol {
        let list: FailedContacts
        private var page: ArraySlice<Contact> = []
        private var last: Int?
        private var isOver = false

        init(list: FailedContacts) {
            self.list = list
        }

        mutating func next() async throws -> NewContact? {
            while let contact = try await nextFailed() {
                // Whoever was erased cannot be called, and must not be.
                if contact.phone != .erased { return contact }
            }
            return nil
        }

        private mutating func nextFailed() async throws -> NewContact? {
            if page.isEmpty, !isOver {
                let found = try await list.store.contacts(
                    of: list.batch,
                    states: [.failed],
                    endReasons: list.reasons,
                    after: last,
                    limit: 500
                )
                page = found[...]
                last = found.last?.line ?? last
                isOver = found.isEmpty
            }
            guard var contact = page.popFirst()?.listed else { return nil }
            contact.scheduledFor = nil
            return contact
        }
    }
}
