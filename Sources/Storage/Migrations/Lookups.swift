/// Indexes for questions that are asked all day long, so that each costs what it finds and not what the project has; and which rule of the gate
/// a call waits for, so that it can be let go when that changes.
let lookups = Migration(name: "0016 lookups") { _ in
    [
        // Led by the status, though each holds one alone: with as many columns to look up by, the index of all statuses would be preferred,
        // and every call that waits be read.
        "DROP INDEX calls_scheduled",
        "CREATE INDEX calls_scheduled ON calls (status, due_at, id) WHERE status = 'scheduled'",
        "DROP INDEX calls_expiring",
        "CREATE INDEX calls_expiring ON calls (expires_at) WHERE ended_at IS NULL AND expires_at IS NOT NULL",
        "CREATE INDEX calls_by_end ON calls (project, status, end_reason, id, reached) WHERE end_reason IS NOT NULL",
        """
        CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (project, id)
         WHERE delivered_at IS NULL AND given_up_at IS NULL
        """,
        "CREATE INDEX webhook_deliveries_exhausted ON webhook_deliveries (project, id) WHERE given_up_at IS NOT NULL",
        "CREATE INDEX consents_of_number_newest ON consents (project, number, id)",
        "CREATE INDEX idempotent_replies_of_call ON idempotent_replies (call)",
        "CREATE INDEX rate_windows_by_end ON rate_windows (closes_at)",
        "ALTER TABLE calls ADD COLUMN waits_for TEXT",
    ]
}
