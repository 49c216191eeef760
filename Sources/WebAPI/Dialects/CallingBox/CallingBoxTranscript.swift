import Calls
import FoundationEssentials
import Hummingbird

/// What was said on a call, in the order in which it began.
struct CallingBoxTranscript: ResponseEncodable, Sendable {
    let callId: String
    let segments: [Segment]

    struct Segment: Encodable, Sendable {
        /// 0 for the first.
        let sequenceNo: Int
        /// `assistant` or `user`.
        let role: String
        let text: String
        let startedAt: String
        let endedAt: String
        let durationMs: Int
        /// Where the text comes from: `tts`, what was spoken; `asr`, what was recognised; `dtmf`, keys that were pressed.
        let source: String
    }

    init(_ entries: [TranscriptEntry], of call: Call) {
        callId = call.id.uuidText
        // Entries are timed from the answer.
        let answeredAt = call.lifecycle.answeredAt ?? call.createdAt
        func time(_ milliseconds: Int) -> String { Timestamp.text(answeredAt + Double(milliseconds) / 1000) }
        segments = entries.enumerated().map { place, entry in
            Segment(
                sequenceNo: place,
                role: entry.speaker == .agent ? "assistant" : "user",
                text: entry.text,
                startedAt: time(entry.start),
                endedAt: time(entry.end),
                durationMs: max(0, entry.end - entry.start),
                source: entry.speaker == .agent ? "tts" : entry.keyed ? "dtmf" : "asr"
            )
        }
    }
}
