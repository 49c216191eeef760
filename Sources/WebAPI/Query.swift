import Calls
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The query of a request, read parameter by parameter: every complaint names the parameter and what is accepted.
struct Query {
    private let values: [String: String]

    /// Throws `RequestProblem` for a parameter given twice and for one not in `accepted`; with nil, unknown parameters are ignored.
    init(_ request: Request, accepting accepted: [String]?) throws(RequestProblem) {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            if let accepted, !accepted.contains(name) { throw .unknownParameter(name, accepted: accepted) }
            guard values.updateValue(String(value), forKey: name) == nil else {
                throw .invalidParameter(name, message: "given twice")
            }
        }
        self.values = values
    }

    subscript(_ name: String) -> String? { values[name] }

    func integer(_ name: String, in range: ClosedRange<Int>) throws(RequestProblem) -> Int? {
        guard let text = values[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let end = range.upperBound == .max ? "up" : "to \(range.upperBound)"
            let expected = "expected a whole number from \(range.lowerBound) \(end)"
            throw .invalidParameter(name, message: "\(expected), got \(text.debugDescription)")
        }
        return value
    }

    func identifier<Subject>(_ name: String) throws(RequestProblem) -> Identifier<Subject>? {
        guard let text = values[name] else { return nil }
        guard let id = Identifier<Subject>(text) else {
            let example = "\(Subject.identifierPrefix)_01jdr3k5w2e8vt6m4q9xbn7c5h"
            throw .invalidParameter(
                name,
                message: "expected an identifier like \(example), got \(text.debugDescription)"
            )
        }
        return id
    }

    func truth(_ name: String) throws(RequestProblem) -> Bool? {
        guard let text = values[name] else { return nil }
        guard let truth = Bool(text) else {
            throw .invalidParameter(name, message: "expected true or false, got \(text.debugDescription)")
        }
        return truth
    }

    /// One of the words of `Word`.
    func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String) throws(RequestProblem) -> Word? {
        guard let text = values[name] else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalidParameter(name, message: "expected one of \(words); got \(text.debugDescription)")
        }
        return word
    }

    /// Any of the words of `Word`, with commas between them. Empty if the parameter was not given.
    func words<Word: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String
    ) throws(RequestProblem) -> Set<Word> {
        guard let text = values[name] else { return [] }
        var found: Set<Word> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let word = Word(rawValue: String(part)) else {
                let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalidParameter(
                    name,
                    message: "expected some of \(words), with commas between them; got \(text.debugDescription)"
                )
            }
            found.insert(word)
        }
        return found
    }

    func date(_ name: String) throws(RequestProblem) -> Date? {
        guard let text = values[name] else { return nil }
        guard let date = Timestamp.date(text) else {
            let examples = "2026-06-11T12:50:00Z or 2026-06-11T14:50:00%2B02:00"
            throw .invalidParameter(name, message: "expected a time like \(examples), got \(text.debugDescription)")
        }
        return date
    }

    func phoneNumber(_ name: String) throws(RequestProblem) -> PhoneNumber? {
        guard let text = values[name] else { return nil }
        guard let number = PhoneNumber(text) else {
            throw .invalidParameter(name, message: "expected a number like +15551230001, got \(text.debugDescription)")
        }
        return number
    }
}

extension HTTPField.Name {
    /// Sent by a client that resumes a stream of server-sent events.
    static let lastEventID = known("Last-Event-ID")
}
