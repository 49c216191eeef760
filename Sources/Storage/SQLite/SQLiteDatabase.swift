import FoundationEssentials
import GRDB

/// SQLite, through GRDB: WAL, many readers, one writer that groups commits, and `synchronous=FULL`.
///
/// Tests use `inMemory()`: there is no fake store anywhere, because this one is fast enough.
package struct SQLiteDatabase: SQLDatabase {
    /// Who else may open the file.
    package enum Ownership: Sendable {
        /// Nobody who holds calls: a second server is refused with `DatabaseInUse`.
        case exclusive
        /// For short errands beside a running server, such as making a key.
        case shared
    }

    package let isExclusive: Bool
    private let writer: any DatabaseWriter
    private let commits: GroupCommit
    private let lock: FileLock?

    /// Opens the file, making it and its directory if they are missing. `pendingLimit` is how many writes may wait before new
    /// work is refused.
    package static func file(
        at path: String,
        ownership: Ownership = .exclusive,
        pendingLimit: Int = 2000
    ) throws -> Self {
        let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        if !directory.isEmpty {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        let lock = ownership == .exclusive ? try FileLock(path: path + ".lock") : nil
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL when it turns WAL on, after `prepareDatabase` has run: a commit could then be lost with the power.
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        return Self(writer: pool, isExclusive: lock != nil, lock: lock, pendingLimit: pendingLimit)
    }

    package static func inMemory(pendingLimit: Int = 2000) throws -> Self {
        Self(
            writer: try DatabaseQueue(configuration: configuration),
            isExclusive: true,
            lock: nil,
            pendingLimit: pendingLimit
        )
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        // What is erased is not left in freed pages.
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
        return configuration
    }

    private init(writer: any DatabaseWriter, isExclusive: Bool, lock: FileLock?, pendingLimit: Int) {
        self.writer = writer
        self.isExclusive = isExclusive
        self.lock = lock
        commits = GroupCommit(writer: writer, pendingLimit: pendingLimit)
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        try await writer.read { db in try body(SQLiteTransaction(db: db)) }
    }

    @discardableResult
    package func write<Result: Sendable>(
        _ urgency: WriteUrgency,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result {
        try await commits.write(urgency) { db in try body(SQLiteTransaction(db: db)) }
    }

    /// How many writes wait for the one under way.
    package var pendingWrites: Int { commits.pendingCount }

    /// Waits for writes under way, closes the file and lets others open it.
    package func close() throws {
        try writer.close()
        lock?.release()
    }
}

private struct SQLiteTransaction: SQLTransaction {
    let db: Database

    var words: SQLWords {
        SQLWords(
            lock: "",
            skipLocked: "",
            integer: "INTEGER",
            strict: " STRICT",
            refuse: "BEGIN SELECT RAISE(ABORT, 'the table is only added to'); END"
        )
    }

    func run(_ statement: SQL) throws -> [SQLRow] {
        let prepared = try db.cachedStatement(sql: statement.text)
        let names = prepared.columnNames
        let columns = Dictionary(zip(names, names.indices)) { first, _ in first }
        let arguments = StatementArguments(statement.values.map(\.databaseValue))
        return try Row.fetchAll(prepared, arguments: arguments).map { row in
            SQLRow(columns: columns, values: row.databaseValues.map(SQLValue.init))
        }
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let value): self = .text(String(decoding: value, as: UTF8.self))
        }
    }

    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        }
    }
}
