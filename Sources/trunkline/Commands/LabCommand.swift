import ArgumentParser
import Logging
import PhoneLab
import ServiceLifecycle

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Runs the phone lab on its own: a simulated telephone network whose numbers decide what happens.",
        discussion: """
            'trunkline serve' brings a lab of its own; this one is for other programs, and for a server that is to be restarted under it:
              trunkline lab --ledger lab.jsonl &
              trunkline serve --set lab.enabled=false
              trunkline lab --set lab.persons=Examples/persons

            Listens on 127.0.0.1 and lab.port. docs/lab.md lists the numbers.
            """
    )

    @Option(
        help: ArgumentHelp("Append every INVITE and every ended call to this file, as JSON lines.", valueName: "file")
    )
    var ledger: String?

    @Option(help: ArgumentHelp("Record both sides of every line into this directory.", valueName: "directory"))
    var recordings: String?

    @Option(
        help: ArgumentHelp(
            "Hold back what arrives so long, in ms, before it is heard and recorded. 0 shows when it came, to 20 ms.",
            valueName: "ms"
        )
    )
    var jitterDelay = 40

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (0...200).contains(jitterDelay) else { throw ValidationError("--jitter-delay takes 0 to 200.") }
    }

    func run() async throws {
        let settings = try options.load().settings
        settings.log.format.bootstrap(level: settings.log.level)
        let logger = Logger(label: "trunkline")
        let parts = try await LabParts.make(
            port: settings.lab.port,
            speech: EmbeddedSpeech(),
            persons: settings.lab.persons.map(PersonScript.people) ?? [],
            configuration: PhoneLab.Configuration(ledgerPath: ledger, recordingDirectory: recordings),
            jitterDelay: jitterDelay,
            logger: logger
        )
        logger.notice("Listening", metadata: ["lab.uri": "sip:127.0.0.1:\(parts.port)"])
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: parts.services, logger: logger))
        try await ShutdownSignals(logger: logger).run(group)
    }
}
