import Calls
import Conversation

/// Finds tool calls that a model wrote as text, in place of calling: small ones do, whatever they are told.
///
/// A text is held back from where such a call may begin: a brace or a bracket at its beginning, a fence, a `<tool_call>` tag. What turns out
/// to be no call of a tool that exists is data nobody should hear, and is dropped; a bracket within words is only a bracket.
struct WrittenCalls {
    private static let marks = ["<tool_call>", "<function_call>", "```"]

    private let tools: Set<String>
    private var held = ""
    private var hasSpoken = false
    private(set) var isHolding = false

    init(tools: Set<String>) {
        self.tools = tools
    }

    /// Some more text. Returns what of it can be said.
    mutating func take(_ text: String) -> String {
        held += text
        guard !isHolding else { return "" }
        if !hasSpoken {
            let start = held.drop(while: \.isWhitespace)
            guard let first = start.first else { return "" }
            if first == "{" || first == "[" {
                isHolding = true
                return ""
            }
        }
        if let mark = Self.marks.compactMap({ held.firstRange(of: $0)?.lowerBound }).min() {
            isHolding = true
            let speakable = String(held[..<mark])
            held = String(held[mark...])
            return speak(speakable)
        }
        // A mark may have begun at the end.
        let begun = Self.marks.map { Self.overlap(of: held, with: $0) }.max() ?? 0
        let speakable = String(held.dropLast(begun))
        held = String(held.suffix(begun))
        return speak(speakable)
    }

    /// The text is over. Returns what is left to say, and the calls in what was held back.
    mutating func end() -> (text: String, calls: [ToolCall]) {
        defer { held = "" }
        guard isHolding else { return (held, []) }
        return ("", Self.objects(in: held).flatMap(calls))
    }

    private mutating func speak(_ text: String) -> String {
        if text.contains(where: { !$0.isWhitespace }) { hasSpoken = true }
        return text
    }

    /// A call as it is commonly written: with `name` and `arguments` or `parameters`, alone or in a list or inside `function` or `tool_calls`.
    private func calls(in value: JSONValue) -> [ToolCall] {
        if case .array(let values) = value { return values.flatMap(calls) }
        for wrapper in ["function", "tool_calls", "tool_call"] {
            if let inner = value[wrapper], inner.string == nil { return calls(in: inner) }
        }
        guard let name = value["name"]?.string ?? value["function"]?.string, tools.contains(name) else { return [] }
        let arguments = value["arguments"] ?? value["parameters"] ?? [:]
        return [ToolCall(id: "", name: name, arguments: arguments.string ?? arguments.json)]
    }

    /// Every whole JSON object or list in `text`, outermost ones only.
    private static func objects(in text: String) -> [JSONValue] {
        var values: [JSONValue] = []
        var start: String.Index?
        var depth = 0
        var isInString = false
        var isEscaped = false
        for index in text.indices {
            let character = text[index]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == "\"" {
                    isInString = false
                }
                continue
            }
            switch character {
            case "\"" where depth > 0: isInString = true
            case "{", "[":
                if depth == 0 { start = index }
                depth += 1
            case "}", "]":
                guard depth > 0 else { continue }
                depth -= 1
                if depth == 0, let from = start, let value = JSONValue(json: String(text[from...index])) {
                    values.append(value)
                }
            default: break
            }
        }
        return values
    }

    /// How many characters at the end of `text` are the beginning of `mark`.
    private static func overlap(of text: String, with mark: String) -> Int {
        (1..<mark.count).last { text.hasSuffix(mark.prefix($0)) } ?? 0
    }
}
