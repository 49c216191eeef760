import ArgumentParser
import Calls
import Foundation

struct EvaluationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract:
            "Tries an agent on people in the phone lab, over real SIP and RTP, and says what went otherwise than expected.",
        discussion: """
            Nothing leaves this machine but requests to the models and speech servers that are configured. docs/evaluation.md describes suites.
              trunkline eval Examples/evaluations/appointment-reminder.yaml
              trunkline eval my-suite.yaml --only interrupts --junit eval.xml --html eval.html

            People follow a script, or are played by a language model, for which models and a recogniser that takes dictation have to be configured:
              trunkline eval Examples/evaluations/lead-follow-up.yaml --config trunkline.yaml

            Exit status: 0 if every call went as expected, 1 if one did not, could not be placed, or says nothing because whoever was called could not be played.
            """
    )

    @Argument(help: ArgumentHelp("The suite: a YAML file.", valueName: "file"))
    var suite: String

    @Option(help: ArgumentHelp("Only cases with this in their name.", valueName: "text"))
    var only: String?

    @Option(help: ArgumentHelp("How many calls are up at once.", valueName: "number"))
    var concurrency = 4

    @Option(help: ArgumentHelp("Write the results here, as JUnit's XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write the results with what was said here, as a page.", valueName: "file"))
    var html: String?

    @Option(
        help: ArgumentHelp(
            "Keep database and recordings here. [default: they are thrown away]",
            valueName: "directory"
        )
    )
    var keep: String?

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (1...100).contains(concurrency) else { throw ValidationError("--concurrency takes 1 to 100.") }
    }

    func run() async throws {
        let terminal = Terminal.standard
        let suite = try EvaluationSuite(path: suite)
        let cases = suite.cases.filter { only.map($0.name.localizedCaseInsensitiveContains) ?? true }
        guard !cases.isEmpty else {
            let names = suite.cases.map(\.name).joined(separator: ", ")
            throw Complaint("No case has “\(only ?? "")” in its name; there are: \(names)")
        }
        guard let agent = FileManager.default.contents(atPath: suite.agent) else {
            throw Complaint("Cannot read the agent's file \(suite.agent)")
        }
        var server = PrivateServer("eval", settings: try options.load().settings, directory: keep)
        server.persons = suite.persons
        // Nobody is to be made ready, or missed, who is not called.
        server.personas = suite.personas.filter { persona in cases.contains { $0.name == persona.name } }
        let directory = server.settings.dataDirectory
        defer { if keep == nil { try? FileManager.default.removeItem(atPath: directory) } }
        let total = cases.reduce(0) { $0 + $1.times }
        terminal.note("Placing \(total) calls, up to \(concurrency) at once …")
        let concurrency = concurrency
        let tries = try await server.run { client, parts in
            let applied = try AgentDocument(
                apiJSON: try await client.post("/v1/agents", body: agent, type: "application/yaml")
            )
            for notice in applied.notices { terminal.note(notice.printable) }
            let run = EvaluationRun(client: client, agent: applied.id, ledger: parts.ledger, concurrency: concurrency)
            return await run.tries(of: cases) { terminal.result(EvaluationReport.line(of: $0, terminal)) }
        }
        let report = EvaluationReport(
            suite: URL(filePath: self.suite).deletingPathExtension().lastPathComponent,
            tries: tries
        )
        terminal.result(report.summary(terminal))
        if let junit { try write(report.junit, to: junit) }
        if let html { try write(report.html, to: html) }
        if report.failed + report.broken > 0 { throw ExitCode(1) }
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Complaint("Cannot write \(path): choose a place that you may write to")
        }
    }
}
