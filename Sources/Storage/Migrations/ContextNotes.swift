/// What agents were told while their calls were live.
let contextNotes = Migration(name: "0011 context notes") { _ in
    ["ALTER TABLE calls ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'"]
}
