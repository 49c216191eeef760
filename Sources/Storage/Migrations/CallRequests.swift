/// What calls carry beside their request as it was received: the prompt as rendered, and what the queue and the lists choose by.
let callRequests = Migration(name: "0003 call requests") { words in
    [
        "ALTER TABLE calls ADD COLUMN prompt TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE calls ADD COLUMN door TEXT NOT NULL DEFAULT 'native'",
        "ALTER TABLE calls ADD COLUMN api_key TEXT",
        "ALTER TABLE calls ADD COLUMN priority \(words.integer) NOT NULL DEFAULT 0",
        "ALTER TABLE calls ADD COLUMN dials_per_minute \(words.integer)",
    ]
}
