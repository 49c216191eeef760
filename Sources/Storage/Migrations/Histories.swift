/// What is read about agents and numbers by people: the states that an agent had, in their order, and the calls from each number, by age.
let histories = Migration(name: "0021 histories") { _ in
    [
        "CREATE INDEX versions_of_agent ON agent_versions (agent, created_at, id)",
        "CREATE INDEX calls_from ON calls (project, caller_id, id)",
    ]
}
