package import Yams

/// A piece of a script's YAML that knows its line, so that every complaint can name it.
package struct ScriptNode {
    package let node: Node
    /// The file, as complaints name it.
    package let source: String

    package init(node: Node, source: String) {
        self.node = node
        self.source = source
    }

    /// Reads a script. `source` names it in complaints, and `what` says what it should be.
    package init(yaml: String, source: String, what: String) throws(ScriptError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw Self.syntaxError(error, source: source)
        }
        guard let root else { throw ScriptError(source: source, line: nil, problem: "there is no \(what) in it") }
        self.init(node: root, source: source)
    }

    package func wrong(_ problem: String) -> ScriptError {
        ScriptError(source: source, line: node.mark?.line, problem: problem)
    }

    /// The keys and values, all of which must be among `known`.
    package func mapping(_ what: String, known: [String]) throws(ScriptError) -> [String: ScriptNode] {
        guard let mapping = node.mapping else {
            throw wrong("\(what) is a mapping with \(known.joined(separator: ", "))")
        }
        var entries: [String: ScriptNode] = [:]
        for (key, value) in mapping {
            guard let name = key.string, known.contains(name) else {
                let unknown = ScriptNode(node: key, source: source)
                throw unknown.wrong(
                    "unknown key '\(key.string ?? "?")' in \(what): known are \(known.joined(separator: ", "))"
                )
            }
            entries[name] = ScriptNode(node: value, source: source)
        }
        return entries
    }

    /// The items of a list; a single item counts as a list of one.
    package var items: [ScriptNode] {
        node.sequence.map { $0.map { ScriptNode(node: $0, source: source) } } ?? [self]
    }

    package func text(_ what: String) throws(ScriptError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw wrong("\(what) is a text") }
        return text
    }

    package func texts(_ what: String) throws(ScriptError) -> [String] {
        try items.map { item throws(ScriptError) in try item.text(what) }
    }

    /// A whole number that is not negative.
    package func count(_ what: String, atLeast least: Int = 0) throws(ScriptError) -> Int {
        guard let text = node.scalar?.string, let value = Int(text), value >= least else {
            throw wrong("\(what) is a whole number from \(least) up")
        }
        return value
    }

    /// One number of milliseconds, or two: the least and the most.
    package func milliseconds(_ what: String) throws(ScriptError) -> ClosedRange<Int> {
        let values = try items.map { item throws(ScriptError) in try item.count(what) }
        guard let low = values.first, let high = values.last, values.count <= 2, low <= high else {
            throw wrong("\(what) is a number of milliseconds, or two: [least, most]")
        }
        return low...high
    }

    private static func syntaxError(_ error: any Error, source: String) -> ScriptError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ScriptError(source: source, line: mark.line, problem: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            ScriptError(source: source, line: context.mark.line, problem: "keys given twice: \(duplicates)")
        default:
            ScriptError(source: source, line: nil, problem: "this is no YAML: \(error)")
        }
    }
}
