import Calls
import Dispatch
import FoundationEssentials
import Storage
import Testing

@Suite("The SQLite database")
struct SQLiteDatabaseTests {
    @Test("A file is in WAL mode and every commit reaches the disk")
    func pragmas() async throws {
        try await withDatabaseFile { path in
            let database = try SQLiteDatabase.file(at: path)
            let (synchronous, journal, foreignKeys) = try await database.write { db in
                (
                    try db.run("PRAGMA synchronous").first?["synchronous", as: Int.self],
                    try db.run("PRAGMA journal_mode").first?["journal_mode", as: String.self],
                    try db.run("PRAGMA foreign_keys").first?["foreign_keys", as: Int.self]
                )
            }
            #expect(synchronous == 2)
            #expect(journal == "wal")
            #expect(foreignKeys == 1)
            try database.close()
        }
    }

    @Test("A second server on the same file is refused with the first one's process, until that one is gone")
    func exclusive() async throws {
        try await withDatabaseFile { path in
            let first = try SQLiteDatabase.file(at: path)
            let refusal = #expect(throws: DatabaseInUse.self) { try SQLiteDatabase.file(at: path) }
            #expect(refusal?.process == "\(ProcessInfo.processInfo.processIdentifier)")

            let errand = try SQLiteDatabase.file(at: path, ownership: .shared)
            try await errand.migrate()
            #expect(first.isExclusive)
            #expect(!errand.isExclusive)
            try errand.close()

            try first.close()
            try SQLiteDatabase.file(at: path).close()
        }
    }

    @Test("The schema is brought up once, and a database of a newer version is left alone")
    func migrations() async throws {
        let database = try SQLiteDatabase.inMemory()
        try await database.migrate()
        try await database.migrate()
        try await database.write { db in try db.run("INSERT INTO migrations (name) VALUES ('9999 tomorrow')") }
        let refusal = await #expect(throws: UnknownMigration.self) { try await database.migrate() }
        #expect(refusal?.name == "9999 tomorrow")
    }

    @Test("Writes that wait share one commit, and one that fails takes no other with it", .timeLimit(.minutes(1)))
    func savepoints() async throws {
        try await withHeldWriter { database, release in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        do {
                            try await database.write { db in
                                try db.run("INSERT INTO numbers_seen (n) VALUES (\(number))")
                                if number.isMultiple(of: 5) { throw Deliberate() }
                            }
                            #expect(!number.isMultiple(of: 5))
                        } catch is Deliberate {
                            #expect(number.isMultiple(of: 5))
                        }
                    }
                }
                release()
                try await group.waitForAll()
            }
            let kept = try await database.read { db in
                try db.run("SELECT n FROM numbers_seen ORDER BY n").map { try $0["n", as: Int.self] }
            }
            #expect(kept == (0..<50).filter { !$0.isMultiple(of: 5) })
        }
    }

    @Test(
        "When a commit itself fails, everybody in it is told, nothing is stored, and the next write works",
        .timeLimit(.minutes(1))
    )
    func failedCommit() async throws {
        try await withHeldWriter { database, release in
            let failures = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        do {
                            try await database.write { db in
                                try db.run("INSERT INTO numbers_seen (n) VALUES (\(number))")
                                guard number == 7 else { return }
                                // Looked at when the batch commits: nothing but that COMMIT can fail of it.
                                try db.run("PRAGMA defer_foreign_keys = ON")
                                try db.run("INSERT INTO children (parent) VALUES (404)")
                            }
                            return false
                        } catch {
                            return true
                        }
                    }
                }
                await database.pending(atLeast: 20)
                release()
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(failures == 20)
            let count = try await database.write { db in
                try db.run("INSERT INTO numbers_seen (n) VALUES (100)")
                return try db.run("SELECT COUNT(*) AS n FROM numbers_seen").first?["n", as: Int.self]
            }
            #expect(count == 1)
        }
    }

    @Test("New work is refused when too many writes wait; accepted work is not", .timeLimit(.minutes(1)))
    func overload() async throws {
        try await withHeldWriter(pendingLimit: 3) { database, release in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<3 {
                    group.addTask {
                        _ = try await database.write(.refusable) { db in
                            try db.run("INSERT INTO numbers_seen (n) VALUES (\(number))")
                        }
                    }
                }
                await database.pending(atLeast: 3)
                await #expect(throws: DatabaseOverloaded.self) {
                    try await database.write(.refusable) { _ in }
                }
                group.addTask {
                    _ = try await database.write { db in try db.run("INSERT INTO numbers_seen (n) VALUES (3)") }
                }
                await database.pending(atLeast: 4)
                release()
                try await group.waitForAll()
            }
            let count = try await database.read { db in
                try db.run("SELECT COUNT(*) AS n FROM numbers_seen").first?["n", as: Int.self]
            }
            #expect(count == 4)
        }
    }

    @Test("What was committed is there after the file is opened again")
    func durable() async throws {
        try await withDatabaseFile { path in
            let before = try SQLiteDatabase.file(at: path)
            try await before.migrate()
            let secret = try await ProjectStore(before).ensure(
                Project.first,
                name: "First",
                secret: "one",
                now: .stamp()
            )
            try before.close()

            let after = try SQLiteDatabase.file(at: path)
            try await after.migrate()
            #expect(secret == "one")
            #expect(
                try await ProjectStore(after).ensure(Project.first, name: "First", secret: "two", now: .stamp())
                    == "one"
            )
            try after.close()
        }
    }

    private struct Deliberate: Error {}

    /// A database whose writer is busy until `release` is called, so that everything written meanwhile waits.
    private func withHeldWriter(
        pendingLimit: Int = 2000,
        _ body: (SQLiteDatabase, @Sendable () -> Void) async throws -> Void
    ) async throws {
        let database = try SQLiteDatabase.inMemory(pendingLimit: pendingLimit)
        try await database.write { db in
            try db.run("CREATE TABLE numbers_seen (n INTEGER PRIMARY KEY)")
            try db.run("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
            try db.run("CREATE TABLE children (parent INTEGER REFERENCES parents (id))")
        }
        let gate = DispatchSemaphore(value: 0)
        let (started, starts) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await database.write { _ in
                    starts.yield()
                    gate.wait()
                }
            }
            for await _ in started { break }
            try await body(database) { gate.signal() }
            try await group.waitForAll()
        }
    }
}
