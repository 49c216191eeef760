import Calls
import Foundation

@testable import WebAPI

/// Holds values against the schemas of the API's document, as far as the document uses JSON Schema (2020-12).
struct SchemaCheck: Sendable {
    /// What is understood. A document with another word fails `ReferenceTests`.
    static let keywords: Set<String> = [
        "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems",
        "maxItems", "minimum", "maximum", "minLength", "maxLength", "pattern", "format", "anyOf",
        // These say nothing that could be wrong with a value.
        "description", "examples", "default", "contentMediaType",
    ]

    let root: JSONValue
    private let patterns: [String: NSRegularExpression]

    init(_ root: JSONValue) throws {
        self.root = root
        var patterns: [String: NSRegularExpression] = [:]
        for pattern in Self.patterns(in: root) { patterns[pattern] = try NSRegularExpression(pattern: pattern) }
        self.patterns = patterns
    }

    private static func patterns(in value: JSONValue) -> [String] {
        switch value {
        case .object(let members):
            members.values.flatMap(patterns) + [members["pattern"]?.text].compactMap(\.self)
        case .array(let elements): elements.flatMap(patterns)
        default: []
        }
    }

    func resolved(_ node: JSONValue) -> JSONValue {
        guard let path = node["$ref"]?.text else { return node }
        return path.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? .null }
    }

    /// What is wrong with `value`, each with the place where it is. None if it fits.
    func problems(of value: JSONValue, against schema: JSONValue, at place: String = "$") -> [String] {
        guard case .object(let words) = schema else { return ["\(place): no schema"] }
        return words.flatMap { word, rule -> [String] in
            problem(of: value, word, rule, beside: schema, at: place)
        }
    }

    private func problem(
        of value: JSONValue,
        _ word: String,
        _ rule: JSONValue,
        beside schema: JSONValue,
        at place: String
    ) -> [String] {
        func unless(_ holds: Bool) -> [String] { holds ? [] : ["\(place): \(value) is not \(word) \(rule)"] }
        switch (word, value) {
        case ("$ref", _): return problems(of: value, against: resolved(schema), at: place)
        case ("type", _): return unless((rule.elements ?? [rule]).contains { value.isOf($0.text ?? "") })
        case ("enum", _): return unless(rule.elements?.contains(value) == true)
        case ("const", _): return unless(rule == value)
        case ("anyOf", _):
            return unless(rule.elements?.contains { problems(of: value, against: $0, at: place).isEmpty } == true)
        case ("required", .object(let members)):
            let missing = (rule.elements ?? []).compactMap(\.text).filter { members[$0] == nil }
            return missing.map { "\(place): \($0) is missing" }
        case ("properties", .object(let members)):
            return members.sorted { $0.key < $1.key }.flatMap { name, member in
                rule[name].map { problems(of: member, against: $0, at: "\(place).\(name)") } ?? []
            }
        case ("additionalProperties", .object(let members)):
            let others = members.filter { schema["properties"]?[$0.key] == nil }.sorted { $0.key < $1.key }
            if rule == false { return others.map { "\(place): \($0.key) is not documented" } }
            if rule == true { return [] }
            return others.flatMap { problems(of: $1, against: rule, at: "\(place).\($0)") }
        case ("items", .array(let elements)):
            return elements.enumerated().flatMap { problems(of: $1, against: rule, at: "\(place)[\($0)]") }
        case ("minItems", .array(let elements)): return unless(elements.count >= rule.whole)
        case ("maxItems", .array(let elements)): return unless(elements.count <= rule.whole)
        case ("minimum", .integer(let number)): return unless(number >= rule.whole)
        case ("maximum", .integer(let number)): return unless(number <= rule.whole)
        case ("minimum", .number(let number)): return unless(number >= Double(rule.whole))
        case ("maximum", .number(let number)): return unless(number <= Double(rule.whole))
        case ("minLength", .string(let text)): return unless(text.unicodeScalars.count >= rule.whole)
        case ("maxLength", .string(let text)): return unless(text.unicodeScalars.count <= rule.whole)
        case ("pattern", .string(let text)):
            let range = NSRange(text.startIndex..., in: text)
            return unless(patterns[rule.text ?? ""]?.firstMatch(in: text, range: range) != nil)
        case ("format", .string(let text)) where rule == "date-time": return unless(Timestamp.date(text) != nil)
        case ("format", .string(let text)) where rule == "date": return unless(CalendarDay(text) != nil)
        default: return []
        }
    }
}

extension JSONValue {
    /// What `Yams.load` makes of a document.
    init(yaml value: Any?) {
        switch value {
        case let members as [String: Any]: self = .object(members.mapValues { JSONValue(yaml: $0) })
        case let elements as [Any]: self = .array(elements.map { JSONValue(yaml: $0) })
        case let text as String: self = .string(text)
        case let truth as Bool: self = .bool(truth)
        case let number as Int: self = .integer(Int64(number))
        case let number as Double: self = .number(number)
        default: self = .null
        }
    }

    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    var members: [String: JSONValue] {
        guard case .object(let members) = self else { return [:] }
        return members
    }

    /// A bound, as a number that every other is compared with.
    fileprivate var whole: Int64 {
        guard case .integer(let number) = self else { return 0 }
        return number
    }

    fileprivate func isOf(_ type: String) -> Bool {
        switch (type, self) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }
}
