/// Wallets with their ledgers, what calls have reserved, what was spent on which day, and what each call that is over came to.
let wallets = Migration(name: "0013 wallets") { words in
    [
        // `balance` and `entries` are what the ledger adds up to, kept in the same transaction.
        """
        CREATE TABLE wallets (
            project   TEXT NOT NULL REFERENCES projects (id),
            mode      TEXT NOT NULL CHECK (mode IN ('live', 'test')),
            terms     TEXT NOT NULL CHECK (terms IN ('open', 'prepaid')),
            balance   \(words.integer) NOT NULL,
            entries   \(words.integer) NOT NULL CHECK (entries >= 0),
            call_cap  \(words.integer) CHECK (call_cap >= 0),
            daily_cap \(words.integer) CHECK (daily_cap >= 0),
            time_zone TEXT NOT NULL,
            PRIMARY KEY (project, mode)
        )\(words.strict)
        """,
        // Names calls and keys without referring to them: what was charged stays when they are erased.
        """
        CREATE TABLE ledger_entries (
            project TEXT NOT NULL,
            mode    TEXT NOT NULL,
            number  \(words.integer) NOT NULL CHECK (number >= 1),
            kind    TEXT NOT NULL CHECK (kind IN ('top_up', 'adjustment', 'reserve', 'release', 'charge')),
            amount  \(words.integer) NOT NULL CHECK (amount <> 0),
            balance \(words.integer) NOT NULL,
            call    TEXT,
            key     TEXT,
            at      \(words.integer) NOT NULL,
            note    TEXT NOT NULL,
            PRIMARY KEY (project, mode, number),
            FOREIGN KEY (project, mode) REFERENCES wallets (project, mode),
            CHECK (kind NOT IN ('reserve', 'charge') OR amount < 0),
            CHECK (kind NOT IN ('top_up', 'release') OR amount > 0),
            CHECK ((kind IN ('reserve', 'release', 'charge')) = (call IS NOT NULL))
        )\(words.strict)
        """,
        // The database itself refuses to charge a call twice.
        "CREATE UNIQUE INDEX ledger_entries_once ON ledger_entries (call, kind) WHERE call IS NOT NULL",
        "CREATE TRIGGER ledger_entries_not_changed BEFORE UPDATE ON ledger_entries \(words.refuse)",
        "CREATE TRIGGER ledger_entries_not_removed BEFORE DELETE ON ledger_entries \(words.refuse)",
        """
        CREATE TABLE key_spend_caps (
            key       TEXT PRIMARY KEY REFERENCES api_keys (id),
            daily_cap \(words.integer) NOT NULL CHECK (daily_cap >= 0)
        )\(words.strict)
        """,
        // One row for all calls of a day, whose key is empty, and one for each key's.
        """
        CREATE TABLE spend_days (
            project  TEXT NOT NULL,
            mode     TEXT NOT NULL,
            key      TEXT NOT NULL,
            day      TEXT NOT NULL,
            charged  \(words.integer) NOT NULL CHECK (charged >= 0),
            reserved \(words.integer) NOT NULL CHECK (reserved >= 0),
            PRIMARY KEY (project, mode, key, day)
        )\(words.strict)
        """,
        "ALTER TABLE calls ADD COLUMN rate TEXT",
        "ALTER TABLE calls ADD COLUMN reserved \(words.integer) CHECK (reserved >= 0)",
        // A call that is over holds nothing back, whichever way it ended.
        """
        ALTER TABLE calls ADD COLUMN reservation_status TEXT
            CHECK (reservation_status IN ('reserved', 'settled', 'released'))
            CHECK ((reservation_status = 'reserved') = (status IN (
                'scheduled', 'queued', 'dispatching', 'dialing', 'ringing', 'in_progress', 'wrapping_up')))
        """,
        "ALTER TABLE calls ADD COLUMN spend_day TEXT",
        // What a bill is made of: nothing personal, and dense enough to be added up quickly.
        """
        CREATE TABLE usage_records (
            call           TEXT PRIMARY KEY,
            project        TEXT NOT NULL,
            mode           TEXT NOT NULL CHECK (mode IN ('live', 'test')),
            key            TEXT,
            agent          TEXT NOT NULL,
            ended_at       \(words.integer) NOT NULL,
            end_reason     TEXT NOT NULL,
            billed_seconds \(words.integer) NOT NULL CHECK (billed_seconds >= 0),
            amount         \(words.integer) NOT NULL CHECK (amount >= 0)
        )\(words.strict)
        """,
        """
        CREATE INDEX usage_records_by_day
            ON usage_records (project, mode, ended_at, end_reason, agent, billed_seconds, amount)
        """,
    ]
}
