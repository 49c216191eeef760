package import Calls
package import Telephony

/// Makes conversations ready. Two kinds of agent stand behind it: flows, and language models.
package protocol ConversationFactory: Sendable {
    /// Called while the phone rings: fills in the variables, renders the greeting, so that it can be heard at the answer.
    ///
    /// Throws if the agent cannot speak at all (its voice or recogniser is missing), and `ProviderMissing` if it can at least say so: nobody
    /// shall pick up to hear that, but somebody may have.
    func prepare(_ brief: ConversationBrief) async throws -> any PreparedConversation
}

/// What an agent speaks with cannot be had.
package struct ProviderMissing: Error, CustomStringConvertible {
    package let cause: any Error
    /// Tells whoever has picked up meanwhile, and ends the call.
    package let farewell: any PreparedConversation

    package init(cause: any Error, farewell: any PreparedConversation) {
        self.cause = cause
        self.farewell = farewell
    }

    package var description: String { "\(cause)" }
}

/// Everything a conversation knows beforehand.
package struct ConversationBrief: Sendable {
    package var call: Call.ID
    package var agent: Agent
    /// The agent's defaults and the call's own values, merged.
    package var variables: [String: JSONValue]
    /// Seconds, as the call or the agent set it.
    package var maxDuration: Int
    /// Whether the agent refuses to speak while a placeholder has no value; otherwise it reads as nothing.
    package var needsVariables = true
    /// Whom the agent speaks for.
    package var side = Side.caller
    /// What a language model is told of its part: persona and instructions, as they were rendered when the call was placed.
    package var prompt = ""
    /// When the call is made, in words for a language model. Nil if it need not know.
    package var time: String?
    /// Whether the callee's words may be kept: if not, the summary has none of them, and neither has a message.
    package var keepsWords = true
    /// Sends the requests of the agent's tools. Nil: they cannot be used.
    package var requests: (any AgentRequests)?
    /// The tools of servers, where these have been asked for them.
    package var remote = RemoteTools()
    /// What is under way beside the conversation, for a line whose clock waits for it. Nil: it goes on by itself.
    package var works: WorkCount?
    /// What these may say of the call beside its variables.
    package var facts: [String: JSONValue] = [:]

    /// What is to go wrong in it on purpose.
    package var faults: Faults?

    package init(call: Call.ID, agent: Agent, variables: [String: JSONValue], maxDuration: Int) {
        self.call = call
        self.agent = agent
        self.variables = variables
        self.maxDuration = maxDuration
    }
}

/// A conversation waiting for its callee.
package protocol PreparedConversation: Sendable {
    /// Talks, from the answer on. Returns when the agent's goodbye has been played out, when `audio` ends because the line is down, or
    /// soon after cancellation. What was said until then is in the record in every case.
    func run(
        on audio: any LegAudio,
        digits: AsyncStream<Character>,
        commands: AsyncStream<ConversationCommand>,
        report: @escaping @Sendable (ConversationEvent) -> Void
    ) async -> ConversationRecord

    /// Gives up what was opened for it. Called in place of `run`, if nobody answered.
    func close() async
}

extension PreparedConversation {
    package func close() async {}
}

/// What may be asked of a live conversation from outside.
package enum ConversationCommand: Sendable, Hashable {
    /// Say goodbye and end, now. Nothing if the agent is taking its leave already.
    case sayGoodbye
    /// Say `text` next: as soon as neither the agent nor the callee speaks or, interrupting, at once; what that cuts off of the agent's own
    /// words is said after it. A muted agent says it too. Nothing if the agent is taking its leave.
    case say(_ text: String, interrupting: Bool)
    /// Know this from now on.
    case know(ContextNote)
    /// These keys were pressed for the agent on the line: write it down.
    case pressed(_ keys: String)
    /// Say nothing of its own and act on nothing that is heard, but hear it and write it down. What is being said is cut off.
    case mute
    /// Go on where the conversation was when it was muted.
    case unmute
    /// This became of handing the callee over.
    case transferred(TransferOutcome)
}

/// What happens in a conversation, as it happens, for whoever watches.
package enum ConversationEvent: Sendable, Hashable {
    case said(TranscriptEntry)
    case entered(step: String)
    case field(name: String, value: JSONValue)
    /// It became clear, or clearer, who or what answered.
    case answeredBy(AnswerRecord)
    /// The callee has put the line on hold: music plays since so many ms on the recording. What was said tells when it is over.
    case onHold(since: Int)
    /// These keys are to be pressed on the line.
    case press(String)
    /// The callee asked not to be called again.
    case optedOut
    /// This number is to be called again, in so many minutes.
    case callBack(minutes: Int, reason: String?)
    /// A tool was used: its outcome is known.
    case used(ConversationAccount.ToolUse)
    /// The callee is to be handed over. `ConversationCommand.transferred` tells what became of it.
    case transfer(TransferDestination)
    /// All that was to be said is said: the line may be taken down, for this reason. The record is still being made.
    case finished(EndReason)
}

/// What a conversation left behind.
package struct ConversationRecord: Sendable, Hashable {
    package var transcript: [TranscriptEntry]
    package var fields: [String: JSONValue]
    package var goal: Goal
    package var reached: Reached
    /// On what grounds that is known. Nil if nobody asked.
    package var answer: AnswerRecord?
    /// Why the agent ended it. Nil if the line went down first.
    package var reason: EndReason?
    /// The callee asked not to be called again.
    package var optedOut: Bool
    /// Markdown: title, what happened, action items, sentiment. Made from the record alone.
    package var summary: String
    /// How it went beside its words. Nil unless a language model led it.
    package var account: ConversationAccount?

    package init(
        transcript: [TranscriptEntry],
        fields: [String: JSONValue],
        goal: Goal,
        reached: Reached,
        reason: EndReason?,
        optedOut: Bool,
        summary: String
    ) {
        self.transcript = transcript
        self.fields = fields
        self.goal = goal
        self.reached = reached
        self.reason = reason
        self.optedOut = optedOut
        self.summary = summary
    }
}
