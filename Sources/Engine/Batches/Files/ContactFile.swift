package import CSV
import Calls
package import FoundationEssentials
import PhoneNumbers

/// A list of contacts as comma-separated values, read as its bytes come in. What it keeps is the numbers it saw, to find those that stand
/// twice.
package struct ContactFile: Sendable {
    /// What somebody may say of a file.
    package struct Options: Sendable, Hashable {
        /// The name of the column with the numbers. Nil: `phone`.
        package var phoneColumn: String?
        /// What numbers without a calling code belong to, as in `ES`. Nil: they are refused.
        package var region: String?
        /// Nil: found out.
        package var delimiter: CSVDelimiter?
        /// Every column but that of the numbers is a variable, whatever its name.
        package var isAllVariables: Bool

        package init(
            phoneColumn: String? = nil,
            region: String? = nil,
            delimiter: CSVDelimiter? = nil,
            isAllVariables: Bool = false
        ) {
            self.phoneColumn = phoneColumn
            self.region = region
            self.delimiter = delimiter
            self.isAllVariables = isAllVariables
        }
    }

    /// The most rows that a list may have.
    package static let rowLimit = 1_000_000

    private let options: Options
    private let allowsDuplicates: Bool
    private let now: Date
    private var csv: CSVReader
    private var reader: ContactReader?
    /// The line that each number stands in first.
    private var lines: [PhoneNumber: Int] = [:]
    private var rowCount = 0

    /// Throws `Refusal.invalid` if numbers cannot belong to the region.
    package init(_ options: Options, allowsDuplicates: Bool = false, now: Date) throws(Refusal) {
        if let region = options.region, !PhoneNumber.isRegion(region) {
            throw .invalid(
                field: "region",
                message: "expected the ISO 3166 code of a country, like ES, got \(region.debugDescription)"
            )
        }
        self.options = options
        self.allowsDuplicates = allowsDuplicates
        self.now = now
        csv = CSVReader(delimiter: options.delimiter)
    }

    /// Nil until the first row was read.
    package var columns: ContactColumns? { reader?.columns }
    /// How it is written, as far as that is known: final at the end.
    package var format: CSVFormat { csv.format }
    /// Lines with nothing in them, which are no rows.
    package var blankRows: Int { csv.blankRows }

    /// The rows that `bytes` complete. Throws `Refusal.invalid` if the file is no such list.
    package mutating func read(_ bytes: some Sequence<UInt8>) throws(Refusal) -> [ContactRow] {
        try rows(csv.read(bytes))
    }

    /// The rows that the end of the file completes. Throws `Refusal.invalid` if there were none.
    package mutating func finish() throws(Refusal) -> [ContactRow] {
        let last = try rows(csv.finish())
        guard reader != nil else { throw .invalid(field: "line 1", message: "the file is empty") }
        guard rowCount > 0 else {
            throw .invalid(field: "line 2", message: "there are no rows below the names of the columns")
        }
        return last
    }

    private mutating func rows(_ read: [CSVRow]) throws(Refusal) -> [ContactRow] {
        var rows: [ContactRow] = []
        rows.reserveCapacity(read.count)
        for row in read {
            guard let reader else {
                let columns = try ContactColumns(
                    row,
                    phone: options.phoneColumn,
                    isAllVariables: options.isAllVariables
                )
                reader = ContactReader(columns: columns, region: options.region, now: now)
                continue
            }
            rowCount += 1
            guard rowCount <= Self.rowLimit else {
                throw .invalid(
                    field: "line \(row.line)",
                    message: "a list may have \(Self.rowLimit) rows: split the file"
                )
            }
            var outcome = reader.outcome(of: row)
            if case .contact(let contact) = outcome, !allowsDuplicates {
                if let first = lines[contact.phone] {
                    outcome = .duplicate(contact, of: first)
                } else {
                    lines[contact.phone] = contact.line
                }
            }
            rows.append(ContactRow(line: row.line, cells: row.fields, outcome: outcome))
        }
        return rows
    }
}
