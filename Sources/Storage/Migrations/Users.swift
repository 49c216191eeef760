/// People who use the pages of the server, how they got in, and what they did.
let users = Migration(name: "0019 users") { words in
    [
        """
        CREATE TABLE users (
            id           TEXT PRIMARY KEY,
            project      TEXT NOT NULL REFERENCES projects (id),
            name         TEXT NOT NULL UNIQUE,
            role         TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'owner')),
            password     TEXT,
            created_at   \(words.integer) NOT NULL,
            signed_in_at \(words.integer),
            disabled_at  \(words.integer)
        )\(words.strict)
        """,
        "CREATE INDEX users_of_project ON users (project, name)",
        // What opens once and lets a user choose a password. By hash, as all secrets.
        """
        CREATE TABLE invitations (
            hash       TEXT PRIMARY KEY,
            user_id       TEXT NOT NULL UNIQUE REFERENCES users (id),
            expires_at \(words.integer) NOT NULL
        )\(words.strict)
        """,
        """
        CREATE TABLE sessions (
            hash       TEXT PRIMARY KEY,
            user_id       TEXT NOT NULL REFERENCES users (id),
            created_at \(words.integer) NOT NULL,
            used_at    \(words.integer) NOT NULL,
            expires_at \(words.integer) NOT NULL
        )\(words.strict)
        """,
        "CREATE INDEX sessions_of_user ON sessions (user_id)",
        "CREATE INDEX sessions_by_age ON sessions (expires_at)",
        // Never changed, and kept when a user goes: so it has the name beside the id.
        """
        CREATE TABLE audit (
            id      TEXT PRIMARY KEY,
            project TEXT NOT NULL REFERENCES projects (id),
            user_id    TEXT,
            name    TEXT NOT NULL,
            action  TEXT NOT NULL,
            subject TEXT,
            detail  TEXT,
            address TEXT,
            at      \(words.integer) NOT NULL
        )\(words.strict)
        """,
        "CREATE INDEX audit_newest ON audit (project, id)",
    ]
}
