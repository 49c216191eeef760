package import Calls

/// What a door asks for when it makes a batch: everything but the contacts.
package struct NewBatch: Sendable {
    package var name: String
    /// An id or a slug.
    package var agent: String
    package var mode: CallMode
    package var door = CallRequest.nativeDoor
    package var key: APIKey.ID?
    /// Its agent is filled in when the batch is made.
    package var settings: BatchSettings
    /// Made, and left standing until somebody resumes it.
    package var isPaused = false
    package var redialOf: Batch.ID?
    package var attributes: [String: JSONValue] = [:]
    /// Of the list that it is made from. Empty unless that is a file.
    package var columns: [String] = []

    package init(name: String, agent: String, mode: CallMode, settings: BatchSettings) {
        self.name = name
        self.agent = agent
        self.mode = mode
        self.settings = settings
    }
}

/// A batch with its counts at one moment.
package struct BatchProgress: Sendable {
    package var batch: Batch
    package var counts: BatchCounts

    package init(batch: Batch, counts: BatchCounts) {
        self.batch = batch
        self.counts = counts
    }
}

/// What the maker of a batch is answered.
package struct BatchAnswer: Sendable, Hashable {
    package var batch: Batch.ID
    /// Of HTTP.
    package var status: Int
    package var body: String
    /// It was answered before, and no batch was made now.
    package var isRepeated: Bool

    package init(batch: Batch.ID, status: Int, body: String, isRepeated: Bool) {
        self.batch = batch
        self.status = status
        self.body = body
        self.isRepeated = isRepeated
    }
}
