/// Whom a project may call, what was decided before each dial and why, and what the dials of the past say about the next one.
let gates = Migration(name: "0009 gates") { words in
    [
        """
        CREATE TABLE dial_policies (
            project    TEXT PRIMARY KEY REFERENCES projects (id),
            changes    TEXT NOT NULL,
            updated_at \(words.integer) NOT NULL
        )\(words.strict)
        """,
        // The scope is a project, or the word 'account' for all of them.
        """
        CREATE TABLE suppressions (
            number     TEXT NOT NULL,
            scope      TEXT NOT NULL,
            reason     TEXT NOT NULL,
            note       TEXT NOT NULL,
            added_by   TEXT NOT NULL,
            call       TEXT,
            created_at \(words.integer) NOT NULL,
            PRIMARY KEY (number, scope)
        )\(words.strict)
        """,
        "CREATE INDEX suppressions_of_scope ON suppressions (scope, number)",
        """
        CREATE TABLE consents (
            id          TEXT PRIMARY KEY,
            project     TEXT NOT NULL REFERENCES projects (id),
            number      TEXT NOT NULL,
            agreed      TEXT NOT NULL,
            source      TEXT NOT NULL,
            given_by    TEXT,
            given_at    \(words.integer) NOT NULL,
            expires_at  \(words.integer),
            revoked_at  \(words.integer),
            recorded_by TEXT NOT NULL,
            created_at  \(words.integer) NOT NULL
        )\(words.strict)
        """,
        "CREATE INDEX consents_of_number ON consents (project, number, given_at)",
        "CREATE INDEX consents_newest ON consents (project, id)",
        """
        CREATE TABLE gate_decisions (
            call       TEXT NOT NULL REFERENCES calls (id),
            number     \(words.integer) NOT NULL CHECK (number >= 1),
            stage      TEXT NOT NULL CHECK (stage IN ('placement', 'dial')),
            decided_at \(words.integer) NOT NULL,
            dial_at    \(words.integer) NOT NULL,
            checks     TEXT NOT NULL,
            PRIMARY KEY (call, number)
        )\(words.strict)
        """,
        "ALTER TABLE calls ADD COLUMN blocked_by TEXT",
        // One line for each pace, in the order in which it is dialed.
        "DROP INDEX calls_queue",
        """
        CREATE INDEX calls_queue ON calls (project, (COALESCE(dials_per_minute, 0)), priority DESC, due_at, id)
         WHERE status = 'queued'
        """,
        "CREATE INDEX calls_under_way ON calls (project) WHERE node IS NOT NULL",
        // What caps and paces count is in the ledger itself.
        "ALTER TABLE attempts ADD COLUMN project TEXT",
        "ALTER TABLE attempts ADD COLUMN destination TEXT",
        "ALTER TABLE attempts ADD COLUMN pace \(words.integer)",
        """
        UPDATE attempts SET project = (SELECT project FROM calls WHERE calls.id = attempts.call),
                            destination = (SELECT destination FROM calls WHERE calls.id = attempts.call)
        """,
        "CREATE INDEX attempts_of_project ON attempts (project, created_at)",
        "CREATE INDEX attempts_of_pace ON attempts (project, pace, created_at) WHERE pace IS NOT NULL",
        "CREATE INDEX attempts_of_callee ON attempts (project, destination, created_at)",
    ]
}
