import Calls
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// The JSON object a request carries, read member by member: every complaint names the member and what is accepted.
struct JSONObjectBody {
    /// The most that an object may have which is kept with a call, or whose members are spoken, in bytes.
    static let objectLimit = 16 * 1024

    /// All of it, as received.
    let received: String
    private let members: [String: ArraySlice<UInt8>]
    private let nulls: Set<String>

    /// Throws `RequestProblem` for text that is not one JSON object, for a member named twice and for one not in `accepted`; with nil,
    /// unknown members are ignored. `null` is the same as leaving the member out.
    init(_ bytes: [UInt8], accepting accepted: [String]?) throws(RequestProblem) {
        var scanner = JSONScanner(bytes)
        let found: [JSONScanner.Member]
        do throws(JSONScanner.SyntaxError) {
            found = try scanner.object()
        } catch {
            throw .malformedJSON(line: error.line, column: error.column, message: error.message)
        }
        var members: [String: ArraySlice<UInt8>] = [:]
        for member in found {
            if let accepted, !accepted.contains(member.name) {
                throw .unknownField(member.name, accepted: accepted)
            }
            guard members.updateValue(member.text, forKey: member.name) == nil else {
                throw .invalidField(member.name, message: "given twice")
            }
        }
        received = String(decoding: bytes, as: UTF8.self)
        nulls = Set(members.filter { $0.value.elementsEqual("null".utf8) }.keys)
        self.members = members.filter { !$0.value.elementsEqual("null".utf8) }
    }

    /// The same text for every order of members and any white space: what was asked, for those who ask it again in other bytes.
    var canonical: String {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(received.utf8)) else { return received }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? received
    }

    /// Whether the member was given as `null`, which asks for its removal where a part of a thing is changed.
    func isNull(_ name: String) -> Bool { nulls.contains(name) }

    /// The names of all members that have a value.
    var names: Set<String> { Set(members.keys) }

    /// Any JSON value.
    func value(_ name: String) throws(RequestProblem) -> JSONValue? {
        try decode(name, as: JSONValue.self, expecting: "expected a JSON value")
    }

    /// The member's value exactly as received. Nil if it was not given.
    func text(_ name: String) -> String? {
        members[name].map { String(decoding: $0, as: UTF8.self) }
    }

    /// Throws also for a text with a U+0000 in it, which the database would take for its end.
    func string(_ name: String) throws(RequestProblem) -> String? {
        guard let text = try decode(name, as: String.self, expecting: "expected a string") else { return nil }
        try Self.refuseNull(in: text, of: name)
        return text
    }

    private static func refuseNull(in text: String, of name: String) throws(RequestProblem) {
        guard !text.utf8.contains(0) else {
            throw .invalidField(name, message: "a text cannot hold the character U+0000")
        }
    }

    func required(_ name: String) throws(RequestProblem) -> String {
        guard let value = try string(name), !value.isEmpty else { throw .missingField(name) }
        return value
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestProblem) -> Int? {
        let expected = "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let value = try decode(name, as: Int.self, expecting: expected) else { return nil }
        guard range.contains(value) else { throw .invalidField(name, message: "\(expected), got \(value)") }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Double>) throws(RequestProblem) -> Double? {
        let expected = "expected a number from \(range.lowerBound) to \(range.upperBound)"
        guard let value = try decode(name, as: Double.self, expecting: expected) else { return nil }
        guard range.contains(value) else { throw .invalidField(name, message: "\(expected), got \(value)") }
        return value
    }

    func integers(_ name: String, in range: ClosedRange<Int>) throws(RequestProblem) -> [Int]? {
        let expected = "expected whole numbers from \(range.lowerBound) to \(range.upperBound)"
        guard let values = try decode(name, as: [Int].self, expecting: expected) else { return nil }
        guard values.allSatisfy(range.contains) else { throw .invalidField(name, message: expected) }
        return values
    }

    func truth(_ name: String) throws(RequestProblem) -> Bool? {
        try decode(name, as: Bool.self, expecting: "expected true or false")
    }

    /// One of the words of `Word`.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(RequestProblem) -> Word? {
        guard let text = try string(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidField(name, message: "expected one of \(words); got \(text.debugDescription)")
        }
        return word
    }

    func strings(_ name: String) throws(RequestProblem) -> [String]? {
        guard let texts = try decode(name, as: [String].self, expecting: "expected a list of strings") else {
            return nil
        }
        for text in texts { try Self.refuseNull(in: text, of: name) }
        return texts
    }

    /// A list of words of `Word`.
    func words<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(RequestProblem) -> [Word]? {
        guard let texts = try strings(name) else { return nil }
        var found: [Word] = []
        for text in texts {
            guard let word = Word(rawValue: text) else {
                let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidField(name, message: "expected some of \(words); got \(text.debugDescription)")
            }
            found.append(word)
        }
        return found
    }

    /// A member that is an object, to be read member by member. Complaints name it and not the whole.
    func nested(_ name: String, accepting accepted: [String]?) throws(RequestProblem) -> JSONObjectBody? {
        guard let bytes = members[name] else { return nil }
        guard bytes.first == UInt8(ascii: "{") else { throw .invalidField(name, message: "expected an object: {…}") }
        return try JSONObjectBody(Array(bytes), accepting: accepted)
    }

    /// A list of objects, each to be read member by member. Complaints name the object by its place, counted from 1.
    func objects(_ name: String, accepting accepted: [String]?) throws(RequestProblem) -> [JSONObjectBody]? {
        guard let bytes = members[name] else { return nil }
        var scanner = JSONScanner(Array(bytes))
        let elements: [ArraySlice<UInt8>]
        do throws(JSONScanner.SyntaxError) {
            elements = try scanner.array()
        } catch {
            throw .invalidField(name, message: error.message)
        }
        var objects: [JSONObjectBody] = []
        objects.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard element.first == UInt8(ascii: "{") else {
                throw .invalidField("\(name)[\(index + 1)]", message: "expected an object: {…}")
            }
            do throws(RequestProblem) {
                objects.append(try JSONObjectBody(Array(element), accepting: accepted))
            } catch {
                throw error.within("\(name)[\(index + 1)]")
            }
        }
        return objects
    }

    /// An object exactly as received. Throws for one larger than `limit` bytes.
    func objectText(_ name: String, limit: Int = objectLimit) throws(RequestProblem) -> String? {
        guard let text = text(name) else { return nil }
        guard text.hasPrefix("{") else { throw .invalidField(name, message: "expected an object: {…}") }
        try Self.refuseLonger(text, limit, name)
        return text
    }

    /// A text of at most `limit` bytes.
    func string(_ name: String, upTo limit: Int) throws(RequestProblem) -> String? {
        guard let text = try string(name) else { return nil }
        try Self.refuseLonger(text, limit, name)
        return text
    }

    private static func refuseLonger(_ text: String, _ limit: Int, _ name: String) throws(RequestProblem) {
        guard text.utf8.count <= limit else {
            throw .invalidField(name, message: "may have \(limit) bytes, got \(text.utf8.count)")
        }
    }

    /// Throws also for one of more than `objectLimit` bytes, and for one that names a member twice: nobody could tell which is meant.
    func object(_ name: String) throws(RequestProblem) -> [String: JSONValue]? {
        _ = try objectText(name)
        _ = try nested(name, accepting: nil)
        return try decode(name, as: [String: JSONValue].self, expecting: "expected an object: {…}")
    }

    func phoneNumber(_ name: String) throws(RequestProblem) -> PhoneNumber? {
        guard let text = try string(name) else { return nil }
        guard let number = PhoneNumber(text) else {
            throw .invalidField(
                name,
                message: "expected a number in E.164 format, like +15551230001, got \(text.debugDescription)"
            )
        }
        return number
    }

    func date(_ name: String) throws(RequestProblem) -> Date? {
        guard let text = try string(name) else { return nil }
        guard let date = Timestamp.date(text) else {
            let examples = "2026-06-11T12:50:00Z or 2026-06-11T14:50:00+02:00"
            throw .invalidField(name, message: "expected a time like \(examples), got \(text.debugDescription)")
        }
        return date
    }

    private func decode<Value: Decodable>(
        _ name: String,
        as type: Value.Type,
        expecting message: String
    ) throws(RequestProblem) -> Value? {
        guard let bytes = members[name] else { return nil }
        guard let value = try? JSONDecoder().decode(type, from: Data(bytes)) else {
            throw .invalidField(name, message: message)
        }
        return value
    }
}

extension Request {
    /// The most a request may carry, in bytes.
    static let bodyLimit = 1024 * 1024

    /// The whole body. Throws `RequestProblem.bodyTooLarge`, at once if the client says itself that it is.
    func bytes(upTo limit: Int = bodyLimit) async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw RequestProblem.bodyTooLarge(limit: limit)
        }
        var bytes: [UInt8] = []
        for try await part in body {
            guard bytes.count + part.readableBytes <= limit else { throw RequestProblem.bodyTooLarge(limit: limit) }
            bytes.append(contentsOf: part.readableBytesView)
        }
        return bytes
    }

    /// The body as a JSON object whose members are all in `accepted`; with nil, unknown members are ignored. Where
    /// it may have nothing in it, no body is an empty object.
    func jsonObject(
        accepting accepted: [String]?,
        orNothing: Bool = false,
        upTo limit: Int = bodyLimit
    ) async throws -> JSONObjectBody {
        let bytes = try await bytes(upTo: limit)
        if orNothing, bytes.isEmpty { return try JSONObjectBody(Array("{}".utf8), accepting: accepted) }
        if let type = mediaType, type != "application/json" {
            throw RequestProblem.unsupportedMediaType(accepted: ["application/json"])
        }
        return try JSONObjectBody(bytes, accepting: accepted)
    }

    /// `Content-Type` without its parameters, in lowercase. Nil if none was given.
    var mediaType: String? {
        guard let header = headers[.contentType] else { return nil }
        let type = header.prefix { $0 != ";" && $0 != " " }
        return type.isEmpty ? nil : type.lowercased()
    }
}
