/// What there is to know about how a conversation led by a language model went, beside its words.
package struct ConversationAccount: Sendable, Hashable, Codable {
    /// Which model led it.
    package var model: String
    /// What the model was told of its part, as it was rendered for this call.
    package var prompt: String
    /// Nil if the agent makes none.
    package var disclosure: Disclosure?
    /// The turns that the agent answered, in order.
    package var turns: [TurnTiming] = []
    /// Nil in the account of a call from before it was measured.
    package var deadAir: DeadAir?
    /// In order.
    package var tools: [ToolUse] = []
    /// Of the tools, those that handed the callee over, or tried to. In order. Nil in the account of a call from before there were any.
    package var transfers: [Transfer]?
    package var extraction = Extraction()
    /// Of the conversation and the extraction together. Nil if the server did not say.
    package var usage: ModelUsage?
    /// The same for each model that answered, by its name. Nil as `usage` is, and in the account of a call from before this was kept.
    package var usageByModel: [String: ModelUsage]?

    package init(model: String, prompt: String) {
        self.model = model
        self.prompt = prompt
    }

    /// Adds what an answer of `model` was made of.
    package mutating func add(_ usage: ModelUsage?, of model: String?) {
        guard let usage else { return }
        self.usage = self.usage.map { $0 + usage } ?? usage
        let name = model ?? self.model
        usageByModel = (usageByModel ?? [:]).merging([name: usage], uniquingKeysWith: +)
    }

    /// The words that say that an automaton is speaking.
    package struct Disclosure: Sendable, Hashable, Codable {
        package var text: String
        /// In ms on the recording. Nil if it was not said at all.
        package var start: Int?
        package var end: Int?
        /// Whether it was played from its first to its last word, with nobody stopping it.
        package var isUninterrupted: Bool

        package init(text: String, start: Int? = nil, end: Int? = nil, isUninterrupted: Bool = false) {
            self.text = text
            self.start = start
            self.end = end
            self.isUninterrupted = isUninterrupted
        }
    }

    /// One use of a tool.
    package struct ToolUse: Sendable, Hashable, Codable {
        package var name: String
        /// As the model wrote them.
        package var arguments: String
        /// In ms on the recording.
        package var start: Int
        package var end: Int
        /// What the model was told of it.
        package var result: String
        /// It was not done; `result` says why.
        package var isRefused: Bool
        /// It was tried, and it is not known that it was done; `result` says why.
        package var isFailed: Bool { hasFailed ?? false }
        private var hasFailed: Bool?

        package init(
            name: String,
            arguments: String,
            start: Int,
            end: Int,
            result: String,
            isRefused: Bool,
            isFailed: Bool = false
        ) {
            hasFailed = isFailed
            self.name = name
            self.arguments = arguments
            self.start = start
            self.end = end
            self.result = result
            self.isRefused = isRefused
        }
    }

    /// One try to hand the callee over.
    package struct Transfer: Sendable, Hashable, Codable {
        /// The name that the agent has for where to.
        package var to: String
        /// In ms on the recording, when it was asked for.
        package var at: Int
        package var outcome: TransferOutcome

        package init(to: String, at: Int, outcome: TransferOutcome) {
            self.to = to
            self.at = at
            self.outcome = outcome
        }
    }

    /// What was found out after the call, from its transcript.
    package struct Extraction: Sendable, Hashable, Codable {
        package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
            /// Nobody spoke, or there is nobody to ask: what the conversation itself recorded stands.
            case skipped
            case completed
            /// `error` says why; what the conversation itself recorded stands.
            case failed
        }

        package var status = Status.skipped
        /// In plain words.
        package var error: String?
        /// Every field of the agent's schema.
        package var findings: [String: Finding] = [:]
        /// The callee's words that show that the goal was met. Nil if it was not, or words are not kept.
        package var outcomeQuote: String?

        package init() {}
    }

    /// One field of the result, and how it is known.
    package struct Finding: Sendable, Hashable, Codable {
        package enum Grade: String, Sendable, Hashable, Codable, CaseIterable {
            /// The callee said so: `quote` is in the transcript.
            case stated
            /// It follows from the conversation.
            case inferred
            /// The conversation did not bring it up.
            case absent
        }

        package var value: JSONValue
        package var grade: Grade
        /// The callee's words.
        package var quote: String?
        /// Where they are on the recording, in ms.
        package var at: Int?

        package init(value: JSONValue, grade: Grade, quote: String? = nil, at: Int? = nil) {
            self.value = value
            self.grade = grade
            self.quote = quote
            self.at = at
        }

        package static let absent = Finding(value: .null, grade: .absent)
    }
}
