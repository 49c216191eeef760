import Calls
import Yams

/// The written form of what an agent may ask of other servers, and where it may hand over to, as `docs/tools.md` describes it.
enum ToolFile {
    private static let request = ["method", "url", "headers", "body"]

    static func read(_ members: [String: Node], _ reader: inout NodeReader, _ agent: inout Agent) {
        if let node = members["tools"] { reader.place("tools", node) }
        if let node = members["transfers"] { reader.place("transfers", node) }
        agent.tools = reader.list(members["tools"]).enumerated().map { tool($1, at: "tools[\($0)]", &reader) }
        if let node = members["mcp"] { reader.place("mcp", node) }
        agent.toolServers = reader.list(members["mcp"]).enumerated().map { server($1, at: "mcp[\($0)]", &reader) }
        agent.transfers = reader.list(members["transfers"]).enumerated().map {
            transfer($1, at: "transfers[\($0)]", &reader)
        }
        agent.prefetch = members["prefetch"].map { prefetch($0, &reader) }
    }

    private static func tool(_ node: Node, at path: String, _ reader: inout NodeReader) -> HTTPTool {
        let parts = reader.members(
            node,
            of: "a tool",
            required: ["name", "description", "url"],
            optional: ["parameters", "timeout_ms", "say"] + request.filter { $0 != "url" }
        )
        reader.place(path, node)
        return HTTPTool(
            name: reader.text(parts["name"], at: "\(path).name") ?? "",
            description: reader.text(parts["description"], at: "\(path).description") ?? "",
            parameters: parts["parameters"].map { .object(reader.values($0, at: "\(path).parameters")) }
                ?? HTTPTool.noParameters,
            request: template(parts, usually: .post, at: path, &reader),
            timeout: reader.integer(parts["timeout_ms"], at: "\(path).timeout") ?? HTTPTool.usualTimeout,
            say: reader.text(parts["say"], at: "\(path).say")
        )
    }

    private static func server(_ node: Node, at path: String, _ reader: inout NodeReader) -> ToolServer {
        let parts = reader.members(
            node,
            of: "a server of tools",
            required: ["name", "url", "tools"],
            optional: ["headers", "timeout_ms", "say"]
        )
        reader.place(path, node)
        return ToolServer(
            name: reader.text(parts["name"], at: "\(path).name") ?? "",
            request: template(parts, usually: .post, at: path, &reader),
            tools: reader.list(parts["tools"]).compactMap { reader.text($0, at: "\(path).tools") },
            timeout: reader.integer(parts["timeout_ms"], at: "\(path).timeout") ?? HTTPTool.usualTimeout,
            say: reader.text(parts["say"], at: "\(path).say")
        )
    }

    private static func transfer(_ node: Node, at path: String, _ reader: inout NodeReader) -> TransferDestination {
        let parts = reader.members(
            node,
            of: "a destination",
            required: ["name", "to"],
            optional: ["description", "say"]
        )
        reader.place(path, node)
        return TransferDestination(
            name: reader.text(parts["name"], at: "\(path).name") ?? "",
            description: reader.text(parts["description"], at: "\(path).description") ?? "",
            target: reader.text(parts["to"], at: "\(path).to") ?? "",
            say: reader.text(parts["say"], at: "\(path).say")
        )
    }

    private static func prefetch(_ node: Node, _ reader: inout NodeReader) -> Prefetch {
        let parts = reader.members(
            node,
            of: "prefetch",
            required: ["url"],
            optional: ["timeout_ms", "on_failure", "gives"] + request.filter { $0 != "url" }
        )
        reader.place("prefetch", node)
        let onFailure = parts["on_failure"].flatMap { reader.word($0, of: Prefetch.OnFailure.self) }
        if let gives = parts["gives"] { reader.place("prefetch.gives", gives) }
        return Prefetch(
            request: template(parts, usually: .get, at: "prefetch", &reader),
            timeout: reader.integer(parts["timeout_ms"], at: "prefetch.timeout") ?? Prefetch.usualTimeout,
            onFailure: onFailure ?? .dial,
            gives: reader.list(parts["gives"]).compactMap { reader.text($0, at: "prefetch.gives") }
        )
    }

    private static func template(
        _ parts: [String: Node],
        usually method: RequestTemplate.Method,
        at path: String,
        _ reader: inout NodeReader
    ) -> RequestTemplate {
        var headers: [String: String] = [:]
        for (name, value) in reader.pairs(parts["headers"], at: "\(path).headers") {
            headers[name] = reader.text(value, at: "\(path).headers.\(name)")
        }
        return RequestTemplate(
            method: parts["method"].flatMap { reader.word($0, of: RequestTemplate.Method.self) } ?? method,
            url: reader.text(parts["url"], at: "\(path).url") ?? "",
            headers: headers,
            body: parts["body"].map { reader.value($0, at: "\(path).body") }
        )
    }
}
