import Calls
import FoundationEssentials

/// A call as a session.
struct AitelierSession: Encodable, Sendable {
    let id: String
    let sessionId: String
    let direction = "outbound"
    let scenario: String
    let phone: String
    let status: AitelierStatus
    @Nullable var endState: AitelierEndState?
    @Nullable var failureReason: String?
    @Nullable var outcome: CallOutcome?
    let metadata: VerbatimJSON
    let slots: [String: JSONValue]
    @Nullable var scheduledFor: String?
    let createdAt: String
    @Nullable var connectedAt: String?
    @Nullable var endedAt: String?
    @Nullable var durationSeconds: Int?
    /// In whole currency units.
    let cost: String
    /// Left out for keys that may not read what was said.
    var transcript: [Turn]?
    var recordingUrl: String?

    struct Turn: Encodable, Sendable {
        let speaker: String
        let text: String
        let at: String

        /// `start` is when the call was answered.
        init(_ entry: TranscriptEntry, since start: Date) {
            speaker =
                switch entry.speaker {
                case .agent: "agent"
                case .callee: "user"
                }
            text = entry.text
            at = Timestamp.text(start + Double(entry.start) / 1000)
        }
    }

    init(_ call: Call) {
        id = Self.id(of: call.id)
        sessionId = Self.id(of: call.id)
        scenario = call.agent.slug
        phone = call.request.destination.description
        status = AitelierStatus(call)
        let endState = call.aitelierEndState
        failureReason = call.aitelierFailureReason
        outcome = endState == .completed ? call.outcome : nil
        self.endState = endState
        metadata = VerbatimJSON(text: call.request.metadata ?? "{}")
        slots = call.fields
        scheduledFor = call.request.scheduledFor.map(Timestamp.text)
        createdAt = Timestamp.text(call.createdAt)
        connectedAt = call.lifecycle.answeredAt.map(Timestamp.text)
        let isOver = call.lifecycle.status.isFinal
        endedAt = isOver ? (call.lifecycle.ending?.at).map(Timestamp.text) : nil
        durationSeconds = isOver ? call.duration : nil
        cost = call.cost.description
    }

    /// Where what was said is read, with a key that may.
    static func transcriptPath(of call: Call.ID) -> String {
        "\(ServedDoor.aitelier.path)/v1/sessions/\(id(of: call))/transcript"
    }

    private static let prefix = "ses"

    /// `ses_…`: the call's identifier with the vendor's kind of prefix.
    static func id(of call: Call.ID) -> String {
        prefix + call.description.dropFirst(Call.identifierPrefix.count)
    }

    static func call(_ id: String) -> Call.ID? {
        guard id.hasPrefix(prefix + "_") else { return Call.ID(id) }
        return Call.ID(Call.identifierPrefix + id.dropFirst(prefix.count))
    }
}

/// What triggering a call answers.
struct AitelierTriggered: Encodable, Sendable {
    let id: String
    let sessionId: String
    let status: AitelierStatus
    let scenario: String
    let phone: String
    let metadata: VerbatimJSON
    @Nullable var scheduledFor: String?
    let createdAt: String

    init(_ call: Call) {
        let session = AitelierSession(call)
        id = session.id
        sessionId = session.id
        status = session.status
        scenario = session.scenario
        phone = session.phone
        metadata = session.metadata
        scheduledFor = session.scheduledFor
        createdAt = session.createdAt
    }
}
