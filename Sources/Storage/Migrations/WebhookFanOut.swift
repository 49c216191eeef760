/// Registered receivers, what each event was made into for whom, and how every try went. The fan-out starts behind the newest event:
/// calls that ended earlier keep the deliveries they had.
let webhookFanOut = Migration(name: "0008 webhook fan-out") { words in
    [
        // How far the outbox has been made into messages.
        "INSERT INTO counters (name, value) SELECT 'webhooks', value FROM counters WHERE name = 'events'",
        """
        CREATE TABLE webhook_endpoints (
            id               TEXT PRIMARY KEY,
            project          TEXT NOT NULL REFERENCES projects (id),
            door             TEXT NOT NULL,
            url              TEXT NOT NULL,
            description      TEXT NOT NULL,
            events           TEXT NOT NULL,
            after_event      \(words.integer) NOT NULL,
            secret           TEXT NOT NULL,
            old_secret       TEXT,
            old_secret_until \(words.integer),
            failures         \(words.integer) NOT NULL CHECK (failures >= 0),
            disabled_reason  TEXT CHECK (disabled_reason IN ('by_request', 'too_many_failures', 'gone')),
            disabled_at      \(words.integer),
            created_at       \(words.integer) NOT NULL,
            updated_at       \(words.integer) NOT NULL,
            CHECK ((disabled_reason IS NULL) = (disabled_at IS NULL)),
            CHECK ((old_secret IS NULL) = (old_secret_until IS NULL))
        )\(words.strict)
        """,
        "CREATE INDEX webhook_endpoints_of_project ON webhook_endpoints (project, id)",
        "DROP INDEX webhook_deliveries_due",
        "DROP INDEX webhook_deliveries_of_call",
        "ALTER TABLE webhook_attempts RENAME TO old_webhook_attempts",
        "ALTER TABLE webhook_deliveries RENAME TO old_webhook_deliveries",
        // A lane is what one receiver may hold up: the deliveries of an endpoint, or those of a project to one host.
        """
        CREATE TABLE webhook_deliveries (
            id             TEXT PRIMARY KEY,
            project        TEXT NOT NULL REFERENCES projects (id),
            call           TEXT REFERENCES calls (id),
            event          TEXT,
            endpoint       TEXT,
            lane           TEXT NOT NULL,
            door           TEXT NOT NULL,
            type           TEXT NOT NULL,
            url            TEXT NOT NULL,
            body           TEXT NOT NULL,
            created_at     \(words.integer) NOT NULL,
            updated_at     \(words.integer) NOT NULL,
            sequence       \(words.integer) NOT NULL,
            place          \(words.integer) NOT NULL,
            attempts       \(words.integer) NOT NULL,
            tries          \(words.integer) NOT NULL,
            manual_retries \(words.integer) NOT NULL,
            next_at        \(words.integer) NOT NULL,
            tried_at       \(words.integer),
            delivered_at   \(words.integer),
            given_up_at    \(words.integer),
            last_error     TEXT,
            last_status    \(words.integer),
            CHECK (delivered_at IS NULL OR given_up_at IS NULL)
        )\(words.strict)
        """,
        """
        INSERT INTO webhook_deliveries (id, project, call, event, lane, door, type, url, body, created_at, updated_at, sequence,
                                        place, attempts, tries, manual_retries, next_at, tried_at, delivered_at,
                                        given_up_at)
        SELECT id, project, call, event, project || ' ' || host, 'native', 'call.ended', url, body, created_at,
               COALESCE(delivered_at, given_up_at, created_at), 0, 0, attempts, attempts, 0, next_at,
               CASE WHEN attempts > 0 THEN COALESCE(delivered_at, given_up_at, created_at) END, delivered_at,
               CASE WHEN delivered_at IS NULL THEN given_up_at END
          FROM old_webhook_deliveries
        """,
        """
        CREATE TABLE webhook_attempts (
            delivery         TEXT NOT NULL REFERENCES webhook_deliveries (id),
            number           \(words.integer) NOT NULL,
            at               \(words.integer) NOT NULL,
            address          TEXT,
            request_headers  TEXT NOT NULL,
            resolution_ms    \(words.integer),
            answer_ms        \(words.integer),
            duration_ms      \(words.integer),
            status           \(words.integer),
            response_headers TEXT NOT NULL,
            response         TEXT NOT NULL,
            failure          TEXT,
            PRIMARY KEY (delivery, number)
        )\(words.strict)
        """,
        """
        INSERT INTO webhook_attempts (delivery, number, at, request_headers, duration_ms, status, response_headers, response,
                                      failure)
        SELECT delivery, number, at, '[]', duration_ms, status, '[]', response, failure FROM old_webhook_attempts
        """,
        "DROP TABLE old_webhook_attempts",
        "DROP TABLE old_webhook_deliveries",
        "CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (event, lane, type)",
        """
        CREATE INDEX webhook_deliveries_due ON webhook_deliveries (lane, next_at)
         WHERE delivered_at IS NULL AND given_up_at IS NULL
        """,
        "CREATE INDEX webhook_deliveries_of_call ON webhook_deliveries (call, id)",
        "CREATE INDEX webhook_deliveries_of_endpoint ON webhook_deliveries (endpoint, id)",
        "CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (project, id)",
    ]
}
