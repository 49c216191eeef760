import Calls
import FoundationEssentials
import Hummingbird

/// A call as Telzino writes it: the page “Get Outbound Call”. Every member is always there.
struct TelzinoCall: ResponseEncodable, Sendable {
    let id: String
    let agentId: String
    let toNumber: String
    let status: TelzinoStatus
    @Nullable var callContext: String?
    @Nullable var requestMetadata: VerbatimJSON?
    @Nullable var callbackUrl: String?
    @Nullable var callbackDelivered: Bool?
    @Nullable var transcriptId: String?
    @Nullable var summaryText: String?
    @Nullable var error: String?
    @Nullable var sipStatusCode: Int?
    let createdAt: String
    @Nullable var answeredAt: String?
    @Nullable var endedAt: String?
    @Nullable var duration: Int?

    /// `callbackDelivered` is whether the receiver took the result; nil while that is not known, and if there is none.
    init(_ call: Call, callbackDelivered: Bool?) {
        let result = TelzinoResult(call)
        id = call.id.uuidText
        agentId = call.agent.id.uuidText
        toNumber = call.request.destination.description
        status = result.status
        if call.request.instructions?.mode == .append { callContext = call.request.instructions?.text }
        requestMetadata = call.request.metadata.map(VerbatimJSON.init)
        callbackUrl = call.request.callbackURL
        self.callbackDelivered = callbackDelivered
        transcriptId = result.transcriptID
        summaryText = result.summary
        error = result.error
        sipStatusCode = result.sipStatusCode
        createdAt = TelzinoTimestamp.text(call.createdAt)
        answeredAt = result.answeredAt
        endedAt = result.endedAt
        duration = result.duration
    }
}

/// What the record of a call and its webhook both tell of it.
struct TelzinoResult: Sendable {
    let status: TelzinoStatus
    let answeredAt: String?
    let endedAt: String?
    /// Whole seconds from answer to hang-up, the last one not counted unless it is full.
    let duration: Int?
    /// Nil until the call is over, and if nobody answered.
    let summary: String?
    /// The id of the call's row in the call logs. Nil until the call is over, and if nobody answered.
    let transcriptID: String?
    let error: String?
    let sipStatusCode: Int?

    init(_ call: Call) {
        answeredAt = call.lifecycle.answeredAt.map(TelzinoTimestamp.text)
        status = TelzinoStatus(call.lifecycle.status)
        guard case .ended(let ending) = call.lifecycle.state else {
            (endedAt, duration, summary, transcriptID, error, sipStatusCode) = (nil, nil, nil, nil, nil, nil)
            return
        }
        let end = TelzinoEnding(ending.reason, transport: call.transport, blockedBy: call.blockedBy)
        endedAt = TelzinoTimestamp.text(ending.at)
        duration = ending.answeredAt.map { Int((ending.at.microseconds - $0.microseconds) / 1_000_000) }
        summary = ending.answeredAt == nil ? nil : call.summary.map(TelzinoSummary.text)
        transcriptID = ending.answeredAt == nil ? nil : call.id.uuidText
        error = end.error
        sipStatusCode = end.sipStatusCode
    }
}

/// What the maker of a call is answered.
struct TelzinoPlaced: Encodable, Sendable {
    let id: String
    let status = TelzinoStatus.queued
    let roomName: String
    let createdAt: String

    init(_ call: Call) {
        id = call.id.uuidText
        roomName = call.telzinoRoom
        createdAt = TelzinoTimestamp.text(call.createdAt)
    }

    private enum CodingKeys: CodingKey {
        case id, status, roomName, createdAt
    }
}

/// Times in calls and their webhooks: microseconds, and the zone in digits.
enum TelzinoTimestamp {
    /// `2026-06-11T12:50:03.843960+00:00`
    static func text(_ date: Date) -> String {
        Timestamp.text(date).dropLast() + "+00:00"
    }
}

extension Call {
    /// The vendor's name for the meeting of agent and callee.
    var telzinoRoom: String { "agent-\(agent.id.uuidText)-out-\(id.uuidText)" }
}
