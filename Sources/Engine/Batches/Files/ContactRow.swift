package import Calls

/// One row of a list of contacts, and what became of it.
package struct ContactRow: Sendable, Hashable {
    package enum Outcome: Sendable, Hashable {
        case contact(NewContact)
        /// The number stands in an earlier line too.
        case duplicate(NewContact, of: Int)
        /// What is wrong, everything that is.
        case faulty([RowProblem])
    }

    /// Where it begins: 1 for the first line of the file.
    package var line: Int
    /// As they stand in the file. What could be read, if it is damaged.
    package var cells: [String]
    package var outcome: Outcome

    package init(line: Int, cells: [String], outcome: Outcome) {
        self.line = line
        self.cells = cells
        self.outcome = outcome
    }
}

/// What is wrong with a row of a list.
package struct RowProblem: Sendable, Hashable {
    /// The name of the column, or its number if it has no name. Nil if it is about the whole row.
    package var column: String?
    /// In plain words.
    package var message: String

    package init(column: String? = nil, _ message: String) {
        self.column = column
        self.message = message
    }
}

extension RowProblem: CustomStringConvertible {
    package var description: String { column.map { "\($0): \(message)" } ?? message }
}
