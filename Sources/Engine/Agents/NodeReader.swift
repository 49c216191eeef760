import Calls
import Yams

/// Reads values out of a YAML tree and notes what is wrong with them, with their place, instead of stopping at the first.
struct NodeReader {
    private(set) var problems: [AgentFileError.Problem] = []
    /// Where the parts of the agent stand, by the paths that `FlowCheck` names them with.
    private var marks: [String: Mark] = [:]

    mutating func report(_ message: String, at node: Node?) {
        report(message, at: node?.mark)
    }

    private mutating func report(_ message: String, at mark: Mark?) {
        problems.append(.init(line: mark?.line ?? 1, column: mark?.column ?? 1, message: message))
    }

    /// Reports what `FlowCheck` found, at the part it names or the nearest one around it.
    mutating func report(_ problem: FlowProblem) {
        var path = Substring(problem.path)
        while marks[String(path)] == nil, let end = path.lastIndex(where: { $0 == "." || $0 == "[" }) {
            path = path[..<end]
        }
        report(problem.path.isEmpty ? problem.message : "\(problem.path): \(problem.message)", at: marks[String(path)])
    }

    mutating func place(_ path: String, _ node: Node) {
        marks[path] = node.mark
    }

    /// The members of a mapping. Unknown and missing ones are reported, with what is accepted.
    mutating func members(
        _ node: Node,
        of whole: String,
        required: [String] = [],
        optional: [String] = []
    ) -> [String: Node] {
        guard case .mapping(let mapping) = node else {
            report("Here \(whole) is expected: names with values", at: node)
            return [:]
        }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, (required + optional).contains(name) else {
                let accepted = (required + optional).joined(separator: ", ")
                report("'\(key.scalar?.string ?? "?")' is not part of \(whole); it has \(accepted)", at: key)
                continue
            }
            if !Self.isNull(value) { members[name] = value }
        }
        for name in required where members[name] == nil { report("'\(name)' is missing from \(whole)", at: node) }
        return members
    }

    /// The members of a mapping with free names, in order.
    mutating func pairs(_ node: Node?, at path: String) -> [(String, Node)] {
        guard let node else { return [] }
        place(path, node)
        guard case .mapping(let mapping) = node else {
            report("Names with values are expected", at: node)
            return []
        }
        return mapping.compactMap { key, value in key.scalar.map { ($0.string, value) } }
    }

    mutating func list(_ node: Node?) -> [Node] {
        guard let node else { return [] }
        guard case .sequence(let sequence) = node else {
            report("A list is expected", at: node)
            return []
        }
        return Array(sequence)
    }

    /// A scalar as it is written: `yes`, `2` and `+15550100000` are texts too where one is expected.
    mutating func text(_ node: Node?, at path: String) -> String? {
        guard let node else { return nil }
        place(path, node)
        guard case .scalar(let scalar) = node else {
            report("A text is expected", at: node)
            return nil
        }
        // The database would take it for the end of the text.
        guard !scalar.string.utf8.contains(0) else {
            report("A text cannot hold the character U+0000", at: node)
            return nil
        }
        return scalar.string
    }

    mutating func integer(_ node: Node?, at path: String) -> Int? {
        guard let node else { return nil }
        place(path, node)
        guard let value = node.scalar.flatMap({ Int($0.string) }) else {
            report("A whole number is expected", at: node)
            return nil
        }
        return value
    }

    mutating func truth(_ node: Node?) -> Bool? {
        guard let node else { return nil }
        guard let value = node.bool else {
            report("true or false is expected", at: node)
            return nil
        }
        return value
    }

    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ node: Node, of type: Word.Type) -> Word? {
        if let word = node.scalar.flatMap({ Word(rawValue: $0.string) }) { return word }
        report("One of \(Word.allCases.map(\.rawValue).joined(separator: ", ")) is expected", at: node)
        return nil
    }

    mutating func number(_ node: Node) -> PhoneNumber? {
        if let number = node.scalar.flatMap({ PhoneNumber($0.string) }) { return number }
        report("A number like \"+15550100000\" is expected", at: node)
        return nil
    }

    mutating func slug(_ node: Node?) -> String {
        guard let slug = text(node, at: "slug") else { return "" }
        let allowed = slug.utf8.allSatisfy { byte in
            switch UInt8(byte) {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        if slug.isEmpty || slug.utf8.count > 64 || !allowed || slug.hasPrefix("-") || Agent.ID(slug) != nil {
            report("'\(slug)' is not 1 to 64 lowercase letters, digits, hyphens and underscores", at: node)
        }
        return slug
    }

    mutating func values(_ node: Node?, at path: String) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (name, value) in pairs(node, at: path) {
            place("\(path).\(name)", value)
            values[name] = Self.value(value)
        }
        return values
    }

    mutating func value(_ node: Node, at path: String) -> JSONValue {
        place(path, node)
        return Self.value(node)
    }

    private static func value(_ node: Node) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            return .object(
                Dictionary(mapping.map { ($0.key.scalar?.string ?? "", value($0.value)) }) { _, last in last }
            )
        case .sequence(let sequence): return .array(sequence.map(value))
        case .alias: return .null
        case .scalar(let scalar):
            if isNull(node) { return .null }
            if let truth = node.bool { return .bool(truth) }
            if let integer = node.int { return .integer(Int64(integer)) }
            if let number = node.float, number.isFinite { return .number(number) }
            return .string(scalar.string)
        }
    }

    private static func isNull(_ node: Node) -> Bool {
        node.null != nil
    }
}
