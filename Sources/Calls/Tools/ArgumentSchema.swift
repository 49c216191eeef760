/// What arguments have to be like: JSON Schema, as much of it as is checked. Words of it that are not known are refused when an agent is
/// written, so that nothing is promised that nobody looks at.
package struct ArgumentSchema: Sendable, Hashable {
    private let schema: JSONValue

    /// Words that say something to a reader, and restrict nothing.
    private static let remarks: Set<String> = [
        "title", "description", "default", "examples", "format", "$schema", "$id", "$comment", "deprecated",
    ]
    private static let checks: Set<String> = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems",
    ]
    private static let types: Set<String> = ["object", "array", "string", "number", "integer", "boolean", "null"]
    private static let deepest = 8

    package init(_ schema: JSONValue) {
        self.schema = schema
    }

    /// The arguments that it names. What it does not name is refused, unless it says `additionalProperties`.
    package var names: Set<String> { Set(schema["properties"]?.members?.keys.map { $0 } ?? []) }

    /// What `value` does wrong, in words for whoever wrote it. Nil if it fits.
    package func problem(with value: JSONValue) -> String? {
        Self.problem(with: value, schema, at: "")
    }

    private static func problem(with value: JSONValue, _ schema: JSONValue, at path: String) -> String? {
        guard let rules = schema.members else { return nil }
        let name = path.isEmpty ? "The whole" : path
        if let type = rules["type"], !value.fits(type) { return "\(name) has to be \(type.written)." }
        if case .array(let allowed)? = rules["enum"], !allowed.contains(value) {
            return "\(name) has to be one of \(allowed.map(\.json).joined(separator: ", "))."
        }
        if let only = rules["const"], value != only { return "\(name) has to be \(only.json)." }
        switch value {
        case .object(let members): return problem(with: members, rules, at: path)
        case .array(let values):
            if let bound = bound(values.count, rules, "minItems", "maxItems") {
                return "\(name) has to have \(bound) items."
            }
            guard let items = rules["items"] else { return nil }
            for (index, value) in values.enumerated() {
                if let problem = problem(with: value, items, at: "\(path)[\(index)]") { return problem }
            }
            return nil
        case .string(let text):
            return bound(text.count, rules, "minLength", "maxLength").map { "\(name) has to have \($0) characters." }
        case .integer(let number): return problem(with: Double(number), rules, name)
        case .number(let number): return problem(with: number, rules, name)
        case .null, .bool: return nil
        }
    }

    private static func problem(
        with members: [String: JSONValue],
        _ rules: [String: JSONValue],
        at path: String
    ) -> String? {
        func place(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        if case .array(let required)? = rules["required"] {
            for name in required.compactMap(\.string) where members[name] == nil { return "\(place(name)) is needed." }
        }
        let properties = rules["properties"]?.members ?? [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let schema = properties[name] {
                if let problem = problem(with: value, schema, at: place(name)) { return problem }
            } else {
                switch rules["additionalProperties"] {
                case .bool(true)?: continue
                case .object(let schema)?:
                    if let problem = problem(with: value, .object(schema), at: place(name)) { return problem }
                default: return "There is no \(place(name))."
                }
            }
        }
        return nil
    }

    private static func problem(with number: Double, _ rules: [String: JSONValue], _ name: String) -> String? {
        if let least = rules["minimum"]?.double, number < least { return "\(name) has to be \(least) or more." }
        if let most = rules["maximum"]?.double, number > most { return "\(name) has to be \(most) or less." }
        if let bound = rules["exclusiveMinimum"]?.double, number <= bound {
            return "\(name) has to be more than \(bound)."
        }
        if let bound = rules["exclusiveMaximum"]?.double, number >= bound {
            return "\(name) has to be less than \(bound)."
        }
        return nil
    }

    private static func bound(_ count: Int, _ rules: [String: JSONValue], _ least: String, _ most: String) -> String? {
        if case .integer(let bound)? = rules[least], count < bound { return "at least \(bound)" }
        if case .integer(let bound)? = rules[most], count > bound { return "at most \(bound)" }
        return nil
    }

    // The schema itself.

    /// What is wrong with the schema of a tool's arguments. Nil if nothing is.
    var problem: String? {
        guard schema["type"] == "object" else { return "expected a JSON Schema with type: object" }
        return Self.problem(in: schema, at: "", depth: 0)
    }

    private static func problem(in schema: JSONValue, at path: String, depth: Int) -> String? {
        let place = path.isEmpty ? "" : " in \(path)"
        guard depth <= deepest else { return "nested too deeply" }
        guard let rules = schema.members else { return "expected an object\(place)" }
        for word in rules.keys.sorted() where !remarks.contains(word) && !checks.contains(word) {
            return "'\(word)'\(place) is not checked here, so it cannot be asked for; there are "
                + checks.sorted().joined(separator: ", ")
        }
        let names: [JSONValue] =
            switch rules["type"] {
            case .array(let names)?: names
            case let name?: [name]
            case nil: []
            }
        for name in names where !types.contains(name.string ?? "") { return "no type \(name.json)\(place)" }
        for (word, isRight) in Self.shapes where rules[word].map(isRight) == false {
            return "'\(word)'\(place) is of no use"
        }
        for (name, property) in (rules["properties"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
            let path = path.isEmpty ? name : "\(path).\(name)"
            if let problem = problem(in: property, at: path, depth: depth + 1) { return problem }
        }
        for word in ["items", "additionalProperties"] {
            guard let inner = rules[word], inner.members != nil else { continue }
            if let problem = problem(in: inner, at: "\(path)[]", depth: depth + 1) { return problem }
        }
        return nil
    }

    /// What each word has to be, so that it says what it seems to say.
    private static let shapes: [(String, @Sendable (JSONValue) -> Bool)] = {
        let isList: @Sendable (JSONValue) -> Bool = { if case .array = $0 { true } else { false } }
        let isObject: @Sendable (JSONValue) -> Bool = { $0.members != nil }
        let isCount: @Sendable (JSONValue) -> Bool = { if case .integer(let count) = $0 { count >= 0 } else { false } }
        let isNumber: @Sendable (JSONValue) -> Bool = { $0.double != nil }
        let isBoolOrObject: @Sendable (JSONValue) -> Bool = { if case .bool = $0 { true } else { $0.members != nil } }
        return [
            ("enum", isList), ("required", isList), ("properties", isObject), ("items", isObject),
            ("additionalProperties", isBoolOrObject), ("minLength", isCount), ("maxLength", isCount),
            ("minItems", isCount), ("maxItems", isCount), ("minimum", isNumber), ("maximum", isNumber),
            ("exclusiveMinimum", isNumber), ("exclusiveMaximum", isNumber),
        ]
    }()
}

extension JSONValue {
    /// The members, if this is an object.
    fileprivate var members: [String: JSONValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    fileprivate var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }
}

extension JSONValue {
    fileprivate subscript(_ name: String) -> JSONValue? { member(name) }
}
