/// Projects, keys, agents, calls with their dial ledger, what was said, what was on the wire, and what was told to whom.
let firstCall = Migration(name: "0001 first call") { words in
    [
        """
        CREATE TABLE projects (
            id             TEXT PRIMARY KEY,
            name           TEXT NOT NULL,
            webhook_secret TEXT NOT NULL,
            created_at     \(words.integer) NOT NULL
        )\(words.strict)
        """,
        // A number given out under the row's lock is given out in the order of commits, in both databases.
        """
        CREATE TABLE counters (
            name  TEXT PRIMARY KEY,
            value \(words.integer) NOT NULL CHECK (value >= 0)
        )\(words.strict)
        """,
        "INSERT INTO counters (name, value) VALUES ('events', 0)",
        """
        CREATE TABLE api_keys (
            id         TEXT PRIMARY KEY,
            project    TEXT NOT NULL REFERENCES projects (id),
            name       TEXT NOT NULL,
            mode       TEXT NOT NULL CHECK (mode IN ('live', 'test')),
            hash       TEXT NOT NULL UNIQUE,
            hint       TEXT NOT NULL,
            created_at \(words.integer) NOT NULL,
            revoked_at \(words.integer)
        )\(words.strict)
        """,
        """
        CREATE TABLE agents (
            id         TEXT PRIMARY KEY,
            project    TEXT NOT NULL REFERENCES projects (id),
            slug       TEXT NOT NULL,
            version    TEXT NOT NULL,
            created_at \(words.integer) NOT NULL,
            updated_at \(words.integer) NOT NULL,
            UNIQUE (project, slug)
        )\(words.strict)
        """,
        // Versions outlive their agent: a call keeps the agent it was placed with.
        """
        CREATE TABLE agent_versions (
            id         TEXT PRIMARY KEY,
            agent      TEXT NOT NULL,
            document   TEXT NOT NULL,
            created_at \(words.integer) NOT NULL
        )\(words.strict)
        """,
        """
        CREATE TABLE numbers (
            agent    TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
            position \(words.integer) NOT NULL,
            project  TEXT NOT NULL REFERENCES projects (id),
            number   TEXT NOT NULL,
            PRIMARY KEY (agent, position),
            UNIQUE (agent, number)
        )\(words.strict)
        """,
        """
        CREATE TABLE calls (
            id                  TEXT PRIMARY KEY,
            project             TEXT NOT NULL REFERENCES projects (id),
            agent               TEXT NOT NULL,
            agent_version       TEXT NOT NULL REFERENCES agent_versions (id),
            destination         TEXT NOT NULL,
            caller_id           TEXT NOT NULL,
            request             TEXT NOT NULL,
            created_at          \(words.integer) NOT NULL,
            due_at              \(words.integer) NOT NULL,
            expires_at          \(words.integer),
            status              TEXT NOT NULL CHECK (status IN (
                'scheduled', 'queued', 'dispatching', 'dialing', 'ringing', 'in_progress', 'wrapping_up',
                'completed', 'canceled', 'no_answer', 'busy', 'rejected', 'voicemail', 'screened', 'invalid_number',
                'caller_id_rejected', 'carrier_error', 'blocked', 'expired', 'internal_error')),
            node                TEXT,
            lease_until         \(words.integer),
            epoch               \(words.integer) NOT NULL DEFAULT 0,
            cancel_requested_at \(words.integer),
            answered_at         \(words.integer),
            ended_at            \(words.integer),
            end_reason          TEXT,
            transport           TEXT NOT NULL,
            reached             TEXT NOT NULL,
            goal                TEXT NOT NULL,
            opted_out           \(words.integer) NOT NULL CHECK (opted_out IN (0, 1)),
            fields              TEXT NOT NULL,
            summary             TEXT,
            costs               TEXT NOT NULL,
            recording           TEXT,
            CHECK ((node IS NULL) = (lease_until IS NULL)),
            CHECK (status NOT IN ('scheduled', 'queued') OR node IS NULL),
            CHECK (status NOT IN ('dispatching', 'dialing', 'ringing', 'in_progress', 'wrapping_up')
                   OR node IS NOT NULL),
            CHECK (status <> 'in_progress' OR answered_at IS NOT NULL),
            CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
            CHECK ((status IN ('scheduled', 'queued', 'dispatching', 'dialing', 'ringing', 'in_progress'))
                   = (ended_at IS NULL))
        )\(words.strict)
        """,
        "CREATE INDEX calls_queue ON calls (project, due_at, id) WHERE status = 'queued'",
        "CREATE INDEX calls_scheduled ON calls (due_at, id) WHERE status = 'scheduled'",
        """
        CREATE INDEX calls_expiring ON calls (expires_at)
         WHERE status IN ('scheduled', 'queued') AND expires_at IS NOT NULL
        """,
        "CREATE INDEX calls_held ON calls (lease_until) WHERE node IS NOT NULL",
        "CREATE INDEX calls_newest ON calls (project, id)",
        "CREATE INDEX calls_of_agent ON calls (agent, id)",
        """
        CREATE TABLE attempts (
            id         TEXT PRIMARY KEY,
            call       TEXT NOT NULL REFERENCES calls (id),
            number     \(words.integer) NOT NULL CHECK (number >= 1),
            certainty  TEXT NOT NULL CHECK (certainty IN ('not_sent', 'sent', 'unknown')),
            created_at \(words.integer) NOT NULL,
            dialog     TEXT,
            closed_at  \(words.integer),
            UNIQUE (call, number)
        )\(words.strict)
        """,
        // The database itself refuses a second attempt that could ring the same callee.
        "CREATE UNIQUE INDEX attempts_once ON attempts (call) WHERE certainty <> 'not_sent'",
        "CREATE INDEX attempts_open ON attempts (call) WHERE closed_at IS NULL",
        """
        CREATE TABLE transcript_entries (
            call      TEXT NOT NULL REFERENCES calls (id),
            position  \(words.integer) NOT NULL,
            speaker   TEXT NOT NULL CHECK (speaker IN ('agent', 'callee')),
            said      TEXT NOT NULL,
            generated TEXT,
            start_ms  \(words.integer) NOT NULL,
            end_ms    \(words.integer) NOT NULL,
            step      TEXT,
            intent    TEXT,
            keyed     \(words.integer) NOT NULL CHECK (keyed IN (0, 1)),
            PRIMARY KEY (call, position)
        )\(words.strict)
        """,
        """
        CREATE TABLE sip_messages (
            attempt  TEXT NOT NULL REFERENCES attempts (id),
            position \(words.integer) NOT NULL,
            at       \(words.integer) NOT NULL,
            sent     \(words.integer) NOT NULL CHECK (sent IN (0, 1)),
            peer     TEXT NOT NULL,
            message  TEXT NOT NULL,
            PRIMARY KEY (attempt, position)
        )\(words.strict)
        """,
        """
        CREATE TABLE events (
            sequence \(words.integer) PRIMARY KEY,
            id       TEXT NOT NULL,
            call     TEXT NOT NULL REFERENCES calls (id),
            project  TEXT NOT NULL,
            kind     TEXT NOT NULL,
            at       \(words.integer) NOT NULL,
            data     TEXT NOT NULL
        )\(words.strict)
        """,
        "CREATE INDEX events_of_call ON events (call, sequence)",
        """
        CREATE TABLE webhook_deliveries (
            id           TEXT PRIMARY KEY,
            project      TEXT NOT NULL REFERENCES projects (id),
            call         TEXT NOT NULL REFERENCES calls (id),
            event        TEXT NOT NULL,
            host         TEXT NOT NULL,
            url          TEXT NOT NULL,
            body         TEXT NOT NULL,
            created_at   \(words.integer) NOT NULL,
            attempts     \(words.integer) NOT NULL,
            next_at      \(words.integer) NOT NULL,
            delivered_at \(words.integer),
            given_up_at  \(words.integer)
        )\(words.strict)
        """,
        """
        CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at)
         WHERE delivered_at IS NULL AND given_up_at IS NULL
        """,
        "CREATE INDEX webhook_deliveries_of_call ON webhook_deliveries (call)",
        """
        CREATE TABLE webhook_attempts (
            delivery    TEXT NOT NULL REFERENCES webhook_deliveries (id),
            number      \(words.integer) NOT NULL,
            at          \(words.integer) NOT NULL,
            duration_ms \(words.integer) NOT NULL,
            status      \(words.integer),
            response    TEXT NOT NULL,
            failure     TEXT,
            PRIMARY KEY (delivery, number)
        )\(words.strict)
        """,
    ]
}
