package import FoundationEssentials

/// One try to reach the callee: a line of the dial ledger, committed before its INVITE leaves.
package struct Attempt: Sendable, Hashable, Identified {
    package typealias ID = Identifier<Attempt>
    package static let identifierPrefix = "att"

    /// Whether an INVITE can have left.
    package enum Certainty: String, Sendable, Hashable, Codable {
        /// It cannot.
        case notSent = "not_sent"
        /// It was handed to the network.
        case sent
        /// The process died with the attempt committed: it may have.
        case unknown
    }

    package let id: ID
    package let call: Call.ID
    /// 1 for the first.
    package let number: Int
    package var certainty: Certainty
    package let createdAt: Date
    /// Enough to take the line down from another process. Nil if no INVITE can leave.
    package var dialog: Dialog?

    package init(
        id: ID,
        call: Call.ID,
        number: Int,
        certainty: Certainty,
        createdAt: Date,
        dialog: Dialog? = nil
    ) {
        self.id = id
        self.call = call
        self.number = number
        self.certainty = certainty
        self.createdAt = createdAt
        self.dialog = dialog
    }

    /// The SIP Call-ID of this attempt's INVITE. Derived, so that the network itself can prove how often it was sent.
    package var sipCallID: String { "\(id)@trunkline" }
}

/// A SIP dialog by name (RFC 3261 section 12): what a BYE or CANCEL from a process that did not start it needs.
package struct Dialog: Sendable, Hashable, Codable {
    package var callID: String
    package var localURI: String
    package var localTag: String
    package var remoteURI: String
    /// Nil before the far end answered: only a CANCEL can be sent then.
    package var remoteTag: String?
    /// The far end's Contact once answered, the request URI before.
    package var target: String
    package var routes: [String]
    /// The CSeq number of the INVITE; a BYE takes the next one.
    package var sequence: UInt32
    /// The topmost Via of the INVITE with its branch, which a CANCEL must repeat (RFC 3261 section 9.1).
    package var via: String?
    /// Which trunk carries it.
    package var trunk: String

    package init(
        callID: String,
        localURI: String,
        localTag: String,
        remoteURI: String,
        remoteTag: String?,
        target: String,
        routes: [String],
        sequence: UInt32,
        via: String?,
        trunk: String
    ) {
        self.callID = callID
        self.localURI = localURI
        self.localTag = localTag
        self.remoteURI = remoteURI
        self.remoteTag = remoteTag
        self.target = target
        self.routes = routes
        self.sequence = sequence
        self.via = via
        self.trunk = trunk
    }
}
