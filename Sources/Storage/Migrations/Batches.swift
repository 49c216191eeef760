/// Batches, whom they call, and what happened to them. Which call of a batch a call is stands with the call.
let batches = Migration(name: "0015 batches") { words in
    [
        """
        CREATE TABLE batches (
            id              TEXT PRIMARY KEY,
            project         TEXT NOT NULL REFERENCES projects (id),
            name            TEXT NOT NULL,
            mode            TEXT NOT NULL CHECK (mode IN ('live', 'test')),
            door            TEXT NOT NULL,
            api_key         TEXT,
            settings        TEXT NOT NULL,
            status          TEXT NOT NULL CHECK (status IN (
                'importing', 'scheduled', 'running', 'paused', 'stopping', 'completed', 'canceled')),
            reason_kind     TEXT,
            reason          TEXT,
            created_at      \(words.integer) NOT NULL,
            started_at      \(words.integer),
            running_since   \(words.integer),
            ended_at        \(words.integer),
            next_slot       \(words.integer),
            redial_of       TEXT,
            attributes      TEXT NOT NULL,
            idempotency_key TEXT,
            fingerprint     TEXT,
            reply_status    \(words.integer),
            reply_body      TEXT,
            CHECK ((reason_kind IS NULL) = (reason IS NULL)),
            CHECK ((status IN ('completed', 'canceled')) = (ended_at IS NOT NULL))
        )\(words.strict)
        """,
        "CREATE INDEX batches_newest ON batches (project, id)",
        """
        CREATE INDEX batches_active ON batches (id)
         WHERE status IN ('importing', 'scheduled', 'running', 'paused', 'stopping')
        """,
        """
        CREATE UNIQUE INDEX batches_once ON batches (project, idempotency_key) WHERE idempotency_key IS NOT NULL
        """,
        """
        CREATE TABLE batch_contacts (
            batch         TEXT NOT NULL REFERENCES batches (id),
            line          \(words.integer) NOT NULL CHECK (line >= 0),
            phone         TEXT NOT NULL,
            variables     TEXT NOT NULL,
            metadata      TEXT,
            time_zone     TEXT,
            scheduled_for \(words.integer),
            priority      \(words.integer) NOT NULL,
            state         TEXT NOT NULL CHECK (state IN (
                'ready', 'waiting', 'calling', 'completed', 'failed', 'skipped', 'canceled')),
            due_at        \(words.integer) NOT NULL,
            calls         \(words.integer) NOT NULL DEFAULT 0 CHECK (calls >= 0),
            call          TEXT,
            end_reason    TEXT,
            goal          TEXT,
            cost          \(words.integer) NOT NULL DEFAULT 0,
            note          TEXT,
            PRIMARY KEY (batch, line),
            CHECK (state <> 'calling' OR call IS NOT NULL)
        )\(words.strict)
        """,
        """
        CREATE INDEX batch_contacts_ready ON batch_contacts (batch, priority DESC, due_at, line) WHERE state = 'ready'
        """,
        "CREATE INDEX batch_contacts_waiting ON batch_contacts (batch, due_at) WHERE state = 'waiting'",
        // All that is counted is in the index.
        "CREATE INDEX batch_contacts_counts ON batch_contacts (batch, state, end_reason, goal, calls, cost)",
        "CREATE INDEX batch_contacts_to ON batch_contacts (phone)",
        "ALTER TABLE calls ADD COLUMN batch TEXT",
        "ALTER TABLE calls ADD COLUMN batch_line \(words.integer)",
        "ALTER TABLE calls ADD COLUMN batch_attempt \(words.integer)",
        // The database itself refuses a second call for one attempt of a contact.
        """
        CREATE UNIQUE INDEX calls_of_batch ON calls (batch, batch_line, batch_attempt) WHERE batch IS NOT NULL
        """,
        "CREATE INDEX calls_of_batch_by_age ON calls (batch, created_at, caller_id) WHERE batch IS NOT NULL",
        "CREATE INDEX calls_of_batch_by_end ON calls (batch, ended_at, end_reason) WHERE batch IS NOT NULL",
        "CREATE INDEX calls_of_batches_from ON calls (project, caller_id, created_at) WHERE batch IS NOT NULL",
        // They share the numbers of the outbox with the events of calls.
        """
        CREATE TABLE batch_events (
            sequence \(words.integer) PRIMARY KEY,
            id       TEXT NOT NULL,
            batch    TEXT NOT NULL REFERENCES batches (id),
            project  TEXT NOT NULL,
            kind     TEXT NOT NULL,
            at       \(words.integer) NOT NULL,
            data     TEXT NOT NULL
        )\(words.strict)
        """,
        "CREATE INDEX batch_events_of_batch ON batch_events (batch, sequence)",
        "CREATE INDEX batch_events_of_project ON batch_events (project, sequence)",
    ]
}
