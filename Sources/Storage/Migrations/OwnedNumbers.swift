/// The numbers a project has, whether an agent calls from them or not.
let ownedNumbers = Migration(name: "0005 owned numbers") { words in
    [
        """
        CREATE TABLE owned_numbers (
            id         TEXT PRIMARY KEY,
            project    TEXT NOT NULL REFERENCES projects (id),
            number     TEXT NOT NULL,
            name       TEXT NOT NULL,
            created_at \(words.integer) NOT NULL,
            UNIQUE (project, number)
        )\(words.strict)
        """,
        "CREATE INDEX numbers_by_number ON numbers (project, number)",
        "ALTER TABLE agents ADD COLUMN direction TEXT NOT NULL DEFAULT 'outbound'",
        "ALTER TABLE agents ADD COLUMN archived_at \(words.integer)",
    ]
}
