import Calls
import FoundationEssentials

/// What was said on a call: the page “Call Logs”. Its id is the call's `transcript_id`.
struct TelzinoCallLog: Encodable, Sendable {
    let id: String
    let agentId: String
    let roomName: String
    /// A line for each entry: `[0.50s] agent: Hello.`
    let transcriptText: String
    let transcriptJson: [Entry]
    let entryCount: Int
    @Nullable var summaryText: String?
    /// Seconds.
    @Nullable var callDuration: Int?
    @Nullable var callStartedAt: String?
    @Nullable var callEndedAt: String?
    let createdAt: String
    let updatedAt: String
    let sessionData: Session
    /// Opens without a key, for an hour.
    @Nullable var recordingUrl: String?

    struct Entry: Encodable, Sendable {
        let text: String
        let speaker: Speaker
        /// Seconds since the answer.
        let timestamp: Double
        let isPartial = false
        /// Seconds since 1970.
        let createdAt: Double

        private enum CodingKeys: CodingKey {
            case text, speaker, timestamp, isPartial, createdAt
        }
    }

    enum Speaker: String, Encodable, Sendable {
        case agent
        case user

        init(_ speaker: TranscriptEntry.Speaker) {
            self =
                switch speaker {
                case .agent: .agent
                case .callee: .user
                }
        }
    }

    struct Session: Encodable, Sendable {
        let roomName: String
        let agentId: String
        let totalEntries: Int
        let finalEntries: Int
        /// The other party's number, which for an outbound call is the callee's.
        let callerId: String
    }

    /// `call` is over and was answered.
    init(_ call: Call, transcript: [TranscriptEntry], recordingURL: String?) {
        let result = TelzinoResult(call)
        let answeredAt = call.lifecycle.answeredAt ?? call.createdAt
        let endedAt = call.lifecycle.ending?.at ?? answeredAt
        // Who interrupts begins before the other has finished; the vendor's rows go by when somebody began.
        let entries = transcript.sorted { $0.start < $1.start }
        id = call.id.uuidText
        agentId = call.agent.id.uuidText
        roomName = call.telzinoRoom
        transcriptText = entries.map { entry in
            "[\(Self.seconds(entry.start))s] \(Speaker(entry.speaker).rawValue): \(entry.text)"
        }.joined(separator: "\n")
        transcriptJson = entries.map { entry in
            Entry(
                text: entry.text,
                speaker: Speaker(entry.speaker),
                timestamp: Double(entry.start) / 1000,
                createdAt: Double((answeredAt.microseconds + Int64(entry.start) * 1000) / 1000) / 1000
            )
        }
        entryCount = entries.count
        summaryText = result.summary
        callDuration = result.duration
        callStartedAt = Timestamp.milliseconds(answeredAt)
        callEndedAt = Timestamp.milliseconds(endedAt)
        createdAt = Timestamp.milliseconds(endedAt)
        updatedAt = Timestamp.milliseconds(endedAt)
        sessionData = Session(
            roomName: call.telzinoRoom,
            agentId: call.agent.id.uuidText,
            totalEntries: entries.count,
            finalEntries: entries.count,
            callerId: call.request.destination.description
        )
        recordingUrl = recordingURL
    }

    /// Two decimals: `3.20`.
    private static func seconds(_ milliseconds: Int) -> String {
        let hundredths = (milliseconds + 5) / 10
        return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst())"
    }
}
