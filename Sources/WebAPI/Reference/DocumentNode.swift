import Yams

/// A part of a YAML document, in the order in which it was written.
indirect enum DocumentNode: Sendable {
    case object([(name: String, value: DocumentNode)])
    case list([DocumentNode])
    case text(String)
    /// A number, `true`, `false` or `null`, as it was written.
    case literal(String)

    /// Throws `YamlError` for text that is not YAML.
    init(yaml: String) throws {
        self.init(try Yams.compose(yaml: yaml) ?? Node([Node]()))
    }

    private init(_ node: Node) {
        switch node {
        case .scalar(let scalar): self = Self.scalar(scalar)
        case .mapping(let mapping):
            self = .object(mapping.map { (name: $0.key.string ?? "", value: DocumentNode($0.value)) })
        case .sequence(let sequence): self = .list(sequence.map { DocumentNode($0) })
        case .alias: self = .literal("null")
        }
    }

    private static func scalar(_ scalar: Node.Scalar) -> DocumentNode {
        let isLiteral =
            scalar.style == .plain
            && (["null", "true", "false"].contains(scalar.string) || Double(scalar.string) != nil)
        return isLiteral ? .literal(scalar.string) : .text(scalar.string)
    }

    /// The member of that name. Nil if there is none, or if this is no object.
    subscript(_ name: String) -> DocumentNode? {
        members.first { $0.name == name }?.value
    }

    /// Those of an object; none of anything else.
    var members: [(name: String, value: DocumentNode)] {
        guard case .object(let members) = self else { return [] }
        return members
    }

    /// Those of a list; none of anything else.
    var elements: [DocumentNode] {
        guard case .list(let elements) = self else { return [] }
        return elements
    }

    /// Of a scalar, as it was written. Nil for objects and lists.
    var string: String? {
        switch self {
        case .text(let text), .literal(let text): text
        case .object, .list: nil
        }
    }
}
