/// What lists and feeds are read by: every filter of `CallFilter` has an index in the order of the pages.
let reading = Migration(name: "0004 reading") { words in
    [
        "ALTER TABLE calls ADD COLUMN mode TEXT NOT NULL DEFAULT 'live' CHECK (mode IN ('live', 'test'))",
        "UPDATE calls SET mode = 'test' WHERE request LIKE '%\"mode\":\"test\"%'",
        "DROP INDEX calls_of_agent",
        "CREATE INDEX calls_by_status ON calls (status, project, id)",
        "CREATE INDEX calls_of_agent ON calls (project, agent, id)",
        "CREATE INDEX calls_of_agent_by_status ON calls (project, agent, status, id)",
        "CREATE INDEX calls_to ON calls (project, destination, id)",
        "CREATE INDEX events_of_project ON events (project, sequence)",
    ]
}
