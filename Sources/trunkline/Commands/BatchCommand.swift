import ArgumentParser
import Foundation

struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Calls everybody on a list.",
        discussion: """
            Examples:
              trunkline batch run people.csv --agent appointment-reminder --region ES
              trunkline batch run people.csv --agent survey --pace 60 --hours 09:00-20:00 --days mon,tue,wed,thu,fri --yes
              trunkline batch list
              trunkline batch pause batch_01jdr3k5w2e8vt6m4q9xbn7c5h
              trunkline batch results batch_01jdr3k5w2e8vt6m4q9xbn7c5h > results.csv
            """,
        subcommands: [
            Run.self, List.self, Show.self, Pause.self, Resume.self, Cancel.self, Redial.self, Results.self,
            ForecastBatch.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Prints the newest batches.")

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let answer = try await server.client().get("/v1/batches?limit=100")
            for batch in try ListDocument<BatchDocument>(apiJSON: answer).data {
                let counts = batch.counts
                let done = counts.total - counts.queued - counts.dialing - counts.connected
                let words = [
                    batch.id, batch.status.padded(to: 9), "\(done)/\(counts.total)".padded(to: 13), batch.createdAt,
                    batch.name.printable,
                ]
                Terminal.standard.result(words.joined(separator: "  "))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows how far a batch is.")

        @Argument(help: "The batch's id.")
        var batch: String

        @Flag(help: "Go on showing it until it is over.")
        var follow = false

        @Flag(help: "Print it as JSON.")
        var json = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let terminal = Terminal.standard
            let client = try server.client()
            if follow { _ = try await BatchFollower(client: client, terminal: terminal).follow(batch) }
            let answer = try await client.get("/v1/batches/\(batch)")
            guard !json else { return terminal.result(String(decoding: answer, as: UTF8.self)) }
            let document = try BatchDocument(apiJSON: answer)
            for line in BatchReport(terminal: terminal).lines(document) { terminal.result(line) }
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stops dialing until the batch is resumed; calls under way go on."
        )

        @Argument(help: "The batch's id.")
        var batch: String

        @OptionGroup var server: ServerOptions

        func run() async throws { try await BatchCommand.act("pause", on: batch, server) }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lets a paused batch go on where it was.")

        @Argument(help: "The batch's id.")
        var batch: String

        @OptionGroup var server: ServerOptions

        func run() async throws { try await BatchCommand.act("resume", on: batch, server) }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a batch: nothing more is dialed; calls under way end by themselves."
        )

        @Argument(help: "The batch's id.")
        var batch: String

        @OptionGroup var server: ServerOptions

        func run() async throws { try await BatchCommand.act("cancel", on: batch, server) }
    }

    struct Redial: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a new batch of everybody whom a batch did not reach."
        )

        @Argument(help: "The batch's id.")
        var batch: String

        @OptionGroup var server: ServerOptions

        func run() async throws { try await BatchCommand.act("redial", on: batch, server) }
    }

    struct Results: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the list with what became of everybody on it, as CSV."
        )

        @Argument(help: "The batch's id.")
        var batch: String

        @Option(name: .shortAndLong, help: ArgumentHelp("Where to. [default: standard output]", valueName: "file"))
        var output: String?

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let path = "/v1/batches/\(batch)/results.csv"
            guard let output else { return try await server.client().download(path, to: .standardOutput) }
            try await server.client().download(path, to: output)
        }
    }

    struct ForecastBatch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forecast",
            abstract: "Says how the rest of a batch will go."
        )

        @Argument(help: "The batch's id.")
        var batch: String

        @Flag(help: "Print it as JSON.")
        var json = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let terminal = Terminal.standard
            let answer = try await server.client().post("/v1/batches/\(batch)/forecast", body: Data("{}".utf8))
            guard !json else { return terminal.result(String(decoding: answer, as: UTF8.self)) }
            let forecast = try ForecastDocument(apiJSON: answer)
            for line in BatchReport(terminal: terminal).lines(forecast) { terminal.result(line) }
        }
    }

    private static func act(_ verb: String, on batch: String, _ server: ServerOptions) async throws {
        let terminal = Terminal.standard
        let answer = try await server.client().post("/v1/batches/\(batch)/\(verb)", body: Data("{}".utf8))
        for line in BatchReport(terminal: terminal).lines(try BatchDocument(apiJSON: answer)) { terminal.result(line) }
    }
}
