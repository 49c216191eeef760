/// Where a script for the lab is wrong, and what would be right.
package struct ScriptError: Error, Sendable, Hashable, CustomStringConvertible {
    package var source: String
    /// Counted from 1. Nil if the place is not known.
    package var line: Int?
    package var problem: String

    package init(source: String, line: Int?, problem: String) {
        self.source = source
        self.line = line
        self.problem = problem
    }

    /// `persons/anna.yaml:12: …`
    package var description: String {
        line.map { "\(source):\($0): \(problem)" } ?? "\(source): \(problem)"
    }
}
