import Calls
import Engine
import FoundationEssentials
import Telephony

/// A page of calls, newest first. `nextBefore` goes into `before` of the next request, `nextAfter` into `after` when pages are turned
/// towards the newer ones; `null` on the last page.
struct NativePage: Encodable, Sendable {
    let data: [NativeCall]
    let hasMore: Bool
    @Nullable var nextBefore: String?
    @Nullable var nextAfter: String?

    /// `query` is what was asked: its cursor tells in which direction pages are turned.
    init(_ page: CallPage, turning query: Query) {
        data = page.calls.map { NativeCall($0, certainty: page.certainty(of: $0)) }
        hasMore = page.hasMore
        let isNewer = query["after"] != nil
        nextBefore = page.hasMore && !isNewer ? page.calls.last?.id.description : nil
        nextAfter = page.hasMore && isNewer ? page.calls.first?.id.description : nil
    }
}

/// One thing said.
struct NativeTranscriptEntry: Encodable, Sendable {
    let speaker: TranscriptEntry.Speaker
    /// What was heard; for the agent, up to where it was interrupted.
    let text: String
    /// What the agent was going to say; `null` for the callee.
    @Nullable var generated: String?
    /// Ms since the answer, which is where the recording begins.
    let startMs: Int
    let endMs: Int
    @Nullable var step: String?
    @Nullable var intent: String?
    let keyed: Bool

    init(_ entry: TranscriptEntry) {
        speaker = entry.speaker
        text = entry.text
        generated = entry.generated
        startMs = entry.start
        endMs = entry.end
        step = entry.step
        intent = entry.intent
        keyed = entry.keyed
    }
}

/// One line of the dial ledger.
struct NativeAttempt: Encodable, Sendable {
    let id: String
    let number: Int
    let dialCertainty: Attempt.Certainty
    let sipCallId: String
    let createdAt: String
    @Nullable var trunk: String?

    init(_ attempt: Attempt) {
        id = attempt.id.description
        number = attempt.number
        dialCertainty = attempt.certainty
        sipCallId = attempt.sipCallID
        createdAt = Timestamp.text(attempt.createdAt)
        trunk = attempt.dialog?.trunk
    }
}

/// One SIP message as it was on the wire, credentials masked.
struct NativeSIPMessage: Encodable, Sendable {
    let at: String
    let sent: Bool
    let peer: String
    let text: String

    init(_ message: SIPMessage) {
        at = Timestamp.text(Date(microseconds: message.at))
        sent = message.sent
        peer = message.peer
        text = message.text
    }
}
