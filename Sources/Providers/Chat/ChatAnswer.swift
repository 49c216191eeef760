import Calls
import Conversation

/// An answer of `/v1/chat/completions`, put together from the data of its events.
///
/// A tool call comes in parts: its name first, then its arguments a few characters at a time. It is given away whole, when the answer ends.
struct ChatAnswer {
    private var parts: [Int: ToolCall] = [:]
    /// Nil where the text is data and not speech.
    private var written: WrittenCalls?
    private var reason: ModelEnding.Reason?
    private var usage: ModelUsage?
    private var isOver = false

    /// `tools` are the names that may be called. `isData`: the text was asked for in a schema, and is given as it is.
    init(tools: Set<String>, isData: Bool) {
        written = isData ? nil : WrittenCalls(tools: tools)
    }

    /// The data of the next event. Returns what can be said already. Throws `ModelFailure`.
    mutating func take(_ data: String) throws -> [ModelPiece] {
        guard !isOver else { return [] }
        guard data != "[DONE]" else {
            isOver = true
            return []
        }
        guard let chunk = JSONValue(json: data), case .object = chunk else {
            throw ModelFailure.garbled("an event that is no JSON object: \(data.prefix(80))")
        }
        if let error = chunk["error"], error != .null {
            throw ModelFailure.refused(status: 200, error["message"]?.string ?? String(error.json.prefix(200)))
        }
        if case .object = chunk["usage"] { usage = Self.usage(chunk["usage"]) ?? usage }
        guard case .array(let choices)? = chunk["choices"] else {
            throw ModelFailure.garbled("an event without choices: \(data.prefix(80))")
        }
        guard let choice = choices.first else { return [] }
        if let word = choice["finish_reason"]?.string { reason = Self.reason(word) }
        let delta = choice["delta"] ?? choice["message"]
        if case .array(let calls)? = delta?["tool_calls"] { for call in calls { add(call) } }
        guard let text = delta?["content"]?.string, !text.isEmpty else { return [] }
        let speakable = written?.take(text) ?? text
        return speakable.isEmpty ? [] : [.text(speakable)]
    }

    /// Whether some of a tool call has come, which is as useful as words are.
    var hasCalls: Bool { !parts.isEmpty || written?.isHolding == true }

    /// The body is over. Returns what was held back, and how it ended. Throws `ModelFailure.cutOff` if it was not at an end.
    mutating func end() throws -> (pieces: [ModelPiece], ending: ModelEnding) {
        guard isOver || reason != nil else { throw ModelFailure.cutOff }
        let (text, calls) = written?.end() ?? ("", [])
        var pieces: [ModelPiece] = text.isEmpty ? [] : [.text(text)]
        let all = parts.sorted { $0.key < $1.key }.map(\.value).filter { !$0.name.isEmpty } + calls
        pieces += all.enumerated().map { index, call in
            var call = call
            if call.id.isEmpty { call.id = "call_\(index)" }
            return .call(call)
        }
        let ending = ModelEnding(reason: all.isEmpty ? reason ?? .stop : .toolCalls, usage: usage)
        return (pieces, ending)
    }

    private mutating func add(_ part: JSONValue) {
        // Without an index, as some servers send them, a part with a name begins a call of its own.
        let name = part["function"]?["name"]?.string ?? ""
        let index: Int
        if case .integer(let number)? = part["index"] {
            index = Int(clamping: number)
        } else {
            index = name.isEmpty ? max(0, parts.count - 1) : parts.count
        }
        var call = parts[index] ?? ToolCall(id: "", name: "", arguments: "")
        if let id = part["id"]?.string, !id.isEmpty { call.id = id }
        if call.name.isEmpty { call.name = name }
        switch part["function"]?["arguments"] {
        case .string(let text)?: call.arguments += text
        case .object(let members)?: call.arguments = JSONValue.object(members).json
        default: break
        }
        parts[index] = call
    }

    private static func reason(_ word: String) -> ModelEnding.Reason {
        switch word {
        case "length": .limit
        case "tool_calls", "function_call": .toolCalls
        case "content_filter": .filtered
        default: .stop
        }
    }

    private static func usage(_ value: JSONValue?) -> ModelUsage? {
        guard case .integer(let prompt)? = value?["prompt_tokens"],
            case .integer(let answer)? = value?["completion_tokens"]
        else { return nil }
        return ModelUsage(promptTokens: Int(clamping: prompt), answerTokens: Int(clamping: answer))
    }
}
