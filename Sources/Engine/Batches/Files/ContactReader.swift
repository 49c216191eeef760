package import CSV
import Calls
package import FoundationEssentials
import PhoneNumbers

/// Reads a row of a list as a contact. Pure: the same row always means the same.
package struct ContactReader: Sendable {
    /// The most that the values of one row may have together, in bytes.
    package static let valuesLimit = 16 * 1024

    package let columns: ContactColumns
    /// What numbers without a calling code belong to (ISO 3166). Nil: they are refused.
    private let region: String?
    /// Times further away are mistakes.
    private let horizon: Date

    package init(columns: ContactColumns, region: String?, now: Date) {
        self.columns = columns
        self.region = region
        horizon = now + 366 * 86_400
    }

    package func outcome(of row: CSVRow) -> ContactRow.Outcome {
        if let fault = row.fault {
            return .faulty([RowProblem(column: name(of: fault.column - 1), fault.description)])
        }
        if let problem = raggedness(of: row) { return .faulty([problem]) }
        var problems: [RowProblem] = []
        let phone = read(row, columns.phone, &problems, as: number)
        let zone = optional(row, columns.timeZone, &problems, as: timeZone)
        let scheduledFor = optional(row, columns.scheduledFor, &problems, as: date)
        let rank = optional(row, columns.priority, &problems, as: priority)
        let size = columns.variables.reduce(0) { $0 + row.fields[$1].utf8.count + columns.names[$1].utf8.count }
        if size > Self.valuesLimit {
            problems.append(RowProblem("the values have \(size) bytes together, of at most \(Self.valuesLimit)"))
        }
        guard let phone, problems.isEmpty else { return .faulty(problems) }
        return .contact(
            NewContact(
                line: row.line,
                phone: phone,
                variables: variables(of: row),
                timeZone: zone,
                scheduledFor: scheduledFor,
                priority: rank ?? 0
            )
        )
    }

    private func number(_ text: String) throws(Unreadable) -> PhoneNumber {
        do throws(NumberFault) {
            return try PhoneNumber(written: text, region: region)
        } catch {
            throw Unreadable(text.isEmpty ? error.description : "\(error.description) (\(text.quoted))")
        }
    }

    private func timeZone(_ text: String) throws(Unreadable) -> String {
        guard CalleeZones.zone(text) != nil else {
            throw Unreadable("expected a name of the IANA database, like Europe/Berlin, got \(text.quoted)")
        }
        return text
    }

    private func date(_ text: String) throws(Unreadable) -> Date {
        guard let date = Timestamp.date(text) else {
            throw Unreadable("expected a time with its zone, like 2026-06-11T12:50:03Z, got \(text.quoted)")
        }
        guard date <= horizon else { throw Unreadable("more than a year away: \(text.quoted)") }
        return date
    }

    private func priority(_ text: String) throws(Unreadable) -> Int {
        guard let value = Int(text), (-100...100).contains(value) else {
            throw Unreadable("expected a whole number from -100 to 100, got \(text.quoted)")
        }
        return value
    }

    /// An empty cell gives no value: then the agent's default holds, and a variable without one is missing.
    private func variables(of row: CSVRow) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for column in columns.variables where !row.fields[column].trimmed.isEmpty {
            values[columns.names[column]] = .string(row.fields[column])
        }
        return values
    }

    /// Cells that are missing or too many, unless those that are too many are empty.
    private func raggedness(of row: CSVRow) -> RowProblem? {
        let (count, expected) = (row.fields.count, columns.names.count)
        if count < expected { return RowProblem("the row has \(count) cells and the first line names \(expected)") }
        guard row.fields[expected...].contains(where: { !$0.trimmed.isEmpty }) else { return nil }
        return RowProblem("the row has \(count) cells and the first line names \(expected): is a delimiter not quoted?")
    }

    private struct Unreadable: Error {
        var message: String

        init(_ message: String) { self.message = message }
    }

    private func read<Value>(
        _ row: CSVRow,
        _ column: Int,
        _ problems: inout [RowProblem],
        as value: (String) throws(Unreadable) -> Value
    ) -> Value? {
        do throws(Unreadable) {
            return try value(row.fields[column].trimmed)
        } catch {
            problems.append(RowProblem(column: name(of: column), error.message))
            return nil
        }
    }

    private func optional<Value>(
        _ row: CSVRow,
        _ column: Int?,
        _ problems: inout [RowProblem],
        as value: (String) throws(Unreadable) -> Value
    ) -> Value? {
        guard let column, !row.fields[column].trimmed.isEmpty else { return nil }
        return read(row, column, &problems, as: value)
    }

    private func name(of column: Int) -> String {
        guard columns.names.indices.contains(column), !columns.names[column].isEmpty else {
            return "column \(column + 1)"
        }
        return columns.names[column]
    }
}

extension String {
    /// For a message: in quotation marks, and not all of it if it is long.
    fileprivate var quoted: String {
        (unicodeScalars.count > 40 ? String(prefix(40)) + "…" : self).debugDescription
    }
}
