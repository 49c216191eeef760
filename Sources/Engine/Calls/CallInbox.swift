import Calls
import Conversation
import Telephony

/// Everything that can happen to a live call, in the order in which it is dealt with.
enum Occurrence: Sendable {
    /// What was asked for before the call.
    case fetched(Result<[String: JSONValue], RequestFailure>)
    case dialed(any OutgoingLeg)
    case notDialed(DialError)
    case leg(LegEvent)
    /// The leg has nothing more to say.
    case legClosed
    case prepared(any PreparedConversation)
    case unprepared(any Error)
    case conversation(ConversationEvent)
    case conversed(ConversationRecord)
    case command(CallRun.Command)
    case leaseLost
    case deadline(Deadline)

    enum Deadline: Sendable {
        /// The conversation should have returned by now.
        case wrapUp
        /// It was told to stop, and has not.
        case abandonConversation
        /// The leg should have ended by now.
        case hangUp
        /// The goodbye that somebody asked for should be out by now.
        case goodbye
    }
}

/// Where a live call's occurrences come in. For one consumer.
struct CallInbox: Sendable {
    let occurrences: AsyncStream<Occurrence>
    private let continuation: AsyncStream<Occurrence>.Continuation

    init() {
        (occurrences, continuation) = AsyncStream.makeStream(of: Occurrence.self)
    }

    /// False if nobody takes occurrences any more.
    @discardableResult
    func send(_ occurrence: Occurrence) -> Bool {
        if case .terminated = continuation.yield(occurrence) { false } else { true }
    }

    /// Nothing comes in any more. Whoever still waits for an answer gets it.
    func close() async {
        continuation.finish()
        for await occurrence in occurrences {
            if case .command(.listen(let listener)) = occurrence { listener.finish() }
        }
    }
}
