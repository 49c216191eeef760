import Calls
import FoundationEssentials

/// The tables `usage_days` and `usage_gaps`, inside the transactions that end calls and change wallets.
struct UsageDays {
    let db: any SQLTransaction

    /// Adds a call that is over to the day on which it ended. `gaps` are those of its turns.
    func count(_ call: Call, endedOn day: CalendarDay, gaps: GapHistogram) throws {
        guard let reason = call.lifecycle.ending?.reason else { return }
        let batch = call.request.batch?.batch.sqlValue ?? .text("")
        try db.run(
            """
            INSERT INTO usage_days AS known (project, mode, day, agent, batch, end_reason, calls, answered, talked_seconds,
                                             billed_seconds, amount)
            VALUES (\(call.project), \(call.request.mode), \(day), \(call.agent.id), \(batch), \(reason), 1,
                    \(call.wasAnswered), \(call.duration ?? 0), \(call.billedSeconds), \(call.cost))
            ON CONFLICT (project, mode, day, agent, batch, end_reason) DO UPDATE
               SET calls = known.calls + 1, answered = known.answered + excluded.answered,
                   talked_seconds = known.talked_seconds + excluded.talked_seconds,
                   billed_seconds = known.billed_seconds + excluded.billed_seconds,
                   amount = known.amount + excluded.amount
            """
        )
        let place: SQL = "\(call.project), \(call.request.mode), \(day), \(call.agent.id), \(batch), \(reason)"
        try add(gaps, at: place)
    }

    private func add(_ gaps: GapHistogram, at place: SQL) throws {
        for (bound, turns) in gaps.turns.sorted(by: { $0.key < $1.key }) {
            try db.run(
                """
                INSERT INTO usage_gaps AS known (project, mode, day, agent, batch, end_reason, bound, turns)
                VALUES (\(place), \(bound), \(turns))
                ON CONFLICT (project, mode, day, agent, batch, end_reason, bound) DO UPDATE
                   SET turns = known.turns + excluded.turns
                """
            )
        }
    }

    /// Adds everything up anew, by the days of `zone`.
    func recount(_ project: Project.ID, _ mode: CallMode, in zone: TimeZone) throws {
        for table in ["usage_days", "usage_gaps"] as [StaticString] {
            try db.run("DELETE FROM \(table) WHERE project = \(project) AND mode = \(mode)")
        }
        func edge(_ order: StaticString) throws -> Date? {
            try db.run(
                """
                SELECT ended_at FROM usage_records WHERE project = \(project) AND mode = \(mode)
                 ORDER BY ended_at \(order) LIMIT 1
                """
            ).first?["ended_at"]
        }
        guard let first = try edge("ASC"), let last = try edge("DESC") else { return }
        var day = CalendarDay(of: first, in: zone)
        while day.start(in: zone) <= last {
            try recount(project, mode, day, in: zone)
            day = day.adding(days: 1)
        }
    }

    private func recount(_ project: Project.ID, _ mode: CallMode, _ day: CalendarDay, in zone: TimeZone) throws {
        let condition: SQL = """
            project = \(project) AND mode = \(mode)
               AND ended_at >= \(day.start(in: zone)) AND ended_at < \(day.end(in: zone))
            """
        let integer = db.words.integer
        try db.run(
            """
            INSERT INTO usage_days (project, mode, day, agent, batch, end_reason, calls, answered, talked_seconds,
                                    billed_seconds, amount)
            SELECT project, mode, CAST(\(day) AS TEXT), agent, batch, end_reason, COUNT(*), CAST(SUM(answered) AS \(integer)),
                   CAST(SUM(talked_seconds) AS \(integer)), CAST(SUM(billed_seconds) AS \(integer)),
                   CAST(SUM(amount) AS \(integer))
              FROM usage_records WHERE \(condition)
             GROUP BY project, mode, agent, batch, end_reason
            """
        )
        let measured = try db.run(
            "SELECT agent, batch, end_reason, gaps FROM usage_records WHERE \(condition) AND gaps IS NOT NULL"
        )
        for row in measured {
            let (agent, batch): (String, String) = (try row["agent"], try row["batch"])
            let reason: EndReason = try row["end_reason"]
            let gaps = try row["gaps", as: JSONColumn<GapHistogram>.self].value
            try add(gaps, at: "\(project), \(mode), \(day), \(agent), \(batch), \(reason)")
        }
    }
}

extension Call {
    /// Whether somebody or something picked up. Of a call that is over.
    var wasAnswered: Bool { lifecycle.ending?.answeredAt != nil }
}
