package import FoundationEssentials

/// Somebody a batch is to call, as a list names them.
package struct NewContact: Sendable, Hashable {
    /// The place in the list: the line of a file, or the place of a row. Unique in its batch.
    package var line: Int
    package var phone: PhoneNumber
    /// Fills the agent's `{{variables}}`.
    package var variables: [String: JSONValue]
    /// JSON text as received, echoed byte for byte. Nil: the variables are the metadata too.
    package var metadata: String?
    /// Where the callee's clock is: an IANA name. Nil: from the number.
    package var timeZone: String?
    /// Not to be called before.
    package var scheduledFor: Date?
    /// Higher ones are dialed first. -100 to 100.
    package var priority: Int
    /// What stands in the columns of the list (`Batch.columns`), as it was written there. Nil if it did not come from a file.
    package var cells: [String]?

    package init(
        line: Int,
        phone: PhoneNumber,
        variables: [String: JSONValue] = [:],
        metadata: String? = nil,
        timeZone: String? = nil,
        scheduledFor: Date? = nil,
        priority: Int = 0
    ) {
        self.line = line
        self.phone = phone
        self.variables = variables
        self.metadata = metadata
        self.timeZone = timeZone
        self.scheduledFor = scheduledFor
        self.priority = priority
    }
}

/// A contact of a batch, and how far it came.
package struct Contact: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// To be called as soon as it is its turn.
        case ready
        /// Not to be called before `dueAt`.
        case waiting
        /// One of its calls is not over.
        case calling
        /// Its last call was a conversation.
        case completed
        /// Its last call was none, and there will be no more.
        case failed
        /// It was not called, and will not be; `note` says why.
        case skipped
        /// The batch, or its call, was canceled before anybody was reached.
        case canceled

        /// Whether nothing can follow.
        package var isFinal: Bool {
            switch self {
            case .ready, .waiting, .calling: false
            case .completed, .failed, .skipped, .canceled: true
            }
        }
    }

    package let batch: Batch.ID
    package let listed: NewContact
    package var state: State
    /// When its turn may come at the earliest.
    package var dueAt: Date
    /// How many calls were placed for it, those included that were withdrawn before they were dialed.
    package var calls: Int
    /// The newest of them.
    package var call: Call.ID?
    /// Why the newest call that was dialed ended. Nil until one did.
    package var endReason: EndReason?
    package var goal: Goal?
    /// Why it waits or was skipped, in plain words.
    package var note: String?

    package init(
        batch: Batch.ID,
        listed: NewContact,
        state: State,
        dueAt: Date,
        calls: Int = 0,
        call: Call.ID? = nil,
        endReason: EndReason? = nil,
        goal: Goal? = nil,
        note: String? = nil
    ) {
        self.batch = batch
        self.listed = listed
        self.state = state
        self.dueAt = dueAt
        self.calls = calls
        self.call = call
        self.endReason = endReason
        self.goal = goal
        self.note = note
    }

    package var line: Int { listed.line }
}

/// Where a contact goes when one of its calls is over.
package struct ContactStep: Sendable, Hashable {
    package var state: Contact.State
    /// When it is called again. Nil unless it is.
    package var dueAt: Date?

    /// `isDialed`: somebody may have been rung by the call. `reasons` are why the contact's dialed calls ended, the oldest first, this one's
    /// included if it was dialed. `batch` is the status of the batch at this moment.
    package init(
        after ending: CallLifecycle.Ending,
        isDialed: Bool,
        reasons: [EndReason],
        retry: RetryPolicy,
        batch: BatchStatus
    ) {
        switch ending.reason {
        case .canceled where batch == .paused && !isDialed:
            // Withdrawn, because nothing is to be dialed now: its turn comes again.
            self.init(.ready, ending.at)
        case .canceled: self.init(.canceled)
        case .blocked, .expired: self.init(.skipped)
        case let reason:
            if batch != .stopping, !batch.isFinal, let next = retry.next(after: reasons, endedAt: ending.at) {
                self.init(.waiting, next)
            } else {
                self.init(reason.status == .completed ? .completed : .failed)
            }
        }
    }

    private init(_ state: Contact.State, _ dueAt: Date? = nil) {
        self.state = state
        self.dueAt = dueAt
    }
}
