package import Calls
package import FoundationEssentials

/// Who agreed to be called.
package struct ConsentStore: Sendable {
    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    package func add(_ consent: Consent, project: Project.ID) async throws {
        try await database.write(.refusable) { db in
            try db.run(
                """
                INSERT INTO consents (id, project, number, agreed, source, given_by, given_at, expires_at, recorded_by,
                                      created_at)
                VALUES (\(consent.id), \(project), \(consent.number), \(consent.text), \(consent.source),
                        \(consent.givenBy), \(consent.givenAt), \(consent.expiresAt), \(consent.recordedBy),
                        \(consent.createdAt))
                """
            )
        }
    }

    /// Nil if the project has no such record.
    package func consent(_ id: Consent.ID, project: Project.ID) async throws -> Consent? {
        try await database.read { db in
            try db.run("SELECT * FROM consents WHERE id = \(id) AND project = \(project)").first
                .map(Consent.init(row:))
        }
    }

    /// The newest record first, those older than `before`.
    package func consents(
        number: PhoneNumber?,
        before: Consent.ID?,
        limit: Int,
        project: Project.ID
    ) async throws -> [Consent] {
        let page = Self.page(number: number, before: before, limit: limit, project: project)
        return try await database.read { db in try db.run(page).map(Consent.init(row:)) }
    }

    /// The statement that finds a page.
    private static func page(number: PhoneNumber?, before: Consent.ID?, limit: Int, project: Project.ID) -> SQL {
        var condition: SQL = "project = \(project)"
        if let number { condition = "\(condition) AND number = \(number)" }
        if let before { condition = "\(condition) AND id < \(before)" }
        return "SELECT * FROM consents WHERE \(condition) ORDER BY id DESC LIMIT \(limit)"
    }

    /// Nil if the project has no such record. One that was revoked before keeps its date.
    package func revoke(_ id: Consent.ID, project: Project.ID, at now: Date) async throws -> Consent? {
        try await database.write { db in
            try db.run(
                """
                UPDATE consents SET revoked_at = COALESCE(revoked_at, \(now)) WHERE id = \(id) AND project = \(project)
                RETURNING *
                """
            ).first.map(Consent.init(row:))
        }
    }
}

extension Consent {
    /// What is recorded for a number, the last one given first: as many as it takes to find a good one.
    static func of(_ number: PhoneNumber, project: Project.ID, _ db: any SQLTransaction) throws -> [Consent] {
        try db.run(
            """
            SELECT * FROM consents WHERE project = \(project) AND number = \(number) ORDER BY given_at DESC LIMIT 20
            """
        ).map(Consent.init(row:))
    }

    /// All that is recorded for many numbers, the last one given first.
    static func of(_ numbers: [PhoneNumber], project: Project.ID, _ db: any SQLTransaction) throws -> [Consent] {
        try db.run(
            """
            SELECT * FROM consents WHERE project = \(project) AND number IN (\(list: numbers)) ORDER BY given_at DESC
            """
        ).map(Consent.init(row:))
    }

    fileprivate init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            number: try row["number"],
            text: try row["agreed"],
            source: try row["source"],
            givenBy: try row["given_by"],
            givenAt: try row["given_at"],
            expiresAt: try row["expires_at"],
            revokedAt: try row["revoked_at"],
            recordedBy: try row["recorded_by"],
            createdAt: try row["created_at"]
        )
    }
}
