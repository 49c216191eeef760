import ArgumentParser
import Calls
import Dashboard
import Engine
import Foundation
import Storage
import WebAPI

struct UsersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "Lets people into the dashboard: a link with which they choose a password.",
        discussion: """
            Works on the database of this machine, whether or not the server runs. The server itself prints the first owner's link when it starts.

            Examples:
              trunkline users add maria --role editor
              trunkline users link owner
            """,
        subcommands: [Add.self, Link.self, List.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a user and prints their link.")

        @Argument(help: "What they sign in with: letters, digits and .@_+-")
        var name: String

        @Option(help: "viewer, editor or owner.")
        var role = Role.viewer

        @Option(help: "The project they belong to, by name or id; the first one if left out.")
        var project: String?

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let (name, role, project) = (name, role, project)
            try await options.printLink { database, options in
                let id = try await options.project(project, in: database)
                return try await UserControl(database: database).invite(name, as: role, project: id).invitation
            }
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a new link for a user who lost the first, or the password."
        )

        @Argument(help: "What they sign in with.")
        var name: String

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let name = name
            try await options.printLink { database, _ in
                try await UserControl(database: database).inviteAgain(name).invitation
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the users of a project.")

        @Option(help: "The project, by name or id; the first one if left out.")
        var project: String?

        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let project = project
            let users = try await options.withDatabase { database in
                let id = try await options.project(project, in: database)
                return try await UserControl(database: database).users(project: id)
            }
            for user in users {
                let standing = user.disabledAt != nil ? "switched off" : user.hasPassword ? "active" : "invited"
                Terminal.standard.result("\(user.name)  \(user.role.rawValue)  \(standing)")
            }
        }
    }
}

extension Role: ExpressibleByArgument {}

extension SettingsOptions {
    /// Prints where an invitation is opened. Says in words of the command what cannot be done.
    fileprivate func printLink(
        _ invitation: @Sendable (SQLiteDatabase, SettingsOptions) async throws -> String
    ) async throws {
        let settings = try load().settings
        do {
            let code = try await withDatabase { try await invitation($0, self) }
            Terminal.standard.result(settings.http.url(of: Dashboard.invitationPath(code)))
            Terminal.standard.note("It opens once, within a day.")
        } catch UserProblem.nameTaken {
            throw Complaint("Somebody has this name already: 'trunkline users link NAME' prints a new link")
        } catch UserProblem.unknownUser {
            throw Complaint("There is no user of this name who is not switched off")
        } catch Refusal.invalid(let field, let message) {
            throw Complaint("\(field): \(message)")
        }
    }
}

extension Settings.HTTP {
    /// Where a browser finds `path` of the server: at its public name or, without one, at its address on this machine.
    func url(of path: String, port actual: Int? = nil) -> String {
        if let publicURL { return PublicURL(publicURL).absolute(path) }
        let isEverywhere = ["0.0.0.0", "::"].contains(host)
        return "http://\(isEverywhere ? "127.0.0.1" : host):\(actual ?? port)\(path)"
    }
}
