import ArgumentParser
import Calls
import Conversation
import Foundation
import Logging
import Providers

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Has an agent hear a stored call again, without a telephone, and shows what changes.",
        discussion: """
            The callee's side of the recording is played to the agent, stretch by stretch, each when the agent has done what it had done then.
            Nobody is called, nothing is stored, and tools answer with what is on the call's record. Works on the database of this machine.
            Without --agent it is the agent as it was in that call: what changes then is another version of the program, or of the models.

            Examples:
              trunkline replay call_01jdr3k5w2e8vt6m4q9xbn7c5h
              trunkline replay call_01jdr3k5w2e8vt6m4q9xbn7c5h --agent appointment-reminder.yaml
              trunkline replay call_01jdr3k5w2e8vt6m4q9xbn7c5h --json | jq .changed_lines

            Exit status: 0 once it was replayed, whatever changed; with --same 1 if anything did.
            """
    )

    @Argument(help: ArgumentHelp("A call that was recorded.", valueName: "call"))
    var call: String

    @Option(help: ArgumentHelp("Who talks now: an agent's file. [default: the agent of the call]", valueName: "file"))
    var agent: String?

    @Flag(help: "Fail if anything changes.")
    var same = false

    @Flag(help: "Print it as JSON.")
    var json = false

    @OptionGroup var options: SettingsOptions

    /// How long a provider may take: nobody waits on the line.
    private static let patience = Duration.seconds(60)

    func run() async throws {
        let settings = try options.load().settings
        let terminal = Terminal.standard
        let logger = Logger(label: "replay") { _ in SwiftLogNoOpLogHandler() }
        var stored = try await StoredCall(self.call, settings: settings)
        let speech = try EmbeddedSpeech(isRepeatable: true)
        let voices = SpeechParts.make(settings, embedded: speech, logger: logger)
        let parts = ConversationParts.make(
            settings,
            speech: voices,
            embedded: speech,
            patience: Self.patience,
            logger: logger
        )
        if let agent {
            let realtimeModels = settings.realtimeModels.map(\.name)
            try stored.use(agentFile: agent, voices: voices.voice.voices, realtimeModels: realtimeModels)
        }
        if stored.call.speaker.flow == nil, let model = stored.call.speaker.model {
            throw Complaint(
                "\(model) hears and speaks by a clock of its own: a call that it leads cannot be replayed. Name another agent with --agent"
            )
        }
        if stored.call.speaker.flow == nil, let lack = parts.lack {
            terminal.note("The agent takes a message: \(lack)")
        }
        let (brief, works) = stored.brief
        let line = RecordedLine(callee: stored.callee, works: works, longest: stored.call.maxDuration)
        terminal.note("Replaying \(stored.call.id)…")
        let record = try await parts.factory.prepare(brief)
            .run(on: line, digits: AsyncStream { $0.finish() }, commands: AsyncStream { $0.finish() }) { _ in }
        let report = ReplayReport(
            call: stored.call.id.description,
            before: stored.side,
            after: ReplayReport.Side(
                lines: record.transcript,
                reached: record.reached,
                goal: record.goal,
                endReason: record.reason ?? .calleeHungUp,
                fields: record.fields,
                duration: line.duration
            )
        )
        if json {
            terminal.result(try report.document.sortedText)
        } else {
            for line in report.text(terminal) { terminal.result(line) }
        }
        if same, !report.isSame { throw ExitCode(1) }
    }
}
