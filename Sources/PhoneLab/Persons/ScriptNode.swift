import Yams

/// A piece of a script's YAML that knows its line, so that every complaint can name it.
struct ScriptNode {
    let node: Node
    let source: String

    func wrong(_ problem: String) -> PersonScriptError {
        PersonScriptError(source: source, line: node.mark?.line, problem: problem)
    }

    /// The keys and values, all of which must be among `known`.
    func mapping(_ what: String, known: [String]) throws(PersonScriptError) -> [String: ScriptNode] {
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
    var items: [ScriptNode] {
        node.sequence.map { $0.map { ScriptNode(node: $0, source: source) } } ?? [self]
    }

    func text(_ what: String) throws(PersonScriptError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw wrong("\(what) is a text") }
        return text
    }

    func texts(_ what: String) throws(PersonScriptError) -> [String] {
        try items.map { item throws(PersonScriptError) in try item.text(what) }
    }

    /// A whole number that is not negative.
    func count(_ what: String, atLeast least: Int = 0) throws(PersonScriptError) -> Int {
        guard let text = node.scalar?.string, let value = Int(text), value >= least else {
            throw wrong("\(what) is a whole number from \(least) up")
        }
        return value
    }

    /// One number of milliseconds, or two: the least and the most.
    func milliseconds(_ what: String) throws(PersonScriptError) -> ClosedRange<Int> {
        let values = try items.map { item throws(PersonScriptError) in try item.count(what) }
        guard let low = values.first, let high = values.last, values.count <= 2, low <= high else {
            throw wrong("\(what) is a number of milliseconds, or two: [least, most]")
        }
        return low...high
    }
}
