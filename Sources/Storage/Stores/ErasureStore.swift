package import Calls
package import FoundationEssentials

/// Erases what is known of callees, a few calls at a time, so that whoever writes meanwhile does not wait long. Whatever dies when, what is
/// begun is known and can be gone on with.
package struct ErasureStore: Sendable {
    /// Calls of the number that are not over, or whose line may still be up.
    package struct CallsNotOver: Error {
        package var calls: [Call.ID]
    }

    /// Over, and nothing of it left on the wire.
    private static let isOver: SQL = """
        (ended_at IS NOT NULL AND node IS NULL
         AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.call = calls.id AND closed_at IS NULL))
        """

    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Writes down that `erasure` is to be done, unless a call it is about is not over: then throws `CallsNotOver` and stores nothing.
    package func begin(_ erasure: Erasure) async throws {
        try await database.write { db in
            let condition = Self.calls(of: erasure)
            // As it stood in the list of a batch.
            try db.run(
                """
                UPDATE batch_contacts SET cells = NULL
                 WHERE phone = \(erasure.number)
                   AND batch IN (SELECT id FROM batches WHERE project = \(erasure.project)
                                    AND (CAST(\(erasure.mode) AS TEXT) IS NULL OR mode = \(erasure.mode)))
                """
            )
            let open = try db.run(
                "SELECT id FROM calls WHERE \(condition) AND NOT \(Self.isOver) ORDER BY id LIMIT 10"
            )
            guard open.isEmpty else { throw CallsNotOver(calls: try open.map { try $0["id"] }) }
            try Self.eraseContacts(of: erasure, db)
            try db.run(
                """
                INSERT INTO erasures (id, project, number, mode, created_at, counts)
                VALUES (\(erasure.id), \(erasure.project), \(erasure.number), \(erasure.mode), \(erasure.createdAt),
                        \(JSONColumn(erasure.counts)))
                """
            )
        }
    }

    /// Erases up to `limit` calls. `files` are those of a call, whether or not they exist. Returns whether any were left.
    package func eraseSome(
        of erasure: Erasure,
        limit: Int,
        at now: Date,
        files: @escaping @Sendable (Call.ID) -> [String]
    ) async throws -> Bool {
        try await database.write { db in
            // A call that was placed after the wish is none of its business.
            let rows = try db.run(
                """
                SELECT * FROM calls WHERE \(Self.calls(of: erasure)) AND erased_at IS NULL AND \(Self.isOver)
                   AND created_at <= \(erasure.createdAt)
                 ORDER BY id LIMIT \(limit)
                """
            )
            guard !rows.isEmpty else { return false }
            var counts = try Self.counts(of: erasure.id, db)
            for row in rows {
                counts += try ErasedCall(row: row, at: now).erase(files: files, erasure: erasure.id, db)
            }
            try db.run("UPDATE erasures SET counts = \(JSONColumn(counts)) WHERE id = \(erasure.id)")
            return true
        }
    }

    /// Erases up to `limit` calls of the project that ended before `end`. Returns how many.
    package func eraseSome(
        of project: Project.ID,
        endedBefore end: Date,
        limit: Int,
        at now: Date,
        files: @escaping @Sendable (Call.ID) -> [String]
    ) async throws -> Int {
        try await database.write { db in
            let rows = try db.run(
                """
                SELECT * FROM calls
                 WHERE project = \(project) AND ended_at < \(end) AND erased_at IS NULL AND node IS NULL
                   AND ended_at IS NOT NULL AND \(Self.isOver)
                 ORDER BY ended_at LIMIT \(limit)
                """
            )
            for row in rows { _ = try ErasedCall(row: row, at: now).erase(files: files, erasure: nil, db) }
            return rows.count
        }
    }

    /// What is known of `erasure.number` beside calls, then the end of the erasure, which forgets the number itself. Nothing if files are left.
    package func complete(_ erasure: Erasure, at now: Date) async throws {
        try await database.write { db in
            let left = try db.run("SELECT path FROM erased_files WHERE erasure = \(erasure.id) LIMIT 1")
            guard left.isEmpty else { return }
            if let number = erasure.number, erasure.mode == nil {
                try db.run("DELETE FROM consents WHERE project = \(erasure.project) AND number = \(number)")
                // The number stays on the list: whoever wished not to be called is not to be forgotten into being called again.
                try db.run(
                    "UPDATE suppressions SET note = '' WHERE number = \(number) AND scope = \(Suppression.Scope.project.column(erasure.project))"
                )
            }
            try db.run(
                """
                UPDATE erasures SET number = NULL, completed_at = \(now)
                 WHERE id = \(erasure.id) AND completed_at IS NULL
                """
            )
        }
    }

    /// Files that have to go; those of one erasure, or all there are.
    package func files(of erasure: Erasure.ID? = nil, limit: Int) async throws -> [String] {
        let condition: SQL = if let erasure { "erasure = \(erasure)" } else { "TRUE" }
        return try await database.read { db in
            try db.run("SELECT path FROM erased_files WHERE \(condition) ORDER BY path LIMIT \(limit)").map {
                try $0["path"]
            }
        }
    }

    /// The files are gone.
    package func forget(files: [String]) async throws {
        try await database.write { db in
            try db.run("DELETE FROM erased_files WHERE path IN (\(list: files))")
        }
    }

    /// Those that are not complete, oldest first.
    package func unfinished() async throws -> [Erasure] {
        try await database.read { db in
            try db.run("SELECT * FROM erasures WHERE completed_at IS NULL ORDER BY id").map(Erasure.init(row:))
        }
    }

    package func erasure(_ id: Erasure.ID, project: Project.ID) async throws -> Erasure? {
        try await database.read { db in
            try db.run("SELECT * FROM erasures WHERE id = \(id) AND project = \(project)").first
                .map(Erasure.init(row:))
        }
    }

    /// Newest first.
    package func erasures(project: Project.ID, limit: Int) async throws -> [Erasure] {
        try await database.read { db in
            try db.run("SELECT * FROM erasures WHERE project = \(project) ORDER BY id DESC LIMIT \(limit)")
                .map(Erasure.init(row:))
        }
    }

    /// In every list that a batch calls from. Whoever was still to be called is not: at once, before the next look at the list.
    private static func eraseContacts(of erasure: Erasure, _ db: any SQLTransaction) throws {
        var condition: SQL = "project = \(erasure.project)"
        if let mode = erasure.mode { condition = "\(condition) AND mode = \(mode)" }
        try db.run(
            """
            UPDATE batch_contacts
               SET state = CASE WHEN state IN ('ready', 'waiting') THEN 'skipped' ELSE state END,
                   phone = \(PhoneNumber.erased), variables = '{}', metadata = NULL, time_zone = NULL, note = 'Erased'
             WHERE phone = \(erasure.number) AND batch IN (SELECT id FROM batches WHERE \(condition))
            """
        )
    }

    private static func calls(of erasure: Erasure) -> SQL {
        let condition: SQL = "project = \(erasure.project) AND destination = \(erasure.number)"
        guard let mode = erasure.mode else { return condition }
        return "\(condition) AND mode = \(mode)"
    }

    private static func counts(of erasure: Erasure.ID, _ db: any SQLTransaction) throws -> Erasure.Counts {
        try db.run("SELECT counts FROM erasures WHERE id = \(erasure)\(db.words.lock)").first
            .map { try $0["counts", as: JSONColumn<Erasure.Counts>.self].value } ?? Erasure.Counts()
    }
}

// How long projects keep what was said.
extension ErasureStore {
    /// In days; projects that keep everything are not in it.
    package func retention() async throws -> [Project.ID: Int] {
        try await database.read { db in
            try db.run("SELECT * FROM retention").reduce(into: [:]) { days, row in
                days[try row["project", as: Project.ID.self]] = try row["days"]
            }
        }
    }

    /// Nil keeps everything.
    package func setRetention(_ days: Int?, of project: Project.ID) async throws {
        try await database.write { db in
            guard let days else {
                try db.run("DELETE FROM retention WHERE project = \(project)")
                return
            }
            try db.run(
                """
                INSERT INTO retention (project, days) VALUES (\(project), \(days))
                ON CONFLICT (project) DO UPDATE SET days = excluded.days
                """
            )
        }
    }
}

extension Erasure {
    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            project: try row["project"],
            number: try row["number"],
            mode: try row["mode"],
            createdAt: try row["created_at"],
            completedAt: try row["completed_at"],
            counts: try row["counts", as: JSONColumn<Erasure.Counts>.self].value
        )
    }
}
