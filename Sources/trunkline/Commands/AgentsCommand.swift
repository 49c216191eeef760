import ArgumentParser
import Calls
import Foundation

struct AgentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents",
        abstract: "Stores, lists and removes agents.",
        discussion: """
            Examples:
              trunkline agents apply examples/appointment.yaml
              trunkline agents list
              trunkline agents show appointment
            """,
        subcommands: [Apply.self, List.self, Show.self, Remove.self]
    )

    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stores agents from files: new ones, or new states of those with the same slug.",
            discussion: """
                Files are YAML or JSON. A file that cannot be accepted is refused with the lines that are wrong, and the ones
                after it are still tried. Exit status 1 if any was refused.
                """
        )

        @Argument(help: ArgumentHelp("Files with one agent each.", valueName: "file"))
        var files: [String]

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let client = try server.client()
            let terminal = Terminal.standard
            var refused = 0
            for file in files {
                guard let data = FileManager.default.contents(atPath: file) else {
                    terminal.note("\(file): cannot be read")
                    refused += 1
                    continue
                }
                do {
                    let answer = try await client.post("/v1/agents", body: data, type: "application/yaml")
                    let agent = try AgentDocument(apiJSON: answer)
                    terminal.result("\(agent.slug)  \(agent.id)")
                    for notice in agent.notices { terminal.note("\(agent.slug): \(notice.printable)") }
                } catch let APIClientError.refused(_, _, message, problems) {
                    refused += 1
                    if problems.isEmpty { terminal.note("\(file): \(message)") }
                    for problem in problems {
                        terminal.note("\(file):\(problem.line):\(problem.column): \(problem.message.printable)")
                    }
                }
            }
            if refused > 0 { throw ExitCode(1) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the agents.")

        @Flag(help: "Print the list as JSON.")
        var json = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.client().get("/v1/agents")
            let terminal = Terminal.standard
            guard !json else { return terminal.result(String(decoding: answer, as: UTF8.self)) }
            let agents = try ListDocument<AgentDocument>(apiJSON: answer).data
            if agents.isEmpty { terminal.note("There are no agents yet: store one with 'trunkline agents apply FILE'") }
            for agent in agents {
                let numbers = agent.numbers.joined(separator: ", ")
                terminal.result("\(agent.slug.padded(to: 24))  \(agent.name.printable.padded(to: 28))  \(numbers)")
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints an agent's definition as JSON: 'agents apply' takes it back."
        )

        @Argument(help: "An agent's slug or id.")
        var agent: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.client().get("/v1/agents/\(try pathComponent(agent))")
            Terminal.standard.result(try DefinitionDocument(apiJSON: answer).text)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes an agent. Calls it made keep what was said."
        )

        @Argument(help: "An agent's slug or id.")
        var agent: String

        @OptionGroup var server: ServerOptions

        func run() async throws {
            try await server.client().delete("/v1/agents/\(try pathComponent(agent))")
            Terminal.standard.note("Removed \(agent)")
        }
    }
}

/// `text` as one part of a path: slugs and identifiers need no escaping, anything else names nothing.
func pathComponent(_ text: String) throws -> String {
    guard let escaped = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-", "_"])),
        !text.isEmpty
    else { throw Complaint("'\(text)' is not a name") }
    return escaped
}

private struct DefinitionDocument: Decodable {
    let definition: JSONValue

    var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(definition), as: UTF8.self)
        }
    }
}
