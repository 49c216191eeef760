import ArgumentParser
import Calls
import Digests
import Foundation

extension BatchCommand {
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Calls everybody on a list: shows what it comes to, asks, and follows it to the end.",
            discussion: """
                The list is a CSV file whose first line names its columns. The column 'phone' has the numbers; every other one becomes a variable of
                the agent's. 'timezone', 'scheduled_for' and 'priority' mean what they say.

                Examples:
                  trunkline batch run people.csv --agent appointment-reminder
                  trunkline batch run people.csv --agent survey --region ES --phone-column Mobile --pace 60
                  trunkline batch run people.csv --agent survey --settings settings.json --goal 40% --yes
                  trunkline batch run people.csv --agent survey --annotated checked.csv --dry-run

                The batch is the server's: it goes on if you leave. The same list with the same settings makes one batch a day, so that who begins again
                follows the batch that is there, and nobody is called twice; --again makes another one.

                Exit status:
                  0    the batch is over, and the goal was reached
                  2    it is over, and the goal was missed
                  3    it was canceled, stopped before the goal was reached, or stands still
                  130  Ctrl-C: the batch goes on
                  1    it could not be made or followed, or was not wanted; 64 for wrong arguments
                """
        )

        @Argument(help: ArgumentHelp("The list.", valueName: "file"))
        var file: String

        @Option(help: ArgumentHelp("Who talks: an agent's slug or id.", valueName: "agent"))
        var agent: String

        @Option(help: ArgumentHelp("What the batch is called. [default: the file's name]", valueName: "name"))
        var name: String?

        @Option(help: ArgumentHelp("Calls per minute. [default: 5]", valueName: "number"))
        var pace: Int?

        @Option(help: ArgumentHelp("How many calls there may be at once.", valueName: "number"))
        var concurrency: Int?

        @Option(help: ArgumentHelp("A number to call from. May be repeated.", valueName: "number"))
        var from: [String] = []

        @Option(help: ArgumentHelp("When to begin, like 2026-06-11T09:00:00+02:00. [default: now]", valueName: "time"))
        var startAt: String?

        @Option(help: ArgumentHelp("From when on nobody is called any more.", valueName: "time"))
        var deadline: String?

        @Option(
            help: ArgumentHelp("When callees may be called, by their own clocks: like 09:00-20:00.", valueName: "hours")
        )
        var hours: [String] = []

        @Option(help: ArgumentHelp("On which days, like mon,tue,wed. [default: all]", valueName: "days"))
        var days: String?

        @Option(
            help: ArgumentHelp(
                "A JSON file with settings as POST /v1/batches takes them. Options go before it.",
                valueName: "file"
            )
        )
        var settings: String?

        @Option(help: ArgumentHelp("The column with the numbers. [default: phone]", valueName: "column"))
        var phoneColumn: String?

        @Option(help: ArgumentHelp("What numbers without a country code belong to, like ES.", valueName: "country"))
        var region: String?

        @Option(help: ArgumentHelp("comma, semicolon or tab. [default: found out]", valueName: "delimiter"))
        var delimiter: String?

        @Option(help: ArgumentHelp("Write the list with the verdict of every row here.", valueName: "file"))
        var annotated: String?

        @Option(help: ArgumentHelp("When it is over, write the results here.", valueName: "file"))
        var results: String?

        @Option(
            help: ArgumentHelp(
                "How many calls have to meet their goal, as a number or as a part of the list, like 40%. [default: 1]",
                valueName: "goal"
            )
        )
        var goal: BatchGoal = .count(1)

        @Flag(help: "Call the rest if some rows cannot be called. Otherwise such a list is refused.")
        var leaveOutFaulty = false

        @Flag(help: "Call the list once more, although it was run with the same settings within a day.")
        var again = false

        @Flag(help: "Do not ask.")
        var yes = false

        @Flag(help: "Show what it comes to, and call nobody.")
        var dryRun = false

        @Flag(help: "Do not wait until it is over.")
        var detach = false

        @OptionGroup var server: ServerOptions

        func run() async throws {
            let terminal = Terminal.standard
            let client = try server.client()
            guard let list = try? Data(contentsOf: URL(fileURLWithPath: file)) else {
                throw Complaint("Cannot read \(file): is it there, and may you read it?")
            }
            let upload = FormUpload(settings: try body(), list: list, name: file)
            let preview = try PreviewDocument(apiJSON: try await client.post("/v1/batches/preview" + query(), upload))
            for line in BatchReport(terminal: terminal).lines(preview) { terminal.note(line) }
            if let annotated {
                let table = try await client.post("/v1/batches/preview" + query(["format": "csv"]), upload)
                guard (try? table.write(to: URL(fileURLWithPath: annotated))) != nil else {
                    throw APIClientError.unwritable(path: annotated)
                }
                terminal.note("\nThe verdict of every row is in \(annotated)")
            }
            guard !dryRun else { return }
            guard preview.called > 0 else { throw Complaint("There is nobody to call") }
            let leftOut = preview.rows - preview.called
            if leftOut > 0, !leaveOutFaulty, hasFaulty(preview) {
                throw Complaint(
                    "Some rows cannot be called: put them right, or call the others with --leave-out-faulty"
                )
            }
            guard yes || confirmed("Call \(preview.called) contacts?") else { throw Complaint("Nobody was called") }
            let path = "/v1/batches/import" + query(leaveOutFaulty ? ["leave_out_faulty": "true"] : [:])
            let name = again ? UUID().uuidString : SHA256.hexadecimal(path + upload.digest)
            let (answer, isRepeated) = try await client.post(path, upload, once: "batch-run-\(name)")
            let batch = try BatchDocument(apiJSON: answer)
            if isRepeated { terminal.note("\nThis list was begun before, and nobody is called twice: see --again.") }
            guard !detach else { return terminal.result(batch.id) }
            terminal.note(
                "\n\(isRepeated ? "Following" : "Started") \(batch.id) of \(batch.createdAt). It goes on if you leave.\n"
            )
            let follower = BatchFollower(client: client, terminal: terminal)
            guard let last = try await Interruption.nilIfInterrupted({ try await follower.follow(batch.id) }) else {
                terminal.note(BatchReport.leaving(batch.id))
                throw ExitCode(130)
            }
            for line in BatchReport(terminal: terminal).lines(last) { terminal.result(line) }
            if let results { try await client.download("/v1/batches/\(batch.id)/results.csv", to: results) }
            throw exit(of: last)
        }

        private func exit(of batch: BatchDocument) -> ExitCode {
            guard batch.status == "completed" else { return ExitCode(3) }
            if goal.isReached(batch.counts.goalsMet, of: batch.counts.total) { return .success }
            return ExitCode(batch.reason == nil ? 2 : 3)
        }

        private func hasFaulty(_ preview: PreviewDocument) -> Bool {
            ["faulty", "missing_variables"].contains { preview.counts[$0, default: 0] > 0 }
        }

        private func confirmed(_ question: String) -> Bool {
            guard isatty(STDIN_FILENO) == 1 else { return false }
            Terminal.standard.note("\n\(question) [y/N]")
            return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
        }

        private func query(_ more: [String: String] = [:]) -> String {
            var components = URLComponents()
            let given = ["phone_column": phoneColumn, "region": region, "delimiter": delimiter].compactMapValues(\.self)
            let items = given.merging(more) { $1 }.sorted { $0.key < $1.key }
            components.queryItems = items.map { URLQueryItem(name: $0.key, value: $0.value) }
            return items.isEmpty ? "" : "?" + (components.percentEncodedQuery ?? "").replacing("+", with: "%2B")
        }

        private func body() throws -> Data {
            var body: [String: JSONValue] = [:]
            if let settings {
                guard let data = try? Data(contentsOf: URL(fileURLWithPath: settings)),
                    case .object(let members)? = try? JSONDecoder().decode(JSONValue.self, from: data)
                else { throw Complaint("Cannot read \(settings): it has to be a file with a JSON object") }
                body = members
            }
            body["agent"] = .string(agent)
            let fileName = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
            body["name"] = name.map(JSONValue.string) ?? body["name"] ?? .string(fileName)
            if let pace { body["calls_per_minute"] = .integer(Int64(pace)) }
            if let concurrency { body["concurrency"] = .integer(Int64(concurrency)) }
            if !from.isEmpty { body["caller_ids"] = .object(["numbers": .array(from.map(JSONValue.string))]) }
            if let startAt { body["start_at"] = .string(startAt) }
            if let deadline { body["deadline"] = .string(deadline) }
            if !hours.isEmpty {
                let names = days.map { $0.split(separator: ",").map(String.init) } ?? Self.weekdays
                let windows = JSONValue.array(hours.map(JSONValue.string))
                body["hours"] = .object(Dictionary(names.map { ($0, windows) }) { $1 })
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return try encoder.encode(JSONValue.object(body))
        }

        private static let weekdays = CallingHours.Weekday.allCases.map(\.rawValue)

        func validate() throws {
            guard days == nil || !hours.isEmpty else { throw ValidationError("--days needs --hours") }
            guard !detach || results == nil else {
                throw ValidationError("--results are there when the batch is over: leave out --detach")
            }
        }
    }
}

/// How many calls have to meet their goal.
enum BatchGoal: Hashable, ExpressibleByArgument {
    case count(Int)
    case percent(Double)

    init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let percent = Double(argument.dropLast()), (0...100).contains(percent) else { return nil }
            self = .percent(percent)
        } else {
            guard let count = Int(argument), count >= 0 else { return nil }
            self = .count(count)
        }
    }

    func isReached(_ met: Int, of contacts: Int) -> Bool {
        switch self {
        case .count(let count): met >= count
        case .percent(let percent): Double(met) * 100 >= percent * Double(contacts)
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .count(let count): String(count)
        case .percent(let percent): "\(percent)%"
        }
    }
}
