package import Calls
import FoundationEssentials
import Storage

extension BatchControl {
    /// How many contacts are stored at once: other writes get their turn in between.
    private static let chunk = 500
    /// How many contacts can be added at once, because all of them are stored in one transaction.
    private static let additionLimit = 10_000

    /// What was answered under `key` within a day. Nil if there is no such answer. Throws `Refusal.idempotencyKeyReused`.
    package func reply(to key: CallControl.IdempotencyKey, project: Project.ID) async throws -> BatchAnswer? {
        let since = now - CallControl.IdempotencyKey.keptFor
        let reply = try await store.reply(to: key.name, since: since, project: project)
        return try reply.flatMap { try answer($0, key) }
    }

    /// Makes a batch of everything that `contacts` yields, and sets it going: all of them are stored, or nothing is.
    ///
    /// They are stored as they come, out of sight, so that memory holds a few hundred of however many there are. A second contact with the
    /// number of an earlier one is skipped, unless the settings allow duplicates. Throws what the list throws, and
    /// `Refusal.invalid` for a contact none of whose calls could be placed; its field names the contact as `contacts[line]`.
    @discardableResult
    package func make<Contacts: AsyncSequence & Sendable>(
        _ new: NewBatch,
        contacts: Contacts,
        project: Project.ID
    ) async throws -> Batch where Contacts.Element == NewContact {
        let (batch, _) = try await make(new, contacts: contacts, project: project, reply: { _ in nil })
        return batch
    }

    /// The same, once for each key: repeated within a day, a request is answered as it was the first time. `answer` words that for a new
    /// batch; it is stored with it.
    package func make<Contacts: AsyncSequence & Sendable>(
        _ new: NewBatch,
        contacts: Contacts,
        under key: CallControl.IdempotencyKey,
        project: Project.ID,
        answer: (BatchProgress) throws -> (status: Int, body: String)
    ) async throws -> BatchAnswer where Contacts.Element == NewContact {
        if let earlier = try await reply(to: key, project: project) { return earlier }
        let (_, given) = try await make(new, contacts: contacts, project: project) { progress in
            let (status, body) = try answer(progress)
            return BatchReply(
                key: key.name,
                fingerprint: key.fingerprint,
                batch: progress.batch.id,
                status: status,
                body: body
            )
        }
        guard let (reply, isRepeated) = given else { throw Refusal.overloaded }
        if isRepeated {
            guard let earlier = try self.answer(reply, key) else { throw Refusal.idempotencyKeyReused }
            return earlier
        }
        return BatchAnswer(batch: reply.batch, status: reply.status, body: reply.body, isRepeated: false)
    }

    private func answer(_ reply: BatchReply, _ key: CallControl.IdempotencyKey) throws -> BatchAnswer? {
        guard try key.isAnswered(byThatOf: reply.fingerprint) else { return nil }
        return BatchAnswer(batch: reply.batch, status: reply.status, body: reply.body, isRepeated: true)
    }

    private func make<Contacts: AsyncSequence & Sendable>(
        _ new: NewBatch,
        contacts: Contacts,
        project: Project.ID,
        reply: (BatchProgress) throws -> BatchReply?
    ) async throws -> (batch: Batch, reply: (BatchReply, isRepeated: Bool)?) where Contacts.Element == NewContact {
        guard !calls.dispatcher.isDraining else { throw Refusal.draining }
        guard let (agent, _) = try await agents.agent(new.agent, project: project) else {
            throw Refusal.unknownAgent(new.agent)
        }
        let begun = now
        let check = BatchCheck(placement: placement(at: begun), now: begun)
        try check.batch(new, agent: agent)
        var batch = Batch(
            id: Batch.ID(bornAt: begun),
            project: project,
            name: new.name,
            mode: new.mode,
            door: new.door,
            key: new.key,
            settings: new.settings,
            status: .importing,
            createdAt: begun,
            redialOf: new.redialOf,
            attributes: new.attributes
        )
        batch.settings.agent = agent.id
        batch.columns = new.columns
        do {
            try await store.beginImport(of: batch)
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
        do {
            let counts = try await add(contacts, to: batch, agent, check)
            let since = now - CallControl.IdempotencyKey.keptFor
            batch = started(batch, isPaused: new.isPaused)
            let reply = try reply(BatchProgress(batch: batch, counts: counts))
            if let earlier = try await store.finishImport(of: batch, reply: reply, since: since, at: now) {
                try await discard(batch.id)
                return (batch, (earlier, true))
            }
            floor.feed.signalBatch(of: project)
            return (batch, reply.map { ($0, false) })
        } catch {
            try await discard(batch.id)
            throw error
        }
    }

    private func add<Contacts: AsyncSequence & Sendable>(
        _ contacts: Contacts,
        to batch: Batch,
        _ agent: Agent,
        _ check: BatchCheck
    ) async throws -> BatchCounts where Contacts.Element == NewContact {
        var counts = BatchCounts()
        var seen: [PhoneNumber: Int] = [:]
        var chunk: [ListedContact] = []
        let required = check.required(by: agent, batch.settings)
        for try await contact in contacts {
            try check.contact(contact, name: "contacts[\(contact.line)]", required: required)
            let earlier = batch.settings.allowsDuplicates ? nil : seen[contact.phone]
            if earlier == nil { seen[contact.phone] = contact.line }
            chunk.append(ListedContact(contact, skipped: earlier.map(Self.duplicate)))
            if earlier == nil { counts.queued += 1 } else { counts.skipped += 1 }
            guard chunk.count >= Self.chunk else { continue }
            try await store.add(chunk, to: batch.id, at: now)
            chunk.removeAll(keepingCapacity: true)
        }
        guard counts.queued > 0 else {
            throw Refusal.invalid(field: "contacts", message: "There is nobody to call")
        }
        try await store.add(chunk, to: batch.id, at: now)
        return counts
    }

    private static func duplicate(of line: Int) -> String { "The number stands on line \(line) already" }

    private func started(_ batch: Batch, isPaused: Bool) -> Batch {
        var batch = batch
        let now = now
        if isPaused {
            batch.status = .paused
            batch.reason = BatchReason(.byRequest, "Not started yet")
        } else if let start = batch.settings.startAt, start > now {
            batch.status = .scheduled
        } else {
            batch.status = .running
            batch.startedAt = now
            batch.runningSince = now
        }
        return batch
    }

    private func placement(at now: Date) -> PlacementCheck {
        PlacementCheck(configuration: floor.configuration, addressGuard: calls.addressGuard, now: now)
    }

    /// What a process that dies here leaves, nobody sees, and the next start removes.
    private func discard(_ batch: Batch.ID) async throws {
        try await Self.discard(batch, store)
    }

    static func discard(_ batch: Batch.ID, _ store: BatchStore) async throws {
        while try await store.discardSome(of: batch) {}
    }
}

extension BatchControl {
    /// Adds contacts to a batch that is not over, all of them or none. Their lines follow its last; the numbers it has already are
    /// skipped, unless its settings allow duplicates. Returns how it then is. Throws `Refusal.batchStatus` if it is over.
    package func add(_ contacts: [NewContact], to id: Batch.ID, project: Project.ID) async throws -> BatchProgress {
        guard contacts.count <= Self.additionLimit else {
            throw Refusal.invalid(field: "contacts", message: "At most \(Self.additionLimit) can be added at once")
        }
        let batch = try await batch(id, project: project)
        guard let (agent, _) = try await agents.agent(batch.settings.agent.description, project: project) else {
            throw Refusal.unknownAgent(batch.settings.agent.description)
        }
        let check = BatchCheck(placement: placement(at: now), now: now)
        var listed: [ListedContact] = []
        var seen = batch.settings.allowsDuplicates ? [:] : try await known(contacts, in: batch.id)
        let required = check.required(by: agent, batch.settings)
        for contact in contacts {
            try check.contact(contact, name: "contacts[\(contact.line)]", required: required)
            let earlier = seen[contact.phone]
            listed.append(ListedContact(contact, skipped: earlier.map { $0 ?? "The number is added twice" }))
            if !batch.settings.allowsDuplicates, earlier == nil { seen[contact.phone] = .some(nil) }
        }
        guard !listed.isEmpty else { throw Refusal.invalid(field: "contacts", message: "There is nobody to call") }
        guard try await store.append(listed, to: batch.id, at: now) != nil else {
            throw Refusal.batchStatus(try await self.batch(id, project: project).status)
        }
        floor.feed.wakeBatches()
        return try await progress(id, project: project)
    }

    /// Why each of `contacts` that the batch has already is skipped.
    private func known(_ contacts: [NewContact], in batch: Batch.ID) async throws -> [PhoneNumber: String?] {
        var known: [PhoneNumber: String?] = [:]
        var rest = contacts.map(\.phone)[...]
        while !rest.isEmpty {
            for (phone, line) in try await store.lines(of: Array(rest.prefix(Self.chunk)), in: batch) {
                known[phone] = Self.duplicate(of: line)
            }
            rest = rest.dropFirst(Self.chunk)
        }
        return known
    }
}
