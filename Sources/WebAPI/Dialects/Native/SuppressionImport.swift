import CSV
import Calls
package import Engine
import FoundationEssentials

/// A list of numbers not to be called, as a file has it.
package enum SuppressionImport {
    /// How many faults an answer names.
    private static let faultLimit = 10

    /// Lines of `number,reason,note`, of which the last two may be missing. With a first line of names the columns may stand in any order, and
    /// others beside them. Throws `RequestProblem` naming the lines that cannot be read: then nothing is to be added.
    package static func read(_ bytes: some Sequence<UInt8>) throws -> [SuppressionControl.Entry] {
        var reader = CSVReader()
        let records = reader.read(bytes) + reader.finish()
        if let row = records.first(where: { $0.fault != nil }), let fault = row.fault {
            throw RequestProblem.invalidField("line \(row.line)", message: fault.description)
        }
        guard let first = records.first else { throw RequestProblem.missingField("number") }
        let columns = try Columns(first)
        var entries: [SuppressionControl.Entry] = []
        var faults: [(line: Int, message: String)] = []
        for record in columns.isNamed ? records.dropFirst() : records[...] {
            do throws(Fault) {
                entries.append(try entry(record, columns))
            } catch {
                faults.append((record.line, error.message))
            }
        }
        guard let fault = faults.first else { return entries }
        let others = faults.dropFirst().prefix(faultLimit - 1).map { "line \($0.line): \($0.message)" }
        let rest = faults.count > faultLimit ? "; and \(faults.count - faultLimit) more" : ""
        throw RequestProblem.invalidField(
            "line \(fault.line)",
            message: ([fault.message] + others).joined(separator: "; ") + rest
        )
    }

    private struct Fault: Error {
        var message: String
    }

    private struct Columns {
        var number = 0
        var reason: Int? = 1
        var note: Int? = 2
        /// The first line names them.
        var isNamed = false

        init(_ first: CSVRow) throws(RequestProblem) {
            let names = first.fields.map { $0.trimmed.lowercased() }
            guard PhoneNumber(first.fields[0].trimmed) == nil, names.contains(where: Self.isWord) else { return }
            guard let number = names.firstIndex(where: ["number", "phone", "phone_number", "to"].contains) else {
                throw .invalidField("line \(first.line)", message: "none of the columns is called 'number'")
            }
            self.number = number
            reason = names.firstIndex(of: "reason")
            note = names.firstIndex(of: "note")
            isNamed = true
        }

        private static func isWord(_ text: String) -> Bool { text.first.map { $0.isASCII && $0.isLetter } ?? false }
    }

    private static func entry(_ record: CSVRow, _ columns: Columns) throws(Fault) -> SuppressionControl.Entry {
        func field(_ index: Int?) -> String {
            index.flatMap { record.fields.indices.contains($0) ? record.fields[$0].trimmed : nil } ?? ""
        }
        let text = field(columns.number)
        guard let number = PhoneNumber(text) else {
            throw Fault(message: "expected a number like +15551230001, got \(text.debugDescription)")
        }
        let word = field(columns.reason)
        guard let reason = word.isEmpty ? .other : Suppression.Reason(rawValue: word) else {
            let words = Suppression.Reason.allCases.map(\.rawValue).joined(separator: ", ")
            throw Fault(message: "expected one of \(words), got \(word.debugDescription)")
        }
        let note = field(columns.note)
        guard !note.utf8.contains(0) else { throw Fault(message: "a text cannot hold the character U+0000") }
        guard note.utf8.count <= SuppressionControl.noteLimit else {
            throw Fault(message: "the note may have \(SuppressionControl.noteLimit) bytes")
        }
        return SuppressionControl.Entry(number: number, reason: reason, note: note)
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
