package import Calls
import Yams

extension Agent {
    /// The agent in the written form that `AgentControl.apply` reads, as YAML for people: what is written here and applied again is the same
    /// agent.
    package var text: String {
        // What stands in a document can always be written: it was made of values that were read.
        (try? Yams.serialize(node: AgentText.node(document), indent: 2, width: -1, allowUnicode: true)) ?? ""
    }
}

/// Values as YAML that reads back as the same values.
private enum AgentText {
    /// In this order where they stand side by side; others behind them, by name.
    private static let order = [
        "agent", "name", "description", "status", "direction", "model", "voice", "language", "numbers", "caller_id",
        "greeting", "persona", "instructions", "start", "steps", "expect", "say", "digit", "set", "answers", "reprompt",
        "keypad",
        "reply", "next", "end", "again", "flow", "goodbye",
    ]

    static func node(_ value: JSONValue) -> Node {
        switch value {
        case .null: Node("null", Tag(.null))
        case .bool(let truth): Node(truth ? "true" : "false", Tag(.bool))
        case .integer(let integer): Node(String(integer), Tag(.int))
        case .number(let number): Node(String(number), Tag(.float))
        case .string(let text): Node(text, Tag(.str), style(of: text))
        case .array(let values): Node(values.map(node), Tag(.seq), values.isEmpty ? .flow : .block)
        case .object(let members):
            Node(
                members.sorted { rank($0.key) < rank($1.key) }.map {
                    (Node($0.key, Tag(.str), style(of: $0.key)), node($0.value))
                },
                Tag(.map),
                members.isEmpty ? .flow : .block
            )
        }
    }

    private static func rank(_ name: String) -> (Int, String) { (order.firstIndex(of: name) ?? order.count, name) }

    /// Quoted where it would be read as something else than a text.
    private static func style(of text: String) -> Node.Scalar.Style {
        if text.contains("\n"), !text.contains(where: { $0 == "\r" || $0 == "\t" }), text.first?.isWhitespace == false {
            return .literal
        }
        let plain = Node(text, Tag(.implicit), .plain)
        return text.isEmpty || Resolver.default.resolveTag(of: plain) != .str ? .doubleQuoted : .any
    }
}
