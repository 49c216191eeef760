/// What a line of a report is about: some of the parts that calls differ by.
package protocol ReportKey: Hashable, Sendable {
    associatedtype Dimension: Hashable, Sendable, CaseIterable

    /// The same without what is not among `dimensions`.
    func reduced(to dimensions: Set<Dimension>) -> Self

    /// What lines are in the order of.
    var order: [String] { get }
}

/// What can be added up over calls.
package protocol ReportSum: Hashable, Sendable {
    init()
    static func += (left: inout Self, right: Self)
}

/// What the calls of some days came to, broken down by some of the dimensions of `Key`.
package struct CallsReport<Key: ReportKey, Sum: ReportSum>: Sendable, Hashable {
    package typealias Dimension = Key.Dimension

    package struct Line: Sendable, Hashable {
        package var key: Key
        package var sum: Sum

        package init(key: Key, sum: Sum) {
            self.key = key
            self.sum = sum
        }
    }

    package let dimensions: Set<Dimension>
    /// In the order of their keys.
    package let lines: [Line]
    package let total: Sum

    /// Adds up lines that differ in nothing the report is broken down by.
    package init(_ lines: [Line], by dimensions: Set<Dimension>) {
        var sums: [Key: Sum] = [:]
        var total = Sum()
        for line in lines {
            sums[line.key.reduced(to: dimensions), default: Sum()] += line.sum
            total += line.sum
        }
        self.dimensions = dimensions
        self.total = total
        self.lines = sums.map(Line.init).sorted { $0.key.order.lexicographicallyPrecedes($1.key.order) }
    }

    /// The same broken down by less.
    package func by(_ dimensions: Set<Dimension>) -> Self { Self(lines, by: dimensions) }
}

/// The agent of a call, and its slug if it still exists.
package struct AgentName: Sendable, Hashable {
    package var id: Agent.ID
    package var slug: String?

    package init(id: Agent.ID, slug: String?) {
        self.id = id
        self.slug = slug
    }
}

/// The batch of a call, and its name if it still exists.
package struct BatchName: Sendable, Hashable {
    package var id: Batch.ID
    package var name: String?

    package init(id: Batch.ID, name: String?) {
        self.id = id
        self.name = name
    }
}
