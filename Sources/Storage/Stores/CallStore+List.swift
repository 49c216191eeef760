package import Calls
import FoundationEssentials

extension CallStore {
    /// Up to `limit` calls, newest first. Read through an index in the order of the page, so that it costs what the page has and not
    /// what the project has.
    package func calls(
        _ filter: CallFilter = CallFilter(),
        at cursor: CallCursor = .newest,
        limit: Int,
        project: Project.ID
    ) async throws -> [Call] {
        let page = Self.page(filter, at: cursor, limit: limit, project: project)
        return try await database.read { [versions] db in try Self.calls(on: page, versions, db) }
    }

    /// The statement that finds the identifiers of a page.
    package static func page(_ filter: CallFilter, at cursor: CallCursor, limit: Int, project: Project.ID) -> SQL {
        let question = CallQuestion(filter, project: project)
        return switch cursor {
        case .newest: question.page(limit: limit)
        case .before(let call): question.page(" AND id < \(call)", limit: limit)
        case .after(let call): question.page(" AND id > \(call)", order: "ASC", limit: limit)
        }
    }

    /// The calls behind the `offset` newest, and how many there are altogether, of one moment. Costs more the further behind: every
    /// call that is passed over is counted.
    package func calls(
        _ filter: CallFilter,
        offset: Int,
        limit: Int,
        project: Project.ID
    ) async throws -> (calls: [Call], total: Int) {
        let question = CallQuestion(filter, project: project)
        return try await database.read { [versions] db in
            let total: Int = try db.run(question.count).first?["n"] ?? 0
            guard offset < total else { return ([], total) }
            return (try Self.calls(on: question.page(limit: limit, offset: offset), versions, db), total)
        }
    }

    /// Whether an INVITE can have left for each of `calls`: the state of its last attempt. A call without one is not in the result.
    package func certainties(of calls: [Call.ID]) async throws -> [Call.ID: Attempt.Certainty] {
        try await database.read { db in
            let rows = try db.run(
                "SELECT call, certainty FROM attempts WHERE call IN (\(list: calls)) ORDER BY call, number"
            )
            return try rows.reduce(into: [:]) { certainties, row in
                certainties[try row["call", as: Call.ID.self]] = try row["certainty"]
            }
        }
    }

    /// What was said on each of `calls`. A call on which nothing was said is not in the result.
    package func transcripts(of calls: [Call.ID]) async throws -> [Call.ID: [TranscriptEntry]] {
        try await database.read { db in
            let rows = try db.run(
                "SELECT * FROM transcript_entries WHERE call IN (\(list: calls)) ORDER BY call, position"
            )
            return try rows.reduce(into: [:]) { transcripts, row in
                transcripts[try row["call", as: Call.ID.self], default: []].append(try TranscriptEntry(row: row))
            }
        }
    }

    private static func calls(on page: SQL, _ versions: AgentVersions, _ db: any SQLTransaction) throws -> [Call] {
        try db.run("SELECT * FROM calls WHERE id IN (SELECT id FROM (\(page)) AS page) ORDER BY id DESC").map { row in
            try Call(row: row, agent: versions.agent(of: row, db))
        }
    }
}

/// A filter as statements.
///
/// Several statuses and ends are several questions whose answers are merged in order as they are read: `IN` would sort all they have in common.
private struct CallQuestion: Sendable {
    private var alternatives: [SQL]

    init(_ filter: CallFilter, project: Project.ID) {
        var condition: SQL = "project = \(project)"
        if let agent = filter.agent { condition = "\(condition) AND agent = \(agent)" }
        if let destination = filter.destination { condition = "\(condition) AND destination = \(destination)" }
        if let mode = filter.mode { condition = "\(condition) AND mode = \(mode)" }
        // Identifiers carry the time of birth, so that a period is a part of every index.
        if let from = filter.createdFrom { condition = "\(condition) AND id >= \(Call.ID(lowestBornAt: from))" }
        if let end = filter.createdBefore { condition = "\(condition) AND id < \(Call.ID(lowestBornAt: end))" }
        switch filter.wasAnswered {
        case true?: condition = "\(condition) AND answered_at IS NOT NULL"
        case false?: condition = "\(condition) AND answered_at IS NULL"
        case nil: break
        }
        switch filter.isLabelled {
        case true?: condition = "\(condition) AND answer_label IS NOT NULL"
        case false?: condition = "\(condition) AND answer_label IS NULL"
        case nil: break
        }
        // In one order always: the database keeps statements it has seen.
        let statuses = filter.statuses.sorted { $0.rawValue < $1.rawValue }
        let ends = filter.ends.sorted {
            ($0.reason.rawValue, $0.withMachine ? 1 : 0) < ($1.reason.rawValue, $1.withMachine ? 1 : 0)
        }
        alternatives =
            statuses.map { "\(condition) AND status = \($0)" } + ends.map { "\(condition) AND \(Self.ended($0))" }
        if alternatives.isEmpty { alternatives = [condition] }
    }

    /// With the status that goes with the reason: a call that is wrapped up has one already.
    private static func ended(_ end: CallFilter.End) -> SQL {
        let reached: StaticString = end.withMachine ? "=" : "<>"
        return """
            status = \(end.reason.status) AND end_reason = \(end.reason) AND reached \(reached) \(Reached.machine)
            """
    }

    /// The identifiers of one page.
    func page(_ bound: SQL = "", order: StaticString = "DESC", limit: Int, offset: Int = 0) -> SQL {
        let questions = alternatives.map { condition -> SQL in "SELECT id FROM calls WHERE \(condition)\(bound)" }
        return "\(questions.joined(" UNION ALL ")) ORDER BY id \(order) LIMIT \(limit) OFFSET \(offset)"
    }

    var count: SQL {
        let counts = alternatives.map { condition -> SQL in "(SELECT COUNT(*) FROM calls WHERE \(condition))" }
        return "SELECT \(counts.joined(" + ")) AS n"
    }
}
