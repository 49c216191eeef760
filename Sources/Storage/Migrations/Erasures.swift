/// What was erased on whose wish, which files are still to go, and how long projects keep what was said.
let erasures = Migration(name: "0012 erasures") { words in
    [
        "ALTER TABLE calls ADD COLUMN erased_at \(words.integer)",
        """
        CREATE INDEX calls_kept ON calls (project, ended_at)
         WHERE erased_at IS NULL AND node IS NULL AND ended_at IS NOT NULL
        """,
        // The number is there for as long as it is needed to go on after a crash.
        """
        CREATE TABLE erasures (
            id           TEXT PRIMARY KEY,
            project      TEXT NOT NULL REFERENCES projects (id),
            number       TEXT,
            mode         TEXT CHECK (mode IN ('live', 'test')),
            created_at   \(words.integer) NOT NULL,
            completed_at \(words.integer),
            counts       TEXT NOT NULL,
            CHECK ((number IS NULL) = (completed_at IS NOT NULL))
        )\(words.strict)
        """,
        "CREATE INDEX erasures_newest ON erasures (project, id)",
        "CREATE INDEX erasures_open ON erasures (id) WHERE completed_at IS NULL",
        // Files of calls that are erased. A row goes when its file is gone.
        """
        CREATE TABLE erased_files (
            path    TEXT PRIMARY KEY,
            erasure TEXT
        )\(words.strict)
        """,
        "CREATE INDEX erased_files_of ON erased_files (erasure)",
        """
        CREATE TABLE retention (
            project TEXT PRIMARY KEY REFERENCES projects (id),
            days    \(words.integer) NOT NULL CHECK (days >= 1)
        )\(words.strict)
        """,
    ]
}
