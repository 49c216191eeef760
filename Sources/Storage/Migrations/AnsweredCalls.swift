/// For lists of an agent's calls on which somebody spoke: those are a part of all, and often a small one.
let answeredCalls = Migration(name: "0009 answered calls") { _ in
    [
        """
        CREATE INDEX calls_of_agent_answered ON calls (project, agent, status, id, answered_at)
         WHERE answered_at IS NOT NULL
        """
    ]
}
