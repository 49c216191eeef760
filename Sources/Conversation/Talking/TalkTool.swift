import Calls

/// What a language model may do in a call beside talking, checked.
///
/// What a tool may do is fixed by the agent, not by what is said on the telephone: fields are the agent's own, a call back goes to the number that
/// was called.
enum TalkTool: Sendable, Hashable {
    case endCall
    case sendDigits(String)
    case record(field: String, value: JSONValue)
    case optOut
    /// Call this number again, in so many minutes.
    case callBack(minutes: Int, reason: String?)
    /// A request of the agent's own, with arguments that fit its schema.
    case request(HTTPTool, [String: JSONValue])
    /// A tool of a server, with arguments that fit its schema, and what is said meanwhile.
    case remote(String, [String: JSONValue], say: String?)
    /// Hands the callee over.
    case transfer(TransferDestination)

    /// Why a call is not carried out, in words for the model.
    struct Refusal: Error, Hashable {
        var words: String
    }

    private enum Name: String, CaseIterable {
        case endCall = "end_call"
        case sendDigits = "send_dtmf"
        case record = "record_result"
        case optOut = "opt_out"
        case callBack = "schedule_callback"
        case transfer = "transfer_call"
    }

    /// What the agent says while it is done, if it was saying nothing.
    var say: String? {
        switch self {
        case .request(let tool, _): tool.say
        case .remote(_, _, let say): say
        case .transfer(let destination): destination.say
        case .endCall, .sendDigits, .record, .optOut, .callBack: nil
        }
    }

    /// The longest that a call back may be away, in minutes: a week.
    static let longestCallBack = 7 * 24 * 60
    private static let longestValue = 2000
    private static let longestArguments = 16 * 1024

    /// What `call` asks for. Throws `Refusal`.
    init(_ call: ToolCall, for agent: Agent, remote: RemoteTools) throws(Refusal) {
        guard let members = call.members else { throw Refusal(words: "The arguments are not a JSON object.") }
        let own = agent.tools.first { $0.name == call.name }
        if let schema = own?.schema ?? remote.tool(named: call.name).map({ ArgumentSchema($0.parameters) }) {
            guard call.arguments.utf8.count <= Self.longestArguments else { throw Refusal(words: "That is too long.") }
            if let problem = schema.problem(with: .object(members)) { throw Refusal(words: problem) }
            self = own.map { .request($0, members) } ?? .remote(call.name, members, say: remote.say(for: call.name))
            return
        }
        guard let name = Name(rawValue: call.name) else { throw Refusal(words: "There is no tool \(call.name).") }
        switch name {
        case .endCall: self = .endCall
        case .optOut: self = .optOut
        case .sendDigits:
            let keys = (members["digits"]?.string ?? "").filter { !$0.isWhitespace }
            guard !keys.isEmpty, keys.count <= 32, keys.allSatisfy({ "0123456789*#".contains($0) }) else {
                throw Refusal(words: "digits must be 1 to 32 of the keys 0 to 9, * and #.")
            }
            self = .sendDigits(keys)
        case .record:
            guard let field = members["field"]?.string, let value = members["value"] else {
                throw Refusal(words: "field and value are needed.")
            }
            guard let type = agent.returns?[field] else {
                let fields = (agent.returns ?? [:]).keys.sorted().joined(separator: ", ")
                throw Refusal(words: "There is no field \(field); the fields are \(fields).")
            }
            guard value.fits(type), value.json.utf8.count <= Self.longestValue else {
                throw Refusal(words: "\(field) has to be \(type.json).")
            }
            self = .record(field: field, value: value)
        case .callBack:
            guard case .integer(let minutes)? = members["in_minutes"],
                (1...Int64(Self.longestCallBack)).contains(minutes)
            else { throw Refusal(words: "in_minutes must be a whole number from 1 to \(Self.longestCallBack).") }
            self = .callBack(minutes: Int(minutes), reason: members["reason"]?.string.map { String($0.prefix(200)) })
        case .transfer:
            guard let name = members["to"]?.string, let place = agent.transfers.first(where: { $0.name == name }) else {
                let names = agent.transfers.map(\.name).joined(separator: ", ")
                throw Refusal(
                    words: names.isEmpty ? "There is nowhere to hand over to." : "to must be one of \(names)."
                )
            }
            self = .transfer(place)
        }
    }

    /// What is offered to the model of `agent`. Whoever is called can hang up and press keys.
    static func offered(to agent: Agent, remote: RemoteTools, side: Side = .caller) -> [ModelTool] {
        if side == .callee {
            return builtIn(for: agent).filter { [Name.endCall, .sendDigits].map(\.rawValue).contains($0.name) }
        }
        return builtIn(for: agent)
            + agent.tools.map { ModelTool(name: $0.name, description: $0.description, parameters: $0.parameters) }
            + remote.tools
    }

    private static func builtIn(for agent: Agent) -> [ModelTool] {
        Name.allCases.compactMap { name -> ModelTool? in
            switch name {
            case .endCall:
                tool(
                    name,
                    "Ends the call once what you are saying is out. Say goodbye in the same answer. Not while a question is open."
                )
            case .optOut:
                tool(
                    name,
                    "The callee does not want to be called any more: takes the number off every list at once. Then say so, and goodbye."
                )
            case .sendDigits:
                tool(
                    name,
                    "Presses keys on the telephone, for a menu.",
                    ["digits": ["type": "string", "description": "0 to 9, * and #"]],
                    required: ["digits"]
                )
            case .callBack:
                tool(
                    name,
                    "Has this number called again later, when the callee asked for that.",
                    [
                        "in_minutes": ["type": "integer", "minimum": 1, "maximum": .integer(Int64(longestCallBack))],
                        "reason": ["type": "string"],
                    ],
                    required: ["in_minutes"]
                )
            case .transfer: transferTool(of: agent)
            case .record:
                agent.returns.flatMap { fields in
                    fields.isEmpty
                        ? nil
                        : tool(
                            name,
                            "Notes one thing that you were to find out, as soon as the callee has said it. \(words(for: fields))",
                            [
                                "field": ["type": "string", "enum": .array(fields.keys.sorted().map { .string($0) })],
                                "value": ["description": "what was found out"],
                            ],
                            required: ["field", "value"]
                        )
                }
            }
        }
    }

    private static func transferTool(of agent: Agent) -> ModelTool? {
        guard !agent.transfers.isEmpty else { return nil }
        let places = agent.transfers.map { $0.description.isEmpty ? $0.name : "\($0.name): \($0.description)" }
        return tool(
            .transfer,
            "Hands the callee over to somebody else, for good. Say so in the same answer. \(places.joined(separator: "; "))",
            ["to": ["type": "string", "enum": .array(agent.transfers.map { .string($0.name) })]],
            required: ["to"]
        )
    }

    private static func words(for fields: [String: JSONValue]) -> String {
        fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.string ?? $0.value.json)" }.joined(
            separator: "; "
        )
    }

    private static func tool(
        _ name: Name,
        _ description: String,
        _ properties: [String: JSONValue] = [:],
        required: [String] = []
    ) -> ModelTool {
        ModelTool(
            name: name.rawValue,
            description: description,
            parameters: [
                "type": "object", "properties": .object(properties),
                "required": .array(required.map { .string($0) }), "additionalProperties": false,
            ]
        )
    }
}
