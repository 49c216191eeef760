/// What calls came to and how they went, added up by day, agent, batch and end reason as calls end: however many there are, a report reads a few
/// rows of each day.
let usageDays = Migration(name: "0020 usage days") { words in
    [
        "ALTER TABLE usage_records ADD COLUMN batch TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE usage_records ADD COLUMN answered \(words.integer) NOT NULL DEFAULT 0",
        "ALTER TABLE usage_records ADD COLUMN talked_seconds \(words.integer) NOT NULL DEFAULT 0",
        // A `GapHistogram`. Null if the call has no measured turn.
        "ALTER TABLE usage_records ADD COLUMN gaps TEXT",
        """
        UPDATE usage_records
           SET batch = COALESCE((SELECT batch FROM calls WHERE id = usage_records.call), ''),
               answered = (SELECT COUNT(*) FROM calls WHERE id = usage_records.call AND answered_at IS NOT NULL),
               talked_seconds = COALESCE((SELECT (ended_at - answered_at + 999999) / 1000000 FROM calls
                                           WHERE id = usage_records.call AND answered_at IS NOT NULL), 0)
        """,
        // A part of a primary key cannot be null: no batch is an empty text.
        """
        CREATE TABLE usage_days (
            project        TEXT NOT NULL,
            mode           TEXT NOT NULL,
            day            TEXT NOT NULL,
            agent          TEXT NOT NULL,
            batch          TEXT NOT NULL,
            end_reason     TEXT NOT NULL,
            calls          \(words.integer) NOT NULL,
            answered       \(words.integer) NOT NULL,
            talked_seconds \(words.integer) NOT NULL,
            billed_seconds \(words.integer) NOT NULL,
            amount         \(words.integer) NOT NULL,
            PRIMARY KEY (project, mode, day, agent, batch, end_reason)
        )\(words.strict)
        """,
        """
        CREATE TABLE usage_gaps (
            project    TEXT NOT NULL,
            mode       TEXT NOT NULL,
            day        TEXT NOT NULL,
            agent      TEXT NOT NULL,
            batch      TEXT NOT NULL,
            end_reason TEXT NOT NULL,
            bound      \(words.integer) NOT NULL,
            turns      \(words.integer) NOT NULL,
            PRIMARY KEY (project, mode, day, agent, batch, end_reason, bound)
        )\(words.strict)
        """,
        // What has to be added up anew before it is read: days begin at the midnight of the wallet's zone, which no statement here knows.
        """
        CREATE TABLE usage_recounts (
            project TEXT NOT NULL,
            mode    TEXT NOT NULL,
            PRIMARY KEY (project, mode)
        )\(words.strict)
        """,
        "INSERT INTO usage_recounts (project, mode) SELECT DISTINCT project, mode FROM usage_records",
    ]
}
