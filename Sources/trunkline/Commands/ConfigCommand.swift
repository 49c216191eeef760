import ArgumentParser
import Providers

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Shows every setting in force, where it came from and what it accepts.",
        discussion: """
            Flags count before environment variables, those before the file, and the file before the defaults.

            Examples:
              trunkline config
              trunkline config --config /etc/trunkline.yaml
              TRUNKLINE_HTTP_PORT=9000 trunkline config
            """
    )

    @OptionGroup var options: SettingsOptions

    func run() throws {
        let terminal = Terminal.standard
        let loaded: LoadedSettings
        do {
            loaded = try options.load()
        } catch {
            for key in SettingsKey.allCases { terminal.note("\(key.rawValue.padded(to: 24)) \(key.accepted)") }
            throw error
        }
        terminal.note(
            loaded.file.map { "Read \($0)" } ?? "No file: there is no \(Settings.usualFile) here, and none was named"
        )
        for warning in loaded.warnings { terminal.note(warning) }
        for key in SettingsKey.allCases {
            let value = loaded.settings.text(of: key)
            let origin = loaded.origins[key]?.description ?? "default"
            let line =
                "\(key.rawValue.padded(to: 24)) \((value.isEmpty ? "–" : value).padded(to: 28)) \(origin.padded(to: 28))"
            terminal.result("\(line) \(terminal.styled(key.accepted, .faint))")
        }
        for (prefix, rate) in loaded.settings.rates.sorted(by: { $0.key < $1.key }) {
            terminal.result("rates: \(prefix)  \(rate.text)")
        }
        for recognizer in loaded.settings.recognizers {
            let key = recognizer.endpoint.key == nil ? "without a key" : "with a key"
            terminal.result(
                "recognizers: \(recognizer.name)  \(recognizer.kind.rawValue)  \(recognizer.endpoint.url)  \(key)"
            )
        }
        for voice in loaded.settings.voices {
            let key = voice.endpoint.key == nil ? "without a key" : "with a key"
            terminal.result("voices: \(voice.name)  \(voice.kind.rawValue)  \(voice.endpoint.url)  \(key)")
        }
        for model in loaded.settings.models {
            let key = model.key == nil ? "without a key" : "with a key"
            terminal.result("models: \(model.name)  chat  \(model.url)  \(key)")
        }
        for server in loaded.settings.realtimeModels.map(\.server) {
            let key = server.key == nil ? "without a key" : "with a key"
            terminal.result("models: \(server.name)  realtime  \(server.url)  \(key)")
        }
        for trunk in loaded.settings.trunks {
            let account = trunk.username.map { "\($0) \(trunk.password.map(\.description) ?? "")" } ?? "no account"
            terminal.result("trunks: \(trunk.name)  \(trunk.uri)  \(account)")
        }
    }
}
