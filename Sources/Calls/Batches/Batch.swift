package import FoundationEssentials

/// Many calls by one agent, made from a list of contacts at a pace that somebody chose.
///
/// A batch never dials by itself: it places calls, one after another, at the same counter at which single calls are placed.
package struct Batch: Sendable, Hashable, Identified {
    package typealias ID = Identifier<Batch>
    package static let identifierPrefix = "batch"

    /// Where a batch's calls stand in the queue: behind every single call, whose priority is -100 at the lowest.
    package static let queuePriority = -1000

    package let id: ID
    package let project: Project.ID
    package var name: String
    package let mode: CallMode
    /// The door it came through: its webhooks, and those of its calls, speak that door's language.
    package let door: String
    /// The key it came with. Nil: none.
    package let key: APIKey.ID?
    package var settings: BatchSettings
    package var status: BatchStatus
    /// Why it stands still, is being stopped, or was. Nil while nothing but its plan decides.
    package var reason: BatchReason?
    package let createdAt: Date
    /// When it first ran.
    package var startedAt: Date?
    /// Since when it has been running. What the circuit breaker looks at begins here: whoever resumes a batch gives it a new chance.
    package var runningSince: Date?
    package var endedAt: Date?
    /// The earliest moment of the next dial by its pace. Nil before the first.
    package var nextSlot: Date?
    /// Whose failed contacts these are. Nil unless it is a redial.
    package let redialOf: ID?
    /// What the door keeps for its client: stored and given back, read by nobody else.
    package var attributes: [String: JSONValue]
    /// The names of the columns of the list that it was made from, in their order. Empty if it did not come from a file.
    package var columns: [String] = []

    package init(
        id: ID,
        project: Project.ID,
        name: String,
        mode: CallMode,
        door: String = CallRequest.nativeDoor,
        key: APIKey.ID? = nil,
        settings: BatchSettings,
        status: BatchStatus,
        reason: BatchReason? = nil,
        createdAt: Date,
        startedAt: Date? = nil,
        runningSince: Date? = nil,
        endedAt: Date? = nil,
        nextSlot: Date? = nil,
        redialOf: ID? = nil,
        attributes: [String: JSONValue] = [:]
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.mode = mode
        self.door = door
        self.key = key
        self.settings = settings
        self.status = status
        self.reason = reason
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.runningSince = runningSince
        self.endedAt = endedAt
        self.nextSlot = nextSlot
        self.redialOf = redialOf
        self.attributes = attributes
    }
}

/// Where a batch is, in one word.
package enum BatchStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its contacts are being read. Nobody sees it yet, and it vanishes if they are not all read.
    case importing
    /// Waits for its start.
    case scheduled
    case running
    /// Nothing new is dialed until somebody resumes it.
    case paused
    /// Nothing new is dialed any more; calls under way end by themselves.
    case stopping
    case completed
    case canceled

    /// Whether nothing can follow.
    package var isFinal: Bool { self == .completed || self == .canceled }

    /// Whether there may be something to do for it.
    package static let active: [BatchStatus] = [.scheduled, .running, .paused, .stopping]
}

/// Why a batch was paused or stopped.
package struct BatchReason: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case byRequest = "by_request"
        /// Too many of the last calls failed.
        case circuitBreaker = "circuit_breaker"
        case deadline
        /// What it was to reach, or not to exceed, is reached.
        case stopCondition = "stop_condition"
        /// The balance does not cover the next call.
        case insufficientFunds = "insufficient_funds"
        /// A spend cap leaves no room for the next call.
        case spendCap = "spend_cap"
        /// Its agent or its caller IDs cannot place calls any more.
        case notCallable = "not_callable"
    }

    package var kind: Kind
    /// In plain words, for people.
    package var words: String

    package init(_ kind: Kind, _ words: String) {
        self.kind = kind
        self.words = words
    }
}

/// Which call of a batch a call is.
package struct BatchCall: Sendable, Hashable, Codable {
    package let batch: Batch.ID
    /// The contact's place in the batch.
    package let line: Int
    /// 1 for the contact's first call.
    package let attempt: Int

    package init(batch: Batch.ID, line: Int, attempt: Int) {
        self.batch = batch
        self.line = line
        self.attempt = attempt
    }
}
