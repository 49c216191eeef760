import ArgumentParser
import Calls
import Conversation
import Engine
import Foundation
import Logging
import Storage

struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talks with an agent in writing: its model, its prompt and its tools, without a telephone.",
        discussion: """
            The agent is one of this machine's database, the model the one of the configuration. Tools are shown; those of the agent's own send their
            requests, all others change nothing.
            An empty line is silence; Ctrl-D hangs up.

            Examples:
              trunkline chat lead-follow-up --var name=Ada
              echo "Yes, I can." | trunkline chat lead-follow-up
            """
    )

    @Argument(help: ArgumentHelp("Who talks: an agent's slug or id.", valueName: "agent"))
    var agent: String

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp("A value for one of the agent's {{variables}}. May be repeated.", valueName: "name=value")
    )
    var variables: [String] = []

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let terminal = Terminal.standard
        let settings = try options.load().settings
        let logger = Logger(label: "chat") { _ in SwiftLogNoOpLogHandler() }
        var brief = try await brief(settings)
        guard let model = settings.languageModel(logger: logger) else {
            throw Complaint("No language model is configured: name one under 'models' (docs/configuration.md)")
        }
        let missing = Template.missingVariables(in: brief.agent, variables: brief.variables)
        guard missing.isEmpty else {
            throw Complaint("The agent needs \(missing.joined(separator: ", ")): give each with --var name=value")
        }
        brief.time = Date().formatted(.iso8601)
        let requests = RequestSender(
            configuration: settings.requestConfiguration,
            timing: Timing(clock: ContinuousClock(), now: Date.stamp)
        )
        requests.start()
        brief.requests = requests
        brief.remote = await RemoteTools.open(for: brief, logger: Logger(label: "chat"))
        let servers = brief.remote
        var talk = WrittenTalk(brief, model: model)
        for line in talk.opening { terminal.result("\(terminal.styled("agent", .cyan))  \(line.printable)") }
        while let words = readLine() {
            let said = words.allSatisfy(\.isWhitespace) ? "[silence]" : words
            terminal.note(terminal.styled("…", .faint))
            do {
                let answer = try await talk.answer(said)
                show(answer, terminal)
                if answer.isOver { break }
            } catch let failure as ModelFailure {
                terminal.note("The model failed: \(failure)")
            }
        }
        await servers.close()
        await requests.stop()
        for (name, value) in talk.fields.sorted(by: { $0.key < $1.key }) {
            terminal.result("\(terminal.styled("field", .green))  \(name): \(value.spoken.printable)")
        }
    }

    private func show(_ answer: WrittenTalk.Answer, _ terminal: Terminal) {
        if !answer.text.isEmpty { terminal.result("\(terminal.styled("agent", .cyan))  \(answer.text.printable)") }
        for use in answer.tools {
            let mark =
                use.isRefused
                ? terminal.styled("refused", .red)
                : use.isFailed ? terminal.styled("failed", .red) : terminal.styled("tool", .yellow)
            terminal.result(
                "\(mark)   \(use.name) \(use.arguments.printable) → \(use.result.printable) \(terminal.styled("\(use.end - use.start) ms", .faint))"
            )
        }
        if answer.isCutShort { terminal.note("The model said the same again and again: its answer was ended.") }
        let first = answer.firstWord.map { "first word after \(Int($0 / .milliseconds(1))) ms, " } ?? ""
        terminal.note(terminal.styled("\(first)all after \(Int(answer.whole / .milliseconds(1))) ms", .faint))
    }

    private func brief(_ settings: Settings) async throws -> ConversationBrief {
        guard FileManager.default.fileExists(atPath: settings.databasePath) else {
            throw Complaint("There is no database at \(settings.databasePath): apply the agent to a server first")
        }
        let database = try SQLiteDatabase.file(at: settings.databasePath, ownership: .shared)
        let agents = try await AgentStore(database).all()
        try database.close()
        guard let agent = agents.first(where: { $0.slug == self.agent || $0.id.description == self.agent }) else {
            let names = agents.map(\.slug).sorted().joined(separator: ", ")
            throw Complaint("There is no agent '\(self.agent)'; there are \(names.isEmpty ? "none" : names)")
        }
        guard agent.flow == nil else {
            throw Complaint(
                "\(agent.slug) follows a flow: what it says is in its file. Only agents without one can be written to"
            )
        }
        if let model = agent.model {
            throw Complaint(
                "\(agent.slug) has \(model) hear and speak for it, which cannot be written to: call a number of the phone lab"
            )
        }
        let values = try CallCommand.values(variables)
        guard let number = PhoneNumber("+15550100001") else { throw Complaint("Report this") }
        let request = CallRequest(destination: number, mode: .test, variables: values)
        var brief = ConversationBrief(
            call: Call.ID(bornAt: Date()),
            agent: agent,
            variables: request.values(for: agent),
            maxDuration: agent.settings.maxDuration
        )
        brief.prompt = request.prompt(for: agent)
        return brief
    }
}
