/// What was answered to requests that clients may repeat.
let idempotentReplies = Migration(name: "0002 idempotent replies") { words in
    [
        """
        CREATE TABLE idempotent_replies (
            project     TEXT NOT NULL REFERENCES projects (id),
            key         TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            call        TEXT NOT NULL REFERENCES calls (id),
            status      \(words.integer) NOT NULL,
            body        TEXT NOT NULL,
            created_at  \(words.integer) NOT NULL,
            PRIMARY KEY (project, key)
        )\(words.strict)
        """,
        "CREATE INDEX idempotent_replies_by_age ON idempotent_replies (created_at)",
    ]
}
