extension DocumentNode {
    /// JSON for people: what fits on a line stands on one, below that everything has a line of its own.
    func json(indentation: Int = 0) -> String {
        let compact = compactJSON
        guard indentation + compact.count > 96 else { return compact }
        let inner = String(repeating: " ", count: indentation + 2)
        let outer = String(repeating: " ", count: indentation)
        switch self {
        case .object(let members):
            let lines = members.map {
                "\(inner)\(Self.quoted($0.name)): \($0.value.json(indentation: indentation + 2))"
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(outer)}"
        case .list(let elements):
            let lines = elements.map { inner + $0.json(indentation: indentation + 2) }
            return "[\n\(lines.joined(separator: ",\n"))\n\(outer)]"
        case .text, .literal: return compact
        }
    }

    private var compactJSON: String {
        switch self {
        case .object(let members):
            "{\(members.map { "\(Self.quoted($0.name)): \($0.value.compactJSON)" }.joined(separator: ", "))}"
        case .list(let elements): "[\(elements.map(\.compactJSON).joined(separator: ", "))]"
        case .text(let text): Self.quoted(text)
        case .literal(let text): text
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
