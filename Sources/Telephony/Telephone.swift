package import Calls

/// The way out to the telephone network.
package protocol Telephone: Sendable {
    /// What the INVITE of `request` will be called, to be stored in its attempt before `dial`: if this process dies at any moment from then
    /// on, `takeDown` finds the line. Nil if the trunk is unknown.
    func dialog(for request: DialRequest) -> Dialog?

    /// Sends the INVITE. When this returns, it may have left; when it throws, it has not.
    func dial(_ request: DialRequest) async throws(DialError) -> any OutgoingLeg

    /// Takes down a dialog that an earlier process left up: a BYE if it was answered, a CANCEL if not, and a BYE for an answer that crosses it.
    /// True once the far end confirmed; false if it gave no answer within 4 s, or the task was canceled.
    func takeDown(_ dialog: Dialog) async -> Bool

    /// Makes whole what an earlier process recorded at `path` (a `DialRequest`'s) until it died. True if there is a recording there now.
    func recoverRecording(at path: String) -> Bool

    /// Asks a trunk whether it is there (OPTIONS, RFC 3261 section 11), within 4 s.
    func probe(trunk: String) async -> TrunkHealth
}

/// What a dial needs to know.
package struct DialRequest: Sendable {
    /// Becomes the SIP Call-ID, so that the attempt is provable on the wire.
    package var attempt: Attempt
    package var destination: PhoneNumber
    package var callerID: PhoneNumber
    package var callerName: String?
    /// Name of the trunk in the configuration.
    package var trunk: String
    /// How long it may ring before it is canceled.
    package var ringTimeout: Duration
    /// How long an answered line may last before it is hung up, whatever the conversation does.
    package var maxDuration: Duration
    /// Where the stereo recording goes. Nil: none is made.
    package var recordingPath: String?
    /// How many of the RTP packets are to be lost on purpose, in either direction.
    package var lossPercent = 0.0

    package init(
        attempt: Attempt,
        destination: PhoneNumber,
        callerID: PhoneNumber,
        callerName: String? = nil,
        trunk: String,
        ringTimeout: Duration,
        maxDuration: Duration,
        recordingPath: String?
    ) {
        self.attempt = attempt
        self.destination = destination
        self.callerID = callerID
        self.callerName = callerName
        self.trunk = trunk
        self.ringTimeout = ringTimeout
        self.maxDuration = maxDuration
        self.recordingPath = recordingPath
    }
}

/// Why no INVITE left.
package enum DialError: Error, Hashable {
    case unknownTrunk(String)
    /// No free RTP port, or the sockets could not be opened.
    case noMediaPort(String)
    case stackStopped
    /// A part of the request cannot be written into a SIP header.
    case unwritable(String)
}

/// The state of a trunk, as OPTIONS found it.
package struct TrunkHealth: Sendable, Hashable {
    package enum Hop: String, Sendable, Hashable {
        case answered
        case nameNotResolved = "name_not_resolved"
        case refused
        case noAnswer = "no_answer"
        case unknownTrunk = "unknown_trunk"
    }

    package var hop: Hop
    /// The SIP status, where one came. Any status, even 4xx, proves that the trunk is there.
    package var sipStatus: Int?
    package var roundTrip: Duration?

    package init(hop: Hop, sipStatus: Int? = nil, roundTrip: Duration? = nil) {
        self.hop = hop
        self.sipStatus = sipStatus
        self.roundTrip = roundTrip
    }
}
