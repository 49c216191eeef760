/// What keys may do, how long and how often: scopes, expiry, rotation, access tokens, and the windows that requests are counted in.
let access = Migration(name: "0006 access") { words in
    [
        "CREATE UNIQUE INDEX projects_by_name ON projects (name)",
        "ALTER TABLE projects ADD COLUMN requests_per_minute \(words.integer) CHECK (requests_per_minute > 0)",
        "ALTER TABLE projects ADD COLUMN requests_per_hour \(words.integer) CHECK (requests_per_hour > 0)",
        // A JSON list of words; NULL is every scope there is, whichever will be added.
        "ALTER TABLE api_keys ADD COLUMN scopes TEXT",
        "ALTER TABLE api_keys ADD COLUMN requests_per_minute \(words.integer) CHECK (requests_per_minute > 0)",
        "ALTER TABLE api_keys ADD COLUMN requests_per_hour \(words.integer) CHECK (requests_per_hour > 0)",
        "ALTER TABLE api_keys ADD COLUMN expires_at \(words.integer)",
        "ALTER TABLE api_keys ADD COLUMN rotated_at \(words.integer)",
        "ALTER TABLE api_keys ADD COLUMN last_used_at \(words.integer)",
        "CREATE INDEX api_keys_newest ON api_keys (project, id)",
        // Secrets that were replaced and are taken for a while yet.
        """
        CREATE TABLE earlier_secrets (
            hash        TEXT PRIMARY KEY,
            key         TEXT NOT NULL REFERENCES api_keys (id),
            valid_until \(words.integer) NOT NULL
        )\(words.strict)
        """,
        "CREATE INDEX earlier_secrets_of_key ON earlier_secrets (key)",
        """
        CREATE TABLE access_tokens (
            hash       TEXT PRIMARY KEY,
            key        TEXT NOT NULL REFERENCES api_keys (id),
            created_at \(words.integer) NOT NULL,
            expires_at \(words.integer) NOT NULL
        )\(words.strict)
        """,
        "CREATE INDEX access_tokens_of_key ON access_tokens (key)",
        "CREATE INDEX access_tokens_by_age ON access_tokens (expires_at)",
        // `subject` is a key or a project. A window opens with its first request.
        """
        CREATE TABLE rate_windows (
            subject   TEXT NOT NULL,
            name      TEXT NOT NULL,
            opened_at \(words.integer) NOT NULL,
            closes_at \(words.integer) NOT NULL CHECK (closes_at > opened_at),
            taken     \(words.integer) NOT NULL CHECK (taken > 0),
            PRIMARY KEY (subject, name)
        )\(words.strict)
        """,
    ]
}
