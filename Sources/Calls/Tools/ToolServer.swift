/// A server of the Model Context Protocol (MCP) whose tools an agent's language model may use. Which of them is written down: what a server
/// offers beside those is not seen.
package struct ToolServer: Sendable, Hashable, Codable {
    /// Names it in logs and in what is said about it.
    package var name: String
    /// Where it is, and what every message to it has in its headers. Without a body.
    package var request: RequestTemplate
    /// The names of those of its tools that may be used.
    package var tools: [String]
    /// How long each answer may take, in ms.
    package var timeout: Int
    /// What the agent says meanwhile, if it was saying nothing.
    package var say: String?

    /// How many an agent may have.
    package static let most = 8

    package init(
        name: String,
        request: RequestTemplate,
        tools: [String],
        timeout: Int = HTTPTool.usualTimeout,
        say: String? = nil
    ) {
        self.name = name
        self.request = request
        self.tools = tools
        self.timeout = timeout
        self.say = say
    }

    func problems(at path: String) -> [FlowProblem] {
        var problems: [FlowProblem] = []
        if !HTTPTool.isName(name) {
            problems.append(
                FlowProblem(path: "\(path).name", message: "'\(name)' is not 1 to 64 letters, digits, '_' and '-'")
            )
        }
        if tools.isEmpty {
            problems.append(
                FlowProblem(path: "\(path).tools", message: "name the tools of the server that may be used")
            )
        }
        for (index, tool) in tools.enumerated() {
            if let problem = HTTPTool.problem(withName: tool) {
                problems.append(FlowProblem(path: "\(path).tools[\(index)]", message: problem))
            }
        }
        problems += FlowCheck.template(say ?? "", at: "\(path).say", answers: false)
        problems += [FlowCheck.range(timeout, 500...20_000, "\(path).timeout", "ms")].compactMap(\.self)
        return problems + request.problems(at: path)
    }
}
