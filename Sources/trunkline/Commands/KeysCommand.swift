import ArgumentParser
import Calls
import Engine
import Foundation
import Storage

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes, lists, rotates and revokes API keys.",
        discussion: """
            Works on the database of this machine, whether or not the server runs.

            Examples:
              export TRUNKLINE_API_KEY=$(trunkline keys create)
              trunkline keys create --name backend --mode live --scopes outbound:trigger,sessions:read --expires 90d
              trunkline keys rotate key_01jdr3k5w2e8vt6m4q9xbn7c5h --grace 1h
              trunkline keys revoke key_01jdr3k5w2e8vt6m4q9xbn7c5h
            """,
        subcommands: [Create.self, List.self, Rotate.self, Revoke.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists a project's keys, newest first, without their secrets."
        )

        @Option(help: "The project, by name or id; the first one if left out.")
        var project: String?

        @Flag(help: "Print one JSON object per key.")
        var json = false

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let terminal = Terminal.standard
            let keys = try await options.withDatabase { database in
                let project = try await options.project(project, in: database)
                return try await KeyControl(store: KeyStore(database)).keys(project: project)
            }
            if keys.isEmpty { terminal.note("There are no keys yet: make one with 'trunkline keys create'") }
            for key in keys {
                let line = KeyLine(key, secret: nil)
                terminal.result(json ? try line.jsonLine : line.text)
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives a key another secret and prints it, this once.",
            discussion: "The key keeps its id and its rights. The secret before stops at once, or after --grace."
        )

        @Argument(help: "The key's id, key_…")
        var key: String

        @Option(help: "How long the secret before is still taken: 90s, 15m, 12h or up to 30d.")
        var grace = TimeSpan(seconds: 0)

        @Flag(help: "Print the key as JSON.")
        var json = false

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let (rotated, secret) = try await KeysCommand.with(key, options) { keys, id, project in
                try await keys.rotate(id, grace: grace.seconds, project: project)
            }
            try KeyLine(rotated, secret: secret)
                .show(json: json, note: "Rotated \(rotated.id). Its new secret is shown this once:")
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
            let revoked = try await KeysCommand.with(key, options) { keys, id, project in
                try await keys.revoke(id, project: project)
            }
            Terminal.standard.note("Revoked \(revoked.id)")
        }
    }

    /// Does something with the key that `text` names, whatever project it belongs to.
    private static func with<Result: Sendable>(
        _ text: String,
        _ options: SettingsOptions,
        _ body: (KeyControl, APIKey.ID, Project.ID) async throws -> Result
    ) async throws -> Result {
        guard let id = APIKey.ID(text) else {
            throw ValidationError("'\(text)' is not a key's id: 'trunkline keys list' shows them")
        }
        do {
            return try await options.withDatabase { database in
                let keys = KeyControl(store: KeyStore(database))
                return try await body(keys, id, try await keys.key(id).project)
            }
        } catch Refusal.unknownKey {
            throw Complaint("There is no key \(text): 'trunkline keys list' shows those there are")
        } catch Refusal.keyNotActive {
            throw Complaint("The key \(text) is revoked or expired: make another one with 'trunkline keys create'")
        } catch Refusal.invalid(_, let message) {
            throw Complaint(message)
        }
    }
}
