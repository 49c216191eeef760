import ArgumentParser
import Calls
import Engine
import Foundation
import Storage

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes, lists and revokes API keys.",
        discussion: """
            Works on the database of this machine, whether or not the server runs.

            Examples:
              export TRUNKLINE_API_KEY=$(trunkline keys create)
              trunkline keys create --name backend --mode live
              trunkline keys revoke key_01jdr3k5w2e8vt6m4q9xbn7c5h
            """,
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key and prints its secret, this once.",
            discussion: "A test key reaches the phone lab only; a live key goes to the configured trunks."
        )

        @Option(help: "What the key is for.")
        var name = ""

        @Option(help: "test or live.")
        var mode = CallMode.test

        @Flag(help: "Print the key as JSON.")
        var json = false

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let terminal = Terminal.standard
            let (key, secret) = try await KeysCommand.withKeys(options) { keys in
                try await keys.create(name: name, mode: mode, project: Project.first)
            }
            if json {
                terminal.result(try KeyLine(key, secret: secret).json)
            } else {
                terminal.note("Made \(key.id), a \(key.mode.rawValue) key. Its secret is shown this once:")
                terminal.result(secret)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the keys, newest first, without their secrets."
        )

        @Flag(help: "Print one JSON object per key.")
        var json = false

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let terminal = Terminal.standard
            let keys = try await KeysCommand.withKeys(options) { try await $0.keys(project: Project.first) }
            if keys.isEmpty { terminal.note("There are no keys yet: make one with 'trunkline keys create'") }
            for key in keys {
                let line = KeyLine(key, secret: nil)
                terminal.result(json ? try line.json : line.text)
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a key: within two seconds the server takes it no more."
        )

        @Argument(help: "The key's id, key_…")
        var key: String

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            guard let id = APIKey.ID(key) else {
                throw ValidationError("'\(key)' is not a key's id: 'trunkline keys list' shows them")
            }
            do {
                let key = try await KeysCommand.withKeys(options) { try await $0.revoke(id, project: Project.first) }
                Terminal.standard.note("Revoked \(key.id)")
            } catch Refusal.unknownKey {
                throw Complaint("There is no key \(key): 'trunkline keys list' shows those there are")
            }
        }
    }

    /// Opens the database beside a server that may be running, and closes it again.
    fileprivate static func withKeys<Result: Sendable>(
        _ options: SettingsOptions,
        _ body: (KeyControl) async throws -> Result
    ) async throws -> Result {
        let database = try SQLiteDatabase.file(at: try options.load().settings.databasePath, ownership: .shared)
        try await database.migrate()
        try await CallEngine.prepare(database)
        let result = try await body(KeyControl(store: KeyStore(database)))
        try database.close()
        return result
    }
}

extension CallMode: ExpressibleByArgument {}

/// A key as the command line prints it.
private struct KeyLine: Encodable {
    let id: String
    let name: String
    let mode: String
    let hint: String
    let createdAt: String
    let revokedAt: String?
    let secret: String?

    init(_ key: APIKey, secret: String?) {
        id = key.id.description
        name = key.name
        mode = key.mode.rawValue
        hint = key.hint
        createdAt = key.createdAt.formatted(.iso8601)
        revokedAt = key.revokedAt?.formatted(.iso8601)
        self.secret = secret
    }

    var text: String {
        let state = revokedAt.map { "revoked \($0)" } ?? "made \(createdAt)"
        return "\(id)  \(mode.padded(to: 4))  \(hint)…  \(state)  \(name.printable)"
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
