import Calls
import FoundationEssentials

/// A call with the members of all the vendor's generations of pages: the same value under each name.
struct TruedyCall: Encodable, Sendable {
    let call: Call
    /// Nil until the call is over, and where none is kept.
    let transcript: [TruedyTranscriptEntry]?
    /// Opens without a key for a while. Nil if there is no recording.
    let recordingURL: String?
    /// Where the transcript is read with a key.
    let transcriptURL: String

    /// Good under every host name of the server.
    static func transcriptPath(of call: Call.ID) -> String {
        "\(ServedDoor.truedy.path)/api/public/v1/calls/\(call)/transcript"
    }

    /// Whether what was said on `call` is there to be shown: somebody answered, it is over, and it was to be kept.
    static func hasTranscript(_ call: Call) -> Bool {
        call.lifecycle.status.isFinal && call.lifecycle.answeredAt != nil && call.request.transcribe
    }

    private enum Key: String, CodingKey {
        case id, status, direction
        case agentID = "agent_id"
        case phoneNumber = "phone_number"
        case to
        case toNumber = "to_number"
        case fromNumber = "from_number"
        case from
        case durationSeconds = "duration_seconds"
        case transcript
        case transcriptURL = "transcript_url"
        case recordingURL = "recording_url"
        case outcome, summary, variables, metadata
        case failureReason = "failure_reason"
        case costCredits = "cost_credits"
        case createdAt = "created_at"
        case startedAt = "started_at"
        case endedAt = "ended_at"
        case completedAt = "completed_at"
        case updatedAt = "updated_at"
    }

    func encode(to encoder: any Encoder) throws {
        let status = TruedyStatus(call.lifecycle.status)
        let isOver = call.lifecycle.status.isFinal
        let answeredAt = call.lifecycle.answeredAt
        let endedAt = isOver ? call.lifecycle.ending?.at : nil
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(call.id.description, forKey: .id)
        try members.encode(status, forKey: .status)
        try members.encode("outbound", forKey: .direction)
        try members.encode(call.agent.id.description, forKey: .agentID)
        for key in [Key.phoneNumber, .to, .toNumber] { try members.encode(call.request.destination, forKey: key) }
        for key in [Key.fromNumber, .from] { try members.encode(call.callerID, forKey: key) }
        try members.encode(status == .ended ? call.duration : nil, forKey: .durationSeconds)
        try members.encode(transcript, forKey: .transcript)
        try members.encode(transcriptURL, forKey: .transcriptURL)
        try members.encode(recordingURL, forKey: .recordingURL)
        try members.encode(isOver ? outcome : nil, forKey: .outcome)
        try members.encode(call.summary, forKey: .summary)
        try members.encode(call.request.attributes["variables"] ?? .object(call.request.variables), forKey: .variables)
        try members.encode(call.request.metadata.map(VerbatimJSON.init) ?? VerbatimJSON(text: "{}"), forKey: .metadata)
        try members.encode(status == .failed ? call.lifecycle.ending?.reason : nil, forKey: .failureReason)
        try members.encode(isOver ? credits : nil, forKey: .costCredits)
        try members.encode(TruedyTime.text(call.createdAt), forKey: .createdAt)
        try members.encode(answeredAt.map(TruedyTime.text), forKey: .startedAt)
        for key in [Key.endedAt, .completedAt] { try members.encode(endedAt.map(TruedyTime.text), forKey: key) }
        try members.encode(TruedyTime.text(endedAt ?? answeredAt ?? call.createdAt), forKey: .updatedAt)
    }

    /// A whole number on the vendor's pages: here a credit is a cent, and a begun one counts.
    private var credits: Int64 { (call.cost.milliCents + 999) / 1000 }

    /// In one word: whether it did what it was for, or why it could not.
    private var outcome: String {
        switch call.lifecycle.status {
        case .completed: call.reached == .machine ? CallStatus.voicemail.rawValue : CallStatus.completed.rawValue
        case let status: status.rawValue
        }
    }
}

/// One thing said; `timestamp` in seconds since the answer.
struct TruedyTranscriptEntry: Encodable, Sendable {
    let speaker: String
    let text: String
    let timestamp: Double

    init(_ entry: TranscriptEntry) {
        speaker =
            switch entry.speaker {
            case .agent: "agent"
            case .callee: "contact"
            }
        text = entry.text
        timestamp = Double(entry.start) / 1000
    }
}
