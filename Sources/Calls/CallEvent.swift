package import FoundationEssentials

/// One line of a call's history, in the outbox that webhooks, live feeds and audits read.
package struct CallEvent: Sendable, Hashable, Codable, Identified {
    package typealias ID = Identifier<CallEvent>
    package static let identifierPrefix = "evt"

    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The status changed; `data.status` says to what.
        case status = "call.status"
        /// It became clear, or clearer, who or what answered.
        case answeredBy = "call.answered_by"
        /// Somebody said something: one transcript entry.
        case said = "call.said"
        /// Music plays in the callee's place; how long it did is in what was said.
        case onHold = "call.on_hold"
        /// The agent's language model used a tool.
        case toolUsed = "call.tool"
        /// The agent tried to hand the callee over; `data.result` says what became of it.
        case transferred = "call.transfer"
        /// The call is over and everything about it is there.
        case ended = "call.ended"
    }

    package let id: ID
    /// Order of commit, over all calls and batches: the cursor of `GET /v1/events?after=`. 0 until stored.
    package var sequence: Int64
    package let call: Call.ID
    package let project: Project.ID
    package let kind: Kind
    package let at: Date
    package let data: JSONValue

    package init(
        id: ID,
        sequence: Int64 = 0,
        call: Call.ID,
        project: Project.ID,
        kind: Kind,
        at: Date,
        data: JSONValue
    ) {
        self.id = id
        self.sequence = sequence
        self.call = call
        self.project = project
        self.kind = kind
        self.at = at
        self.data = data
    }
}
