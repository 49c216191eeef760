package import FoundationEssentials

/// One line of a batch's history. It shares the outbox's numbers with the events of calls.
package struct BatchEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// All of its contacts were read, and it is on its way.
        case created = "batch.created"
        /// The status changed; `data.status` says to what, `data.reason` why if there is a reason.
        case status = "batch.status"
        /// Nothing of it is left to do.
        case ended = "batch.ended"
    }

    package let id: CallEvent.ID
    /// Order of commit, over all calls and batches. 0 until stored.
    package var sequence: Int64
    package let batch: Batch.ID
    package let project: Project.ID
    package let kind: Kind
    package let at: Date
    package let data: JSONValue

    package init(
        id: CallEvent.ID,
        sequence: Int64 = 0,
        batch: Batch.ID,
        project: Project.ID,
        kind: Kind,
        at: Date,
        data: JSONValue
    ) {
        self.id = id
        self.sequence = sequence
        self.batch = batch
        self.project = project
        self.kind = kind
        self.at = at
        self.data = data
    }

    /// That `batch` now is as it is.
    package init(_ kind: Kind, _ batch: Batch, at now: Date) {
        var data: [String: JSONValue] = ["status": .string(batch.status.rawValue), "name": .string(batch.name)]
        if let reason = batch.reason {
            data["reason"] = .string(reason.kind.rawValue)
            data["reason_text"] = .string(reason.words)
        }
        self.init(
            id: CallEvent.ID(bornAt: now),
            batch: batch.id,
            project: batch.project,
            kind: kind,
            at: now,
            data: .object(data)
        )
    }
}
