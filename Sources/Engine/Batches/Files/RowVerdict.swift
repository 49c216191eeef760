package import Calls

/// What would become of a row of a list if its batch were made now.
package enum RowVerdict: Sendable, Hashable {
    /// It may be called at once, or when it is due.
    case ready
    /// It is called, and not now: what is waited for.
    case waits(GateCheck)
    /// It is no contact.
    case faulty([RowProblem])
    /// The number stands in that line already.
    case duplicate(of: Int)
    /// The agent needs values that the row does not have.
    case missingVariables([String])
    /// The gate would never let it be called.
    case blocked(GateCheck)

    /// The verdict in one word.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case ready
        case outsideHours = "outside_hours"
        /// For anything else than hours.
        case waiting
        case faulty
        case duplicate
        case missingVariables = "missing_variables"
        case suppressed
        /// Its country or its tariff is not allowed.
        case unreachable
        case noConsent = "no_consent"
        /// By any other rule.
        case blocked

        /// Whether such rows are called.
        package var isCalled: Bool { self == .ready || self == .outsideHours || self == .waiting }
    }

    package var kind: Kind {
        switch self {
        case .ready: .ready
        case .waits(let check): check.rule == .callingHours ? .outsideHours : .waiting
        case .faulty: .faulty
        case .duplicate: .duplicate
        case .missingVariables: .missingVariables
        case .blocked(let check):
            switch check.rule {
            case .suppression: .suppressed
            case .destination: .unreachable
            case .consent: .noConsent
            default: .blocked
            }
        }
    }

    /// Why, in plain words. Nil if there is nothing to say.
    package var reason: String? {
        switch self {
        case .ready: nil
        case .waits(let check), .blocked(let check): check.reason
        case .faulty(let problems): problems.map(\.description).joined(separator: "; ")
        case .duplicate(let line): "the number stands in line \(line) already"
        case .missingVariables(let names): "the agent needs a value for \(names.joined(separator: ", "))"
        }
    }

    /// The column that it is about, if it is about one.
    package var column: String? {
        guard case .faulty(let problems) = self else { return nil }
        return problems.first?.column
    }
}

/// A row and its verdict.
package struct JudgedRow: Sendable, Hashable {
    package var row: ContactRow
    package var verdict: RowVerdict
    /// The most that one call to it can cost. Nil unless it is called.
    package var cost: Money?

    package init(row: ContactRow, verdict: RowVerdict, cost: Money? = nil) {
        self.row = row
        self.verdict = verdict
        self.cost = cost
    }
}
