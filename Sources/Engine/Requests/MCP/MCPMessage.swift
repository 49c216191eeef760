import Calls
import FoundationEssentials

/// A message of the Model Context Protocol: JSON-RPC 2.0.
enum MCPMessage {
    /// The answer to a request of ours.
    enum Answer: Sendable {
        case result(JSONValue)
        case failure(code: Int, message: String, data: JSONValue?)
    }

    /// What a server sends.
    enum Received: Sendable {
        case answer(Answer, to: Int)
        /// It asks something of us.
        case request(method: String, id: JSONValue)
        /// It tells something, or what came is no message.
        case other
    }

    static func request(_ method: String, _ params: [String: JSONValue], id: Int) -> JSONValue {
        [
            "jsonrpc": "2.0", "id": .integer(Int64(id)), "method": .string(method), "params": .object(params),
        ]
    }

    static func notification(_ method: String) -> JSONValue { ["jsonrpc": "2.0", "method": .string(method)] }

    /// To what a server asks: that we are there, and that we do nothing else.
    static func reply(to method: String, id: JSONValue) -> JSONValue {
        guard method == "ping" else {
            let error: JSONValue = ["code": -32_601, "message": "Method not found"]
            return ["jsonrpc": "2.0", "id": id, "error": error]
        }
        return ["jsonrpc": "2.0", "id": id, "result": [:]]
    }

    /// What `value` is: servers may send several messages as a list.
    static func received(_ value: JSONValue) -> [Received] {
        guard case .array(let messages) = value else { return [one(value)] }
        return messages.map(one)
    }

    private static func one(_ value: JSONValue) -> Received {
        if let method = value.member("method")?.string {
            return value.member("id").map { .request(method: method, id: $0) } ?? .other
        }
        guard case .integer(let id)? = value.member("id") else { return .other }
        if let result = value.member("result") { return .answer(.result(result), to: Int(clamping: id)) }
        guard let error = value.member("error") else { return .other }
        var code = 0
        if case .integer(let number)? = error.member("code") { code = Int(clamping: number) }
        let message = error.member("message")?.string ?? ""
        return .answer(.failure(code: code, message: message, data: error.member("data")), to: Int(clamping: id))
    }
}

extension MCPMessage {
    /// What a tool's result tells a language model, and whether the tool says that it failed.
    static func outcome(of result: JSONValue) -> (text: String, isFailed: Bool) {
        var parts: [String] = []
        if case .array(let content)? = result.member("content") {
            for part in content {
                switch part.member("type")?.string {
                case "text"?: parts.append(part.member("text")?.string ?? "")
                case "resource"?: parts.append(part.member("resource")?.member("text")?.string ?? "[a resource]")
                case let type?: parts.append("[\(type.prefix(32))]")
                case nil: break
                }
            }
        }
        var text = parts.joined(separator: "\n")
        if text.isEmpty { text = result.member("structuredContent")?.json ?? "Done." }
        return (text, result.member("isError") == .bool(true))
    }

    /// A header's value as revision 2026-07-28 has it: as it is where it can be, else in base 64.
    static func header(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && text.first != " " && text.last != " "
        guard !isPlain || text.hasPrefix("=?base64?") else { return text }
        return "=?base64?\(Data(text.utf8).base64EncodedString())?="
    }

    /// The headers that repeat arguments for whoever routes requests: those that a tool's schema marks with `x-mcp-header`.
    static func headers(repeating arguments: [String: JSONValue], schema: JSONValue) -> [String: String] {
        guard case .object(let properties)? = schema.member("properties") else { return [:] }
        var headers: [String: String] = [:]
        for (name, property) in properties {
            guard let suffix = property.member("x-mcp-header")?.string, isToken(suffix), let value = arguments[name]
            else { continue }
            switch value {
            case .string(let text): headers["Mcp-Param-\(suffix)"] = header(text)
            case .integer, .bool: headers["Mcp-Param-\(suffix)"] = value.json
            case .null, .number, .array, .object: break
            }
        }
        return headers
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }
}
