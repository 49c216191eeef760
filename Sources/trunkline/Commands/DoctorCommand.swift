import ArgumentParser

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at everything a call needs, and says what to do about what is missing.",
        discussion: """
            Examples:
              trunkline doctor
              trunkline doctor --config /etc/trunkline.yaml

            Exit status: 0 if calls can be placed (warnings allowed), 1 if something has to be done first.
            """
    )

    @OptionGroup var options: SettingsOptions

    func run() async throws {
        let terminal = Terminal.standard
        let loaded: LoadedSettings
        do {
            loaded = try options.load()
        } catch let error as SettingsError {
            for problem in error.problems { show("Configuration", .failure("\(problem)", "Correct it"), terminal) }
            throw ExitCode(1)
        }
        show("Configuration", .ok(loaded.file.map { "\($0) is in order" } ?? "defaults, no file"), terminal)
        for warning in loaded.warnings { show("Configuration", .warning(warning, "Remove or correct it"), terminal) }

        var failures = 0
        for check in checks(loaded.settings) {
            for finding in await check.run() {
                if finding.verdict == .failure { failures += 1 }
                show(check.subject, finding, terminal)
            }
        }
        if failures > 0 { throw ExitCode(1) }
    }

    private func checks(_ settings: Settings) -> [Check] {
        [
            .dataDirectory(settings.dataDirectory),
            .database(settings.databasePath),
            .agents(settings),
            .wallets(settings.databasePath),
            .httpPort(settings.http),
            .datagramPort(
                "SIP port",
                host: settings.sip.address,
                port: settings.sip.port,
                key: .sipPort,
                http: settings.http
            ),
            .datagramPort(
                "First RTP port",
                host: settings.sip.address,
                port: settings.rtp.ports.lowerBound,
                key: .rtpPorts,
                http: settings.http
            ),
            .datagramPort(
                "Last RTP port",
                host: settings.sip.address,
                port: settings.rtp.ports.upperBound,
                key: .rtpPorts,
                http: settings.http
            ),
            .policies(settings.databasePath),
            .speech,
            .speechServers(settings),
            .models(settings.models),
            .realtimeModels(settings.realtimeModels),
            .trunks(settings),
        ]
    }

    private func show(_ subject: String, _ finding: Finding, _ terminal: Terminal) {
        let (mark, style): (String, Terminal.Style) =
            switch finding.verdict {
            case .ok: ("ok  ", .green)
            case .notice: ("note", .cyan)
            case .warning: ("warn", .yellow)
            case .failure: ("FAIL", .red)
            }
        terminal.result("\(terminal.styled(mark, style))  \(subject.padded(to: 16))  \(finding.text.printable)")
        if let remedy = finding.remedy { terminal.result("      \("".padded(to: 16))  → \(remedy)") }
    }
}
