/// What stop conditions are held against stands with the batch, so that a dial does not read its list.
let batchTallies = Migration(name: "0018 batch tallies") { words in
    let names: [StaticString] = ["tally_calls", "tally_completed", "tally_failed", "tally_goals", "tally_cost"]
    return names.map { name -> SQL in "ALTER TABLE batches ADD COLUMN \(name) \(words.integer) NOT NULL DEFAULT 0" } + [
        """
        UPDATE batches SET
            tally_calls = (SELECT COALESCE(SUM(calls), 0) FROM batch_contacts WHERE batch = id),
            tally_cost = (SELECT COALESCE(SUM(cost), 0) FROM batch_contacts WHERE batch = id),
            tally_completed = (SELECT COUNT(*) FROM batch_contacts WHERE batch = id AND state = 'completed'),
            tally_failed = (SELECT COUNT(*) FROM batch_contacts WHERE batch = id AND state = 'failed'),
            tally_goals = (SELECT COUNT(*) FROM batch_contacts
                            WHERE batch = id AND state = 'completed' AND goal = 'met')
        """
    ]
}
