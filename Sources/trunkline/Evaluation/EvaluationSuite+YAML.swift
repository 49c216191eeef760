import Calls
import Foundation
import PhoneLab
import Yams

extension EvaluationSuite {
    /// Numbers of the people described in a case, from here on.
    private static let firstNumber = 9000
    private static let mostCases = 500

    /// Reads the suite at `path`, as docs/evaluation.md describes it. What it names is looked for beside it.
    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Complaint("Cannot read \(path): name a suite, like Examples/evaluations/appointment-reminder.yaml")
        }
        let place = URL(filePath: path).deletingLastPathComponent()
        try self.init(yaml: String(decoding: data, as: UTF8.self), source: path) { named in
            URL(filePath: named, relativeTo: place).standardizedFileURL.path
        }
    }

    /// `locate` gives the path of a file that the suite names.
    init(yaml: String, source: String, locate: (String) -> String) throws(ScriptError) {
        let root = try ScriptNode(yaml: yaml, source: source, what: "suite")
        let entries = try root.mapping(
            "a suite",
            known: ["agent", "persons", "variables", "faults", "times", "expect", "cases"]
        )
        guard let agent = entries["agent"], let cases = entries["cases"] else {
            throw root.wrong("a suite needs an agent, which is the path of its file, and cases")
        }
        self.agent = locate(try agent.text("agent"))
        persons =
            try entries["persons"].map { node throws(ScriptError) in
                try PersonScript.people(in: locate(try node.text("persons")))
            } ?? []
        let usual = Case(
            name: "",
            number: "",
            variables: try entries["variables"]?.values("variables") ?? [:],
            faults: try entries["faults"]?.json("faults") ?? [:],
            times: try entries["times"]?.count("times", atLeast: 1) ?? 1,
            expectation: try entries["expect"].map { node throws(ScriptError) in try Expectation(node) }
                ?? Expectation()
        )
        self.cases = []
        personas = []
        for item in cases.items {
            let (read, callee) = try Self.read(item, usual, number: Self.firstNumber + self.cases.count)
            guard !self.cases.contains(where: { $0.name == read.name }) else {
                throw item.wrong("another case is called '\(read.name)' too")
            }
            self.cases.append(read)
            switch callee {
            case .number: break
            case .person(let person): persons.append(person)
            case .persona(let persona): personas.append(persona)
            }
        }
        guard !self.cases.isEmpty, self.cases.count <= Self.mostCases else {
            throw cases.wrong("a suite has from one to \(Self.mostCases) cases")
        }
    }

    /// Who is called in a case.
    private enum Callee {
        /// Somebody whom the lab has.
        case number
        case person(PersonScript)
        case persona(Persona)
    }

    private static func read(
        _ item: ScriptNode,
        _ usual: Case,
        number: Int
    ) throws(ScriptError) -> (Case, Callee) {
        let entries = try item.mapping("a case", known: ["name", "call", "variables", "faults", "times", "expect"])
        guard let name = entries["name"], let call = entries["call"] else {
            throw item.wrong("a case needs a name and a call: a number of the lab, or a person")
        }
        var read = usual
        read.name = try name.text("name")
        if let variables = entries["variables"] {
            read.variables.merge(try variables.values("variables")) { $1 }
        }
        if let faults = entries["faults"] { read.faults.merge(try faults.json("faults")) { $1 } }
        if let times = entries["times"] { read.times = try times.count("times", atLeast: 1) }
        if let expect = entries["expect"] { try read.expectation.change(expect) }
        if let mapping = call.node.mapping {
            guard let digits = LabNumber.Digits("+1555010\(number)") else { throw call.wrong("too many people") }
            read.number = digits.description
            guard mapping["persona"] != nil else {
                return (read, .person(try PersonScript(call, assigned: (read.name, digits))))
            }
            return (
                read, .persona(try Persona(call, name: read.name, number: digits, variables: read.variables))
            )
        }
        let dialed = try call.text("call")
        guard let digits = LabNumber.Digits(dialed) else {
            throw call.wrong("'\(dialed)' is no number of the lab, like \"+15550100001\"; docs/lab.md lists them")
        }
        read.number = digits.description
        return (read, .number)
    }
}

extension EvaluationSuite.Expectation {
    private static let known = [
        "status", "end_reason", "reached", "goal", "result", "agent_says", "agent_never_says", "callee_says", "tools",
        "longest_wait_ms", "interruptions", "longest_s",
    ]

    fileprivate init(_ node: ScriptNode) throws(ScriptError) {
        try change(node)
    }

    /// What is written takes the place of what was there; fields of the result are asked together with those before.
    fileprivate mutating func change(_ node: ScriptNode) throws(ScriptError) {
        for (name, value) in try node.mapping("what is expected", known: Self.known) {
            switch name {
            case "status": status = try value.text(name)
            case "end_reason": endReason = try value.text(name)
            case "reached": reached = try value.text(name)
            case "goal": goal = try value.text(name)
            case "result": result.merge(try value.json(name)) { $1 }
            case "agent_says": agentSays = try value.texts(name)
            case "agent_never_says": agentNeverSays = try value.texts(name)
            case "callee_says": calleeSays = try value.texts(name)
            case "tools": tools = try value.texts(name)
            case "longest_wait_ms": longestWait = try value.count(name)
            case "interruptions": interruptions = try value.count(name)
            default: longest = try value.count(name, atLeast: 1)
            }
        }
    }
}

extension ScriptNode {
    private func members(_ what: String) throws(ScriptError) -> [(String, ScriptNode)] {
        guard let mapping = node.mapping else { throw wrong("\(what) are names with values") }
        var members: [(String, ScriptNode)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw wrong("\(what) are names with values") }
            members.append((name, ScriptNode(node: value, source: source)))
        }
        return members
    }

    fileprivate func values(_ what: String) throws(ScriptError) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in try members(what) {
            guard let text = value.node.scalar?.string else { throw value.wrong("the value of '\(name)' is a text") }
            values[name] = text
        }
        return values
    }

    fileprivate func json(_ what: String) throws(ScriptError) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (name, value) in try members(what) { values[name] = try value.json() }
        return values
    }

    private func json() throws(ScriptError) -> JSONValue {
        if node.mapping != nil { return .object(try json("members")) }
        if node.sequence != nil {
            var list: [JSONValue] = []
            for item in items { list.append(try item.json()) }
            return .array(list)
        }
        guard let scalar = node.scalar else { throw wrong("this is no value") }
        guard scalar.style == .plain else { return .string(scalar.string) }
        if node.null != nil { return .null }
        if let truth = node.bool { return .bool(truth) }
        if let number = node.int { return .integer(Int64(number)) }
        return node.float.map(JSONValue.number) ?? .string(scalar.string)
    }
}
