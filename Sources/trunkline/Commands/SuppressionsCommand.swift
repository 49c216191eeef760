import ArgumentParser
import Calls
import Engine
import Foundation
import Storage

struct SuppressionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suppressions",
        abstract: "Keeps the do-not-call lists: numbers that must not be dialed.",
        discussion: """
            Works on the database of this machine, whether or not the server runs. The account's list stops the calls of every project.

            Examples:
              trunkline suppressions add +15551230001 --reason callee_request
              trunkline suppressions add --account +15551230001
              trunkline suppressions list --account
              trunkline suppressions remove +15551230001
            """,
        subcommands: [Add.self, List.self, Remove.self]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts numbers on a list: from now on none of them is dialed."
        )

        @Argument(help: "The numbers, like +15551230001.")
        var numbers: [PhoneNumber]

        @Option(help: "Why: callee_request, complaint, registry, wrong_number or other.")
        var reason = Suppression.Reason.other

        @Option(help: "Anything worth remembering.")
        var note = ""

        @OptionGroup var list: ListOptions
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let added = try await options.withDatabase { database in
                try await SuppressionControl(store: SuppressionStore(database)).add(
                    numbers.map { .init(number: $0, reason: reason, note: note) },
                    to: list.scope,
                    by: "operator",
                    project: try await options.project(list.project, in: database)
                )
            }
            Terminal.standard.note("\(added) added, \(numbers.count - added) on the list already")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints a list in the order of the numbers.")

        @OptionGroup var list: ListOptions
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            let terminal = Terminal.standard
            try await options.withDatabase { database in
                let control = SuppressionControl(store: SuppressionStore(database))
                let project = try await options.project(list.project, in: database)
                var after: PhoneNumber?
                repeat {
                    let page = try await control.list(list.scope, after: after, limit: 500, project: project)
                    for entry in page.suppressions { terminal.result(entry.line) }
                    after = page.hasMore ? page.suppressions.last?.number : nil
                } while after != nil
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Takes a number off a list.")

        @Argument(help: "The number, like +15551230001.")
        var number: PhoneNumber

        @OptionGroup var list: ListOptions
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            do {
                try await options.withDatabase { database in
                    try await SuppressionControl(store: SuppressionStore(database)).remove(
                        number,
                        from: list.scope,
                        project: try await options.project(list.project, in: database)
                    )
                }
            } catch Refusal.unknownSuppression {
                throw Complaint("\(number) is not on that list")
            }
            Terminal.standard.note("Removed \(number)")
        }
    }

    struct ListOptions: ParsableArguments {
        @Flag(help: "The list that stops the calls of every project.")
        var account = false

        @Option(help: "The project whose list it is, by name or id; the first one if left out.")
        var project: String?

        var scope: Suppression.Scope { account ? .account : .project }
    }
}

extension Suppression {
    fileprivate var line: String {
        let words = [number.description, createdAt.formatted(.iso8601), reason.rawValue, addedBy, note.printable]
        return words.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}

extension PhoneNumber: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension Suppression.Reason: ExpressibleByArgument {}
