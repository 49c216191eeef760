/// Who or what answered, on what grounds, and who or what it really was.
let whoAnswered = Migration(name: "0014 who answered") { _ in
    [
        "ALTER TABLE calls ADD COLUMN answer TEXT",
        "ALTER TABLE calls ADD COLUMN answer_label TEXT",
        "CREATE INDEX calls_labelled ON calls (project, id) WHERE answer_label IS NOT NULL",
    ]
}
