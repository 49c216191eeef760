package import Calls
import FoundationEssentials

/// The do-not-call lists: one for each project, and one for the whole account.
package struct SuppressionStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Adds what is not there yet, all or nothing. Returns how many were added: who stands on the list already keeps reason and date.
    package func add(_ suppressions: [Suppression], project: Project.ID) async throws -> Int {
        try await database.write(.refusable) { db in
            try suppressions.reduce(0) { count, suppression in
                try suppression.insert(project: project, db) ? count + 1 : count
            }
        }
    }

    /// What stops calls of the project to `number`: nothing, an entry of its own list, of the account's, or both.
    package func suppressions(of number: PhoneNumber, project: Project.ID) async throws -> [Suppression] {
        try await database.read { db in try Suppression.stopping(number, project: project, db) }
    }

    /// In the order of the numbers, those behind `after`; only those that begin as `beginning` does, if one is given.
    package func suppressions(
        _ scope: Suppression.Scope,
        beginning: NumberBeginning? = nil,
        after: PhoneNumber?,
        limit: Int,
        project: Project.ID
    ) async throws -> [Suppression] {
        // A colon comes behind the digits: whatever begins so lies before it.
        let (start, end) = (beginning?.description ?? "", "\(beginning?.description ?? ""):")
        return try await database.read { db in
            try db.run(
                """
                SELECT * FROM suppressions
                 WHERE scope = \(scope.column(project)) AND number > \(after?.description ?? "")
                   AND number >= \(start) AND number < \(end)
                 ORDER BY number LIMIT \(limit)
                """
            ).map(Suppression.init(row:))
        }
    }

    /// False if the number is not on that list.
    package func remove(_ number: PhoneNumber, from scope: Suppression.Scope, project: Project.ID) async throws -> Bool
    {
        try await database.write { db in
            let removed = try db.run(
                "DELETE FROM suppressions WHERE number = \(number) AND scope = \(scope.column(project)) RETURNING number"
            )
            return !removed.isEmpty
        }
    }
}

extension Suppression.Scope {
    private static let accountColumn = "account"

    func column(_ project: Project.ID) -> SQLValue {
        switch self {
        case .account: .text(Self.accountColumn)
        case .project: project.sqlValue
        }
    }

    fileprivate init(column: String) {
        self = column == Self.accountColumn ? .account : .project
    }
}

extension Suppression {
    /// False if the number is on the list already.
    @discardableResult
    func insert(project: Project.ID, _ db: any SQLTransaction) throws -> Bool {
        let added = try db.run(
            """
            INSERT INTO suppressions (number, scope, reason, note, added_by, call, created_at)
            VALUES (\(number), \(scope.column(project)), \(reason), \(note), \(addedBy), \(call), \(createdAt))
            ON CONFLICT (number, scope) DO NOTHING
            RETURNING number
            """
        )
        return !added.isEmpty
    }

    static func stopping(
        _ number: PhoneNumber,
        project: Project.ID,
        _ db: any SQLTransaction
    ) throws -> [Suppression] {
        let scopes = Scope.allCases.map { $0.column(project) }
        return try db.run("SELECT * FROM suppressions WHERE number = \(number) AND scope IN (\(list: scopes))")
            .map(Suppression.init(row:))
    }

    /// The same of many numbers.
    static func stopping(
        _ numbers: [PhoneNumber],
        project: Project.ID,
        _ db: any SQLTransaction
    ) throws -> [Suppression] {
        let scopes = Scope.allCases.map { $0.column(project) }
        return try db.run(
            "SELECT * FROM suppressions WHERE number IN (\(list: numbers)) AND scope IN (\(list: scopes))"
        ).map(Suppression.init(row:))
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            number: try row["number"],
            scope: Scope(column: try row["scope"]),
            reason: try row["reason"],
            note: try row["note"],
            addedBy: try row["added_by"],
            call: try row["call"],
            createdAt: try row["created_at"]
        )
    }
}

extension Suppression.Reason: SQLConvertible {}
