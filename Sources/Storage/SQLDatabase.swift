/// The one seam between us and a database: SQLite on one machine, PostgreSQL on several.
///
/// A transaction's body is synchronous on purpose: nothing can be awaited inside one, so none can be held open across a network
/// call.
package protocol SQLDatabase: Sendable {
    /// Whether this process is the only one that can hold calls. Then every call that another node holds is held by a process that
    /// is gone, and nobody has to wait for its lease.
    var isExclusive: Bool { get }

    /// One consistent view, nothing changed.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result

    /// All of `body` or nothing. Durable when this returns: a power cut afterwards loses none of it.
    @discardableResult
    func write<Result: Sendable>(
        _ urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result
}

/// What happens to a write when more of them wait than can be done soon.
package enum WriteUrgency: Sendable {
    /// It waits. For everything about a call that was accepted.
    case accepted
    /// It is refused with `DatabaseOverloaded`. For new work.
    case refusable
}

extension SQLDatabase {
    @discardableResult
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        try await write(.accepted, body)
    }
}

/// Too many writes wait already.
package struct DatabaseOverloaded: Error {}

package protocol SQLTransaction {
    var words: SQLWords { get }

    @discardableResult
    func run(_ statement: SQL) throws -> [SQLRow]
}

/// What the two databases spell differently.
package struct SQLWords: Sendable {
    /// Ends a `SELECT` whose rows must not change before the transaction ends: ` FOR UPDATE`, or nothing where there is one writer.
    package var lock: StaticString
    /// ` FOR UPDATE SKIP LOCKED` where rows can be locked, nothing where there is one writer anyway.
    package var skipLocked: StaticString
    /// A column of 64-bit integers.
    package var integer: StaticString
    /// Ends a `CREATE TABLE` whose columns hold nothing but their type.
    package var strict: StaticString
    /// Ends a `CREATE TRIGGER … BEFORE UPDATE ON …` that refuses every such statement: the table is only added to.
    package var refuse: StaticString
}

package struct SQLRow: Sendable {
    /// Column names and their places in `values`, shared by all rows of a result.
    let columns: [String: Int]
    let values: [SQLValue]

    package subscript<Value: SQLConvertible>(_ column: String, as type: Value.Type = Value.self) -> Value {
        get throws(SQLColumnError) {
            try Value(sqlValue: columns[column].map { values[$0] } ?? .null)
        }
    }
}
