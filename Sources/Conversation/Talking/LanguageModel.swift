package import Calls

/// Thinks: the conversation so far in, what to say and do next out, piece by piece.
package protocol LanguageModel: Sendable {
    /// Names it in logs and on the call's record.
    var name: String { get }
    var abilities: ModelAbilities { get }

    /// Gives every piece of the answer to `take` as soon as it is there, in order, and waits for it. Returns when the answer is whole.
    ///
    /// Throws `ModelFailure`, what `take` throws, and `CancellationError`. What was given before a failure stays given.
    func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding

    /// Called while the phone rings: opens what would take time later. A failure shows when the model is needed.
    func makeReady() async

    /// Called at the answer: what will be asked first begins like `request`.
    func foresee(_ request: ModelRequest) async

    /// Gets connections and the model itself ready, so that the first caller need not wait for it. Throws like `answer`.
    func warmUp() async throws
}

extension LanguageModel {
    package func makeReady() async {}
    package func foresee(_ request: ModelRequest) async {}
}

/// What a model can do beside text.
package struct ModelAbilities: Sendable, Hashable {
    /// Calls tools by itself. If not, tools are not offered to it.
    package var tools = true
    /// Keeps to a JSON schema. If not, it is told about the schema and what comes is checked like anything else that comes.
    package var schema = true

    package init() {}
}

/// What a model is asked.
package struct ModelRequest: Sendable, Hashable {
    package var messages: [ModelMessage]
    package var tools: [ModelTool] = []
    /// The answer is to be JSON that fits this.
    package var schema: ModelSchema?
    /// The longest answer, in tokens. Nil: the model's usual.
    package var limit: Int?

    package init(messages: [ModelMessage]) {
        self.messages = messages
    }
}

package enum ModelMessage: Sendable, Hashable {
    case system(String)
    /// What was said to the agent, or what it is told of what happened.
    case user(String)
    /// What the agent said and the tools it called.
    case agent(String, calls: [ToolCall])
    /// What came of the call with this id.
    case result(of: String, String)
}

/// Something a model may call.
package struct ModelTool: Sendable, Hashable {
    package var name: String
    /// For the model: what it does and when to use it.
    package var description: String
    /// JSON Schema of its arguments.
    package var parameters: JSONValue

    package init(name: String, description: String, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }
}

/// A shape that an answer has to have.
package struct ModelSchema: Sendable, Hashable {
    package var name: String
    /// JSON Schema.
    package var schema: JSONValue

    package init(name: String, schema: JSONValue) {
        self.name = name
        self.schema = schema
    }
}

/// One call of a tool, as the model wrote it: nothing about it is checked.
package struct ToolCall: Sendable, Hashable {
    package var id: String
    package var name: String
    /// JSON, if the model kept to its part.
    package var arguments: String

    package init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }

    /// The arguments by name. Nil if they are no JSON object; a call without arguments has none.
    package var members: [String: JSONValue]? {
        if arguments.allSatisfy(\.isWhitespace) { return [:] }
        guard case .object(let members)? = JSONValue(json: arguments) else { return nil }
        return members
    }
}

/// What comes of an answer at a time.
package enum ModelPiece: Sendable, Hashable {
    /// Some more of what is to be said.
    case text(String)
    /// A whole call of a tool.
    case call(ToolCall)
}

/// How an answer ended.
package struct ModelEnding: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// It was all said.
        case stop
        case toolCalls
        /// The longest answer was reached: the rest is missing.
        case limit
        /// The server kept the rest to itself.
        case filtered
        /// It said the same again and again, and was not heard out.
        case repetition
    }

    package var reason: Reason
    package var usage: ModelUsage?
    /// Which model answered, where several may have. Nil: the one that was asked.
    package var model: String?

    package init(reason: Reason, usage: ModelUsage? = nil) {
        self.reason = reason
        self.usage = usage
    }
}

/// Why there is no answer, or only a part of one.
package enum ModelFailure: Error, Sendable, Hashable {
    /// Nothing took the connection.
    case unreachable(String)
    /// The server answered with this status, and the beginning of what it said.
    case refused(status: Int, String)
    /// Nothing useful came for this long.
    case stalled(Duration)
    /// The connection ended before the answer did.
    case cutOff
    /// What came is no answer.
    case garbled(String)
}

extension ModelFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): "the language model cannot be reached: \(reason)"
        case .refused(let status, let reason): "the language model answered \(status): \(reason)"
        case .stalled(let time): "the language model gave nothing for \(time / .milliseconds(1)) ms"
        case .cutOff: "the language model's answer was cut off"
        case .garbled(let reason): "the language model's answer cannot be read: \(reason)"
        }
    }
}

/// Thrown at a model that says the same again and again, so that it stops.
struct Repetition: Error {}
