package import CSV
package import Calls
import FoundationEssentials

/// What a list would come to as a batch: nothing of it is stored, and nobody is called.
package struct ListPreview: Sendable {
    /// How many rows with something wrong are kept to be shown.
    package static let shownLimit = 100

    /// How the file is written.
    package internal(set) var format: CSVFormat
    package internal(set) var columns: ContactColumns
    /// Lines with nothing in them, which are no rows.
    package internal(set) var blankRows = 0
    package private(set) var counts: [RowVerdict.Kind: Int] = [:]
    /// The first rows that are not simply called.
    package private(set) var shown: [JudgedRow] = []
    /// What there is to spend. Nil if nobody is called.
    package internal(set) var budget: Budget?
    /// What the forecast rests on.
    package internal(set) var plan: ForecastPlan

    init(format: CSVFormat, columns: ContactColumns, plan: ForecastPlan) {
        self.format = format
        self.columns = columns
        self.plan = plan
    }

    package var rows: Int { counts.values.reduce(0, +) }

    /// How many rows would be called.
    package var called: Int { counts.reduce(0) { $1.key.isCalled ? $0 + $1.value : $0 } }

    mutating func add(_ judged: JudgedRow) {
        counts[judged.verdict.kind, default: 0] += 1
        if judged.verdict.kind != .ready, shown.count < Self.shownLimit { shown.append(judged) }
        if !judged.verdict.kind.isCalled { plan.skipped[judged.verdict.kind.rawValue, default: 0] += 1 }
    }
}
