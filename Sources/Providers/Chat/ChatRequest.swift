import Calls
import Conversation

/// The body of a request to `/v1/chat/completions`.
struct ChatRequest {
    let model: String
    let request: ModelRequest
    let abilities: ModelAbilities
    let limit: Int
    let temperature: Double?
    let seed: Int?

    var json: JSONValue {
        var members: [String: JSONValue] = [
            "model": .string(model),
            "stream": true,
            "stream_options": ["include_usage": true],
            "max_tokens": .integer(Int64(request.limit ?? limit)),
            "messages": .array(messages),
        ]
        if let temperature { members["temperature"] = .number(temperature) }
        if let seed { members["seed"] = .integer(Int64(seed)) }
        if abilities.tools, !request.tools.isEmpty {
            members["tools"] = .array(request.tools.map(Self.tool))
            members["tool_choice"] = "auto"
        }
        if abilities.schema, let schema = request.schema {
            members["response_format"] = [
                "type": "json_schema",
                "json_schema": ["name": .string(schema.name), "strict": true, "schema": schema.schema],
            ]
        }
        return .object(members)
    }

    private var messages: [JSONValue] {
        var messages = request.messages.map(Self.message)
        if !abilities.schema, let schema = request.schema {
            let words = "Answer with nothing but one JSON object that fits this JSON Schema: \(schema.schema.json)"
            messages.append(["role": "user", "content": .string(words)])
        }
        return messages
    }

    private static func message(_ message: ModelMessage) -> JSONValue {
        switch message {
        case .system(let text): ["role": "system", "content": .string(text)]
        case .user(let text): ["role": "user", "content": .string(text)]
        case .agent(let text, calls: []): ["role": "assistant", "content": .string(text)]
        case .agent(let text, let calls):
            ["role": "assistant", "content": .string(text), "tool_calls": .array(calls.map(Self.call))]
        case .result(let id, let text): ["role": "tool", "tool_call_id": .string(id), "content": .string(text)]
        }
    }

    private static func call(_ call: ToolCall) -> JSONValue {
        [
            "id": .string(call.id),
            "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
        ]
    }

    private static func tool(_ tool: ModelTool) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
            ],
        ]
    }
}
