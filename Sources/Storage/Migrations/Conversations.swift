/// What is kept of conversations beside their words: what led them, how often the callee had the turn, and why a result is missing.
let conversations = Migration(name: "0007 conversations") { words in
    [
        "ALTER TABLE calls ADD COLUMN conductor TEXT",
        "ALTER TABLE calls ADD COLUMN callee_turns \(words.integer) NOT NULL DEFAULT 0",
        "ALTER TABLE calls ADD COLUMN result_error TEXT",
    ]
}
