/// Something that an agent's language model may do during a call: one HTTP request, which the agent fixes but for its arguments.
package struct HTTPTool: Sendable, Hashable, Codable {
    /// What the model calls it.
    package var name: String
    /// For the model: what it does, and when to use it.
    package var description: String
    /// JSON Schema of its arguments, an object.
    package var parameters: JSONValue
    package var request: RequestTemplate
    /// How long the answer may take, in ms.
    package var timeout: Int
    /// What the agent says meanwhile, if it was saying nothing.
    package var say: String?

    package static let usualTimeout = 5000
    package static let noParameters: JSONValue = ["type": "object", "properties": [:]]
    /// How many an agent may have.
    package static let most = 32

    package init(
        name: String,
        description: String,
        parameters: JSONValue = Self.noParameters,
        request: RequestTemplate,
        timeout: Int = Self.usualTimeout,
        say: String? = nil
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.request = request
        self.timeout = timeout
        self.say = say
    }

    package var schema: ArgumentSchema { ArgumentSchema(parameters) }

    /// What is sent when it is called with `arguments`, which fit its schema: its own names are arguments, given or not, all others are the call's
    /// variables. So no argument can stand for something that was not meant to be one.
    package func filled(
        _ arguments: [String: JSONValue],
        variables: [String: JSONValue],
        secret: (String) throws(RequestTemplate.Problem) -> String
    ) throws(RequestTemplate.Problem) -> RequestTemplate.Filled {
        let names = schema.names
        var filled = try request.filled({ names.contains($0) ? arguments[$0] : variables[$0] }, secret: secret)
        if filled.body == nil, filled.method.hasBody { filled.body = .object(arguments) }
        return filled
    }

    func problems(at path: String) -> [FlowProblem] {
        var problems: [FlowProblem] = []
        if let problem = Self.problem(withName: name) {
            problems.append(FlowProblem(path: "\(path).name", message: problem))
        }
        if description.allSatisfy(\.isWhitespace) {
            problems.append(FlowProblem(path: "\(path).description", message: "the model has to know what it is for"))
        }
        if let problem = schema.problem {
            problems.append(FlowProblem(path: "\(path).parameters", message: problem))
        }
        if parameters.json.utf8.count > Agent.textLimit {
            problems.append(FlowProblem(path: "\(path).parameters", message: "may have \(Agent.textLimit) bytes"))
        }
        problems += FlowCheck.template(description, at: "\(path).description", answers: false)
        problems += FlowCheck.template(say ?? "", at: "\(path).say", answers: false)
        problems += [FlowCheck.range(timeout, 500...20_000, "\(path).timeout", "ms")].compactMap(\.self)
        return problems + request.problems(at: path)
    }

    /// Why a tool of an agent cannot be called `name`. Nil: it can.
    static func problem(withName name: String) -> String? {
        if !isName(name) { return "'\(name)' is not 1 to 64 letters, digits, '_' and '-'" }
        return builtIn.contains(name) ? "'\(name)' is a tool that every agent has" : nil
    }

    /// The names of the tools that the program brings along.
    private static let builtIn: Set<String> = [
        "end_call", "send_dtmf", "record_result", "opt_out", "schedule_callback", "transfer_call",
    ]

    /// As the usual servers of language models want it.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    }
}
