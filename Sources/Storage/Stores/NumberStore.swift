package import Calls
package import FoundationEssentials

/// The numbers that projects have.
package struct NumberStore: Sendable {
    let database: any SQLDatabase

    package init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// Oldest first.
    package func numbers(project: Project.ID) async throws -> [OwnedNumber] {
        try await database.read { db in try Self.numbers(project, db) }
    }

    /// The project's number with this id. Nil if it has none.
    package func number(_ id: OwnedNumber.ID, project: Project.ID) async throws -> OwnedNumber? {
        try await database.read { db in try Self.numbers(project, db).first { $0.id == id } }
    }

    /// Gives `number` to the project. If it has it already, only the name changes, and only if one is given.
    package func add(
        _ number: PhoneNumber,
        name: String?,
        project: Project.ID,
        at now: Date
    ) async throws -> OwnedNumber {
        try await database.write(.refusable) { db in try Self.add(number, name, project, at: now, db) }
    }

    /// Gives `number` to the project. Nil, with nothing stored, if any project has it.
    package func take(
        _ number: PhoneNumber,
        name: String?,
        project: Project.ID,
        at now: Date
    ) async throws -> OwnedNumber? {
        try await database.write(.refusable) { db in
            try Self.taken(of: [number], db).isEmpty ? Self.add(number, name, project, at: now, db) : nil
        }
    }

    private static func add(
        _ number: PhoneNumber,
        _ name: String?,
        _ project: Project.ID,
        at now: Date,
        _ db: any SQLTransaction
    ) throws -> OwnedNumber {
        try own([number], project: project, at: now, db)
        if let name {
            try db.run("UPDATE owned_numbers SET name = \(name) WHERE project = \(project) AND number = \(number)")
        }
        guard let owned = try numbers(project, db).first(where: { $0.number == number }) else {
            throw SQLColumnError(value: number.sqlValue, type: "owned number")
        }
        return owned
    }

    /// Takes a number away from its project. False if agents call from it or answer it.
    package func remove(_ id: OwnedNumber.ID, project: Project.ID) async throws -> Bool {
        try await database.write { db in
            let removed = try db.run(
                """
                DELETE FROM owned_numbers
                 WHERE id = \(id) AND project = \(project)
                   AND number NOT IN (SELECT number FROM numbers WHERE project = \(project))
                RETURNING id
                """
            )
            return !removed.isEmpty
        }
    }

    /// Which of `numbers` any project has.
    package func taken(of numbers: [PhoneNumber]) async throws -> Set<PhoneNumber> {
        try await database.read { db in try Self.taken(of: numbers, db) }
    }

    private static func taken(of numbers: [PhoneNumber], _ db: any SQLTransaction) throws -> Set<PhoneNumber> {
        let rows = try db.run("SELECT number FROM owned_numbers WHERE number IN (\(list: numbers))")
        return Set(try rows.map { try $0["number"] })
    }

    /// Gives every project the numbers that its agents have been calling from. Harmless when repeated.
    package func adoptAttached(at now: Date) async throws {
        try await database.write { db in
            let missing = try db.run(
                """
                SELECT DISTINCT project, number FROM numbers
                 WHERE NOT EXISTS (SELECT 1 FROM owned_numbers
                                    WHERE owned_numbers.project = numbers.project
                                      AND owned_numbers.number = numbers.number)
                """
            )
            for row in missing { try Self.own([try row["number"]], project: try row["project"], at: now, db) }
        }
    }

    static func own(_ numbers: [PhoneNumber], project: Project.ID, at now: Date, _ db: any SQLTransaction) throws {
        for number in numbers {
            try db.run(
                """
                INSERT INTO owned_numbers (id, project, number, name, created_at)
                VALUES (\(OwnedNumber.ID(bornAt: now)), \(project), \(number), '', \(now))
                ON CONFLICT (project, number) DO NOTHING
                """
            )
        }
    }

    private static func numbers(_ project: Project.ID, _ db: any SQLTransaction) throws -> [OwnedNumber] {
        let attached = try db.run(
            """
            SELECT numbers.number AS number, agents.id AS agent, agents.direction AS direction
              FROM numbers JOIN agents ON agents.id = numbers.agent
             WHERE numbers.project = \(project) AND agents.archived_at IS NULL
             ORDER BY agents.id
            """
        )
        var agents: [PhoneNumber: (outbound: [Agent.ID], inbound: Agent.ID?)] = [:]
        for row in attached {
            let number: PhoneNumber = try row["number"]
            if try row["direction", as: Agent.Direction.self] == .inbound {
                agents[number, default: ([], nil)].inbound = try row["agent"]
            } else {
                agents[number, default: ([], nil)].outbound.append(try row["agent"])
            }
        }
        return try db.run("SELECT * FROM owned_numbers WHERE project = \(project) ORDER BY id").map { row in
            let number: PhoneNumber = try row["number"]
            return OwnedNumber(
                id: try row["id"],
                number: number,
                name: try row["name"],
                createdAt: try row["created_at"],
                outboundAgents: agents[number]?.outbound ?? [],
                inboundAgent: agents[number]?.inbound
            )
        }
    }
}

extension Agent.Direction: SQLConvertible {}
