package import Calls
package import FoundationEssentials
package import Telephony

/// A node's claim on a call. Every statement about a held call names it, so that a node which lost its claim changes nothing.
package struct Lease: Sendable, Hashable {
    package let call: Call.ID
    package let node: UUID
    /// Counts the claims on this call: a later one always has a higher epoch.
    package let epoch: Int64

    package init(call: Call.ID, node: UUID, epoch: Int64) {
        self.call = call
        self.node = node
        self.epoch = epoch
    }
}

/// The call is not, or no longer, where the writer believes: another node may hold it.
package struct LeaseLost: Error {
    package init() {}
}

/// What one move of a call stores, all of it or nothing.
package struct CallChange: Sendable {
    /// The call as it now is. Its results are stored once it has an ending.
    package var call: Call
    package var events: [CallEvent] = []
    package var attempt: AttemptChange?
    /// Replaces what is stored of the transcript.
    package var transcript: [TranscriptEntry]?
    /// What the gate decided, if that moved it.
    package var decision: GateDecision?
    /// The file of the recording, if one was made.
    package var recording: String?
    /// The node gives the call up: nothing of it is left on the wire, or it goes back to the queue.
    package var isReleased = false

    package init(_ call: Call, events: [CallEvent] = []) {
        self.call = call
        self.events = events
    }
}

/// What changes in the dial ledger.
package struct AttemptChange: Sendable {
    package var id: Attempt.ID
    package var certainty: Attempt.Certainty
    /// Nil leaves what is stored.
    package var dialog: Dialog?
    /// When nothing of it was left on the wire.
    package var closedAt: Date?
    /// Every SIP message of the attempt. Empty leaves what is stored.
    package var trace: [SIPMessage] = []

    package init(
        id: Attempt.ID,
        certainty: Attempt.Certainty,
        dialog: Dialog? = nil,
        closedAt: Date? = nil,
        trace: [SIPMessage] = []
    ) {
        self.id = id
        self.certainty = certainty
        self.dialog = dialog
        self.closedAt = closedAt
        self.trace = trace
    }
}
