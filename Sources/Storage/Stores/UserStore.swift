package import Calls
package import FoundationEssentials

/// People who sign in: users, invitations and sessions. Secrets are known by their hashes alone.
package struct UserStore: Sendable {
    /// A session as it is stored.
    package struct Session: Sendable, Hashable {
        package var user: User
        package var createdAt: Date
        package var usedAt: Date
        package var expiresAt: Date
    }

    private let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// False if the name is taken. The invitation is good until `expiresAt`.
    package func add(_ user: User, invitation hash: String, until expiresAt: Date) async throws -> Bool {
        try await database.write(.refusable) { db in
            let rows = try db.run(
                """
                INSERT INTO users (id, project, name, role, created_at)
                VALUES (\(user.id), \(user.project), \(user.name), \(user.role), \(user.createdAt))
                ON CONFLICT (name) DO NOTHING RETURNING id
                """
            )
            guard !rows.isEmpty else { return false }
            try Self.invite(user.id, hash: hash, until: expiresAt, db)
            return true
        }
    }

    /// A new invitation; the one before it opens nothing any more.
    package func invite(_ id: User.ID, hash: String, until expiresAt: Date) async throws {
        try await database.write { db in try Self.invite(id, hash: hash, until: expiresAt, db) }
    }

    private static func invite(
        _ id: User.ID,
        hash: String,
        until expiresAt: Date,
        _ db: any SQLTransaction
    ) throws {
        try db.run("DELETE FROM invitations WHERE user_id = \(id)")
        try db.run("INSERT INTO invitations (hash, user_id, expires_at) VALUES (\(hash), \(id), \(expiresAt))")
    }

    /// Whoever an invitation is for that is still good.
    package func invited(hash: String, at now: Date) async throws -> User? {
        try await database.read { db in try Self.invited(hash: hash, at: now, db) }
    }

    /// Gives the invited user a password, ends their sessions, and takes the invitation away: the second who opens it gets nil.
    package func accept(hash: String, password: String, at now: Date) async throws -> User? {
        try await database.write { db in
            guard let user = try Self.invited(hash: hash, at: now, db) else { return nil }
            try db.run("DELETE FROM invitations WHERE user_id = \(user.id)")
            try db.run("DELETE FROM sessions WHERE user_id = \(user.id)")
            try db.run("UPDATE users SET password = \(password) WHERE id = \(user.id)")
            return try Self.user(user.id, db)
        }
    }

    private static func invited(hash: String, at now: Date, _ db: any SQLTransaction) throws -> User? {
        try db.run(
            """
            SELECT u.* FROM invitations i JOIN users u ON u.id = i.user_id
             WHERE i.hash = \(hash) AND i.expires_at > \(now) AND u.disabled_at IS NULL
            """
        ).first.map(User.init(row:))
    }

    /// With the stored form of the password, which is nil if none was chosen.
    package func user(named name: String) async throws -> (user: User, password: String?)? {
        try await database.read { db in
            try db.run("SELECT * FROM users WHERE name = \(name)").first.map { row in
                (try User(row: row), try row["password"])
            }
        }
    }

    package func user(_ id: User.ID, project: Project.ID) async throws -> User? {
        try await database.read { db in
            let user = try Self.user(id, db)
            return user?.project == project ? user : nil
        }
    }

    /// Whether anybody on the server can sign in.
    package func hasPasswords() async throws -> Bool {
        try await database.read { db in
            try !db.run("SELECT id FROM users WHERE password IS NOT NULL AND disabled_at IS NULL LIMIT 1").isEmpty
        }
    }

    /// By name.
    package func users(project: Project.ID) async throws -> [User] {
        try await database.read { db in
            try db.run("SELECT * FROM users WHERE project = \(project) ORDER BY name").map(User.init(row:))
        }
    }

    /// Changes a user in one transaction with the check of `mayChange`, which sees the project's other users. A user who is switched off has no
    /// sessions and no invitation any more. Nil if there is no such user.
    package func update(
        _ id: User.ID,
        project: Project.ID,
        _ change: @escaping @Sendable (_ user: inout User, _ others: [User]) throws -> Void
    ) async throws -> User? {
        try await database.write { db in
            let all = try db.run("SELECT * FROM users WHERE project = \(project)").map(User.init(row:))
            guard var user = all.first(where: { $0.id == id }) else { return nil }
            try change(&user, all.filter { $0.id != id })
            try db.run("UPDATE users SET role = \(user.role), disabled_at = \(user.disabledAt) WHERE id = \(id)")
            if user.disabledAt != nil {
                try db.run("DELETE FROM sessions WHERE user_id = \(id)")
                try db.run("DELETE FROM invitations WHERE user_id = \(id)")
            }
            return user
        }
    }

    private static func user(_ id: User.ID, _ db: any SQLTransaction) throws -> User? {
        try db.run("SELECT * FROM users WHERE id = \(id)").first.map(User.init(row:))
    }
}

// Sessions.
extension UserStore {
    /// Begins a session, and forgets those that are over.
    package func begin(hash: String, user: User.ID, at now: Date, until expiresAt: Date) async throws {
        try await database.write { db in
            try db.run("DELETE FROM sessions WHERE expires_at <= \(now)")
            try db.run(
                """
                INSERT INTO sessions (hash, user_id, created_at, used_at, expires_at)
                VALUES (\(hash), \(user), \(now), \(now), \(expiresAt))
                """
            )
            try db.run("UPDATE users SET signed_in_at = \(now) WHERE id = \(user)")
        }
    }

    /// Whether it is over is for the caller to judge. Nil also for a user who is switched off.
    package func session(hash: String) async throws -> Session? {
        try await database.read { db in
            try db.run(
                """
                SELECT u.*, s.created_at AS began_at, s.used_at, s.expires_at
                  FROM sessions s JOIN users u ON u.id = s.user_id
                 WHERE s.hash = \(hash) AND u.disabled_at IS NULL
                """
            ).first.map { row in
                Session(
                    user: try User(row: row),
                    createdAt: try row["began_at"],
                    usedAt: try row["used_at"],
                    expiresAt: try row["expires_at"]
                )
            }
        }
    }

    package func used(hash: String, at now: Date) async throws {
        try await database.write { db in try db.run("UPDATE sessions SET used_at = \(now) WHERE hash = \(hash)") }
    }

    package func end(hash: String) async throws {
        try await database.write { db in try db.run("DELETE FROM sessions WHERE hash = \(hash)") }
    }
}

extension User {
    init(row: SQLRow) throws {
        self.init(
            id: try row["id"],
            project: try row["project"],
            name: try row["name"],
            role: try row["role"],
            createdAt: try row["created_at"],
            hasPassword: try row["password", as: String?.self] != nil,
            signedInAt: try row["signed_in_at"],
            disabledAt: try row["disabled_at"]
        )
    }
}
