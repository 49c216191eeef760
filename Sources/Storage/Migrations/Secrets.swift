/// What this installation alone knows, shared by its nodes.
let secrets = Migration(name: "0010 secrets") { words in
    [
        """
        CREATE TABLE secrets (
            name  TEXT PRIMARY KEY,
            value TEXT NOT NULL
        )\(words.strict)
        """
    ]
}
