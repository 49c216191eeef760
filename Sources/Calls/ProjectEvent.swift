/// One line of a project's history: what happens on its calls and to its batches, in the one order in which it was stored.
package enum ProjectEvent: Sendable, Hashable {
    case call(CallEvent)
    case batch(BatchEvent)

    /// Order of commit, over all calls and batches.
    package var sequence: Int64 {
        switch self {
        case .call(let event): event.sequence
        case .batch(let event): event.sequence
        }
    }

    package var kind: Kind {
        switch self {
        case .call(let event): .call(event.kind)
        case .batch(let event): .batch(event.kind)
        }
    }

    package enum Kind: Sendable, Hashable, RawRepresentable, CaseIterable {
        case call(CallEvent.Kind)
        case batch(BatchEvent.Kind)

        package static let allCases = CallEvent.Kind.allCases.map(Kind.call) + BatchEvent.Kind.allCases.map(Kind.batch)

        package init?(rawValue: String) {
            guard let kind = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
            self = kind
        }

        package var rawValue: String {
            switch self {
            case .call(let kind): kind.rawValue
            case .batch(let kind): kind.rawValue
            }
        }
    }
}
