import ArgumentParser
import Calls
import Engine
import Foundation
import Storage

struct ProjectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projects",
        abstract: "Makes and lists projects: corners of the server that see nothing of each other.",
        discussion: """
            Works on the database of this machine, whether or not the server runs. The first project is there from the start.

            Examples:
              trunkline projects create "Riverside Dental"
              trunkline keys create --project "Riverside Dental"
            """,
        subcommands: [Create.self, List.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a project and prints its id.")

        @Argument(help: "What it is called: any line that no other project is called.")
        var name: String

        @OptionGroup var limits: LimitOptions
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let project = try await options.withDatabase { database in
                try await ProjectControl(store: ProjectStore(database)).create(name: name, limits: limits.value)
            }
            Terminal.standard.result(project.id.description)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the projects, oldest first.")

        @Flag(help: "Print one JSON object per project.")
        var json = false

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let projects = try await options.withDatabase { database in
                try await ProjectControl(store: ProjectStore(database)).projects()
            }
            for project in projects {
                let line = ProjectLine(project)
                Terminal.standard.result(json ? try line.jsonLine : line.text)
            }
        }
    }
}

/// How many requests may come with one key. For commands that make projects and keys.
struct LimitOptions: ParsableArguments {
    @Option(help: "How many requests each key may send per minute.")
    var requestsPerMinute: Int?

    @Option(help: "How many requests each key may send per hour.")
    var requestsPerHour: Int?

    var value: RequestLimits { RequestLimits(perMinute: requestsPerMinute, perHour: requestsPerHour) }

    func validate() throws {
        for limit in [requestsPerMinute, requestsPerHour].compactMap(\.self)
        where !RequestLimits.accepted.contains(limit) {
            let range = RequestLimits.accepted
            throw ValidationError("A limit is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

extension SettingsOptions {
    /// Opens the database beside a server that may be running, and closes it again.
    func withDatabase<Result: Sendable>(_ body: (SQLiteDatabase) async throws -> Result) async throws -> Result {
        let database = try SQLiteDatabase.file(at: try load().settings.databasePath, ownership: .shared)
        try await database.migrate()
        try await CallEngine.prepare(database)
        let result = try await body(database)
        try database.close()
        return result
    }

    /// The project that `reference`, an id or a name, stands for; the first if there is none.
    func project(_ reference: String?, in database: SQLiteDatabase) async throws -> Project.ID {
        guard let reference else { return Project.first }
        return try await ProjectControl(store: ProjectStore(database)).project(reference).id
    }
}

extension Encodable {
    /// For programs that read what the command line prints.
    var jsonLine: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

/// A project as the command line prints it.
private struct ProjectLine: Encodable {
    let id: String
    let name: String
    let requestsPerMinute: Int?
    let requestsPerHour: Int?
    let createdAt: String

    init(_ project: Project) {
        id = project.id.description
        name = project.name
        requestsPerMinute = project.limits.perMinute
        requestsPerHour = project.limits.perHour
        createdAt = project.createdAt.formatted(.iso8601)
    }

    var text: String { "\(id)  made \(createdAt)  \(name.printable)" }
}
