import Calls

/// What the stop conditions of a batch are held against is kept with the batch and grows as its contacts move: a look at it costs the same
/// however long the list is.
extension StopConditions.Tally {
    /// As it stands, with what is set aside for calls under way.
    init(of batch: Batch.ID, _ db: any SQLTransaction) throws {
        self.init()
        let row = try db.run(
            """
            SELECT tally_goals, tally_completed, tally_failed, tally_calls, tally_cost FROM batches WHERE id = \(batch)
            """
        ).first
        guard let row else { return }
        goalsMet = try row["tally_goals"]
        completed = try row["tally_completed"]
        failed = try row["tally_failed"]
        calls = try row["tally_calls"]
        spend = try row["tally_cost"]
        let reserved: Money? = try db.run(
            """
            SELECT CAST(SUM(calls.reserved) AS \(db.words.integer)) AS sum
              FROM batch_contacts JOIN calls ON calls.id = batch_contacts.call
             WHERE batch_contacts.batch = \(batch) AND batch_contacts.state = 'calling'
            """
        ).first?["sum"]
        spend += reserved ?? .zero
    }

    /// What contacts add that have just got the `state` and the `goal` of `rows`.
    init(ends rows: [SQLRow]) throws {
        self.init()
        for row in rows {
            switch try row["state", as: Contact.State.self] {
            case .completed:
                completed += 1
                if try row["goal", as: Goal?.self] == .met { goalsMet += 1 }
            case .failed: failed += 1
            case .ready, .waiting, .calling, .skipped, .canceled: break
            }
        }
    }

    /// Adds this to what the batch has come to.
    func add(to batch: Batch.ID, _ db: any SQLTransaction) throws {
        guard self != Self() else { return }
        try db.run(
            """
            UPDATE batches SET tally_goals = tally_goals + \(goalsMet), tally_completed = tally_completed + \(completed),
                               tally_failed = tally_failed + \(failed), tally_cost = tally_cost + \(spend)
             WHERE id = \(batch)
            """
        )
    }
}
