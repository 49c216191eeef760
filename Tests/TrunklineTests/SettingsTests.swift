import Calls
import Foundation
import Testing
import WebAPI

@testable import trunkline

@Suite("Configuration")
struct SettingsTests {
    @Test("Flags count before the environment, that before the file, and the file before the defaults")
    func precedence() throws {
        let file = try temporary("http:\n  port: 1001\n  host: 10.0.0.1\ncalls:\n  channels: 7\nlog: {level: debug}\n")
        let loaded = try Settings.load(
            flags: [.httpPort: SettingsFlag(value: "1003", flag: "--port")],
            path: file,
            environment: ["TRUNKLINE_HTTP_PORT": "1002", "TRUNKLINE_CALLS_CHANNELS": "8", "TRUNKLINE_LOG_FORMAT": ""]
        )
        #expect(loaded.settings.http.port == 1003)
        #expect(loaded.settings.calls.channels == 8)
        #expect(loaded.settings.http.host == "10.0.0.1")
        #expect(loaded.settings.sip.port == 5060)
        #expect(loaded.settings.log.format == .text)
        #expect(loaded.origins[.httpPort] == .flag("--port"))
        #expect(loaded.origins[.callsChannels] == .environment("TRUNKLINE_CALLS_CHANNELS"))
        #expect(loaded.origins[.httpHost] == .file("\(file) line 3"))
        #expect(loaded.origins[.sipPort] == .builtIn)
        #expect(loaded.file == file)
    }

    @Test("Commands go to this machine's server, where its environment or its file has it")
    func server() throws {
        let file = try temporary("http: {port: 1001, host: \"::1\"}\nmodels: [{name: nonsense}]\n")
        #expect(Settings.serverURL(environment: ["TRUNKLINE_CONFIG": "/nowhere"]) == "http://127.0.0.1:8080")
        #expect(Settings.serverURL(environment: ["TRUNKLINE_CONFIG": file]) == "http://[::1]:1001")
        let environment = ["TRUNKLINE_CONFIG": file, "TRUNKLINE_HTTP_PORT": "1002", "TRUNKLINE_HTTP_HOST": "0.0.0.0"]
        #expect(Settings.serverURL(environment: environment) == "http://127.0.0.1:1002")
    }

    @Test("Every key can be set from the environment")
    func environment() throws {
        let values: [SettingsKey: String] = [
            .httpHost: "::1", .httpPort: "81", .httpHosts: "a.example=native, b.example=native", .dataDirectory: "/d",
            .httpPublicURL: "https://calls.example.com/a", .audioDirectory: "/d/a", .database: "/d/x.db",
            .sipAddress: "10.1.1.1",
            .sipPort: "5099", .sipAdvertised: "203.0.113.9", .rtpPorts: "3000-3999", .labEnabled: "false",
            .labPort: "5071", .labPersons: "/d/p", .speechCache: "64", .callsChannels: "3",
            .callsPricePerMinute: "0.02000",
            .callsModelReserve: "0.01000", .callsDrain: "5", .toolsAllowPrivate: "true",
            .numbersPool: "+15550100010,+15550100011", .webhooksAllowPrivate: "true", .logLevel: "trace",
            .logFormat: "json",
        ]
        let pairs = values.map { ($0.key.environmentVariable, $0.value) }
        let loaded = try Settings.load(environment: Dictionary(uniqueKeysWithValues: pairs))
        for (key, text) in values { #expect(loaded.settings.text(of: key) == text, "\(key.rawValue)") }
        // The one that needs a file.
        #expect(Set(values.keys).union([.callsLiveTrunk]) == Set(SettingsKey.allCases))
        #expect(SettingsKey.callsPricePerMinute.environmentVariable == "TRUNKLINE_CALLS_PRICE_PER_MINUTE")
    }

    @Test(
        "A bad value names the key, the value, what is accepted and where it stands",
        arguments: [
            (SettingsKey.httpPort, "eighty"), (.httpPort, "-1"), (.httpPort, "65536"), (.rtpPorts, "9000-8000"),
            (.rtpPorts, "9000"), (.labEnabled, "yes please"), (.callsChannels, "0"), (.callsPricePerMinute, "1,4"),
            (.callsPricePerMinute, "0.1234567"), (.callsPricePerMinute, "-1"), (.callsDrain, "1.5"),
            (.logLevel, "loud"), (.logFormat, "xml"), (.webhooksAllowPrivate, "1"), (.numbersPool, "15550100010"),
            (.httpPublicURL, "calls.example.com"), (.httpPublicURL, "ftp://a"), (.httpPublicURL, "https://a/?b=c"),
            (.httpHosts, "a.example"), (.httpHosts, "a.example=nobody"), (.httpHosts, "a.example:80=native"),
            (.httpHosts, "a.example=native, A.example=native"), (.httpHosts, "=native"),
        ]
    )
    func badValues(key: SettingsKey, value: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(environment: [key.environmentVariable: value])
        }
        let problem = try #require(error?.problems.first)
        #expect(error?.problems.count == 1)
        #expect(problem.key == key.rawValue)
        #expect(problem.message == "expected \(key.accepted), got '\(value)'")
        #expect(problem.source == key.environmentVariable)
        #expect(error?.description.contains(value) == true)
    }

    @Test("Unknown keys in the file are problems with their line and what was probably meant, all of them at once")
    func unknownKeys() throws {
        let file = try temporary("htpp:\n  port: 1\nhttp:\n  prot: 2\ncalls: 3\nlog:\n  level: [a]\ndata_dirr: x\n")
        let error = #expect(throws: SettingsError.self) { try Settings.load(path: file, environment: [:]) }
        let problems = try #require(error?.problems)
        #expect(problems.map(\.key) == ["htpp", "http.prot", "calls", "log.level", "data_dirr"])
        #expect(problems[1].message.contains("did you mean http.port?"))
        #expect(problems[1].source == "\(file) line 4")
        #expect(problems[2].message.contains("calls.channels"))
        #expect(problems[4].message.contains("did you mean data_dir?"))
    }

    @Test("A file that was named has to be there; one that is no YAML is refused")
    func files() throws {
        #expect(throws: SettingsError.self) { try Settings.load(path: "/nowhere/t.yaml", environment: [:]) }
        #expect(throws: SettingsError.self) {
            try Settings.load(environment: ["TRUNKLINE_CONFIG": "/nowhere/t.yaml"])
        }
        let broken = try temporary("http: [")
        #expect(throws: SettingsError.self) { try Settings.load(path: broken, environment: [:]) }
        let list = try temporary("- http")
        #expect(throws: SettingsError.self) { try Settings.load(path: list, environment: [:]) }
        let empty = try temporary("")
        #expect(try Settings.load(path: empty, environment: [:]).settings.http.port == 8080)
        let json = try temporary(#"{"http": {"port": 99}, "lab": {"enabled": false}}"#)
        let settings = try Settings.load(path: json, environment: [:]).settings
        #expect(settings.http.port == 99)
        #expect(!settings.lab.isEnabled)
    }

    @Test("Host names can be given as a mapping, and are compared in lowercase")
    func hosts() throws {
        let file = try temporary("http:\n  hosts:\n    Calls.Example.com: native\n    b.example: native\n")
        let hosts = try Settings.load(path: file, environment: [:]).settings.http.hosts
        #expect(hosts == ["calls.example.com": .native, "b.example": .native])
        let nested = try temporary("http: {hosts: {a.example: {b: native}}}")
        #expect(throws: SettingsError.self) { try Settings.load(path: nested, environment: [:]) }
    }

    @Test("Every key is in docs/configuration.md with its default")
    func documented() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../docs/configuration.md")
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
        for key in SettingsKey.allCases {
            let row = try #require(rows.first { $0.hasPrefix("| `\(key.rawValue)` |") }, "\(key.rawValue)")
            let value = Settings().text(of: key)
            if key != .database, !value.isEmpty { #expect(row.contains("`\(value)`")) }
        }
    }

    @Test("A variable that looks like ours and is not used is mentioned")
    func warnings() throws {
        let loaded = try Settings.load(environment: ["TRUNKLINE_HTTP_PROT": "1", "TRUNKLINE_API_KEY": "x", "HOME": "/"])
        #expect(loaded.warnings.count == 1)
        #expect(loaded.warnings.first?.contains("TRUNKLINE_HTTP_PORT") == true)
    }
}

@Suite("Trunks in the configuration")
struct TrunkTests {
    @Test("A trunk is read with its password from the file, the environment or a file of its own")
    func passwords() throws {
        let secret = try temporary("s3cret\n")
        let file = try temporary(
            """
            trunks:
              - name: one
                uri: sip:sip.example.com;transport=tcp
                username: alice
                password_env: ONE_PASSWORD
                from_domain: example.org
                asserted_identity: false
              - {name: two, uri: "sip:192.0.2.1:5080", username: bob, password_file: \(secret)}
              - {name: three, uri: "sip:192.0.2.2"}
            calls: {live_trunk: two}
            """
        )
        let settings = try Settings.load(path: file, environment: ["ONE_PASSWORD": "pw"]).settings
        #expect(settings.trunks.map(\.name) == ["one", "two", "three"])
        #expect(settings.trunks[0].password?.revealed == "pw")
        #expect(settings.trunks[0].fromDomain == "example.org")
        #expect(!settings.trunks[0].assertsIdentity)
        #expect(settings.trunks[1].password?.revealed == "s3cret")
        #expect(settings.trunks[1].assertsIdentity)
        #expect(settings.trunks[2].password == nil)
        #expect(settings.liveTrunk == "two")
    }

    @Test("Without a choice live calls go to the first trunk, and without trunks nowhere")
    func liveTrunk() throws {
        let file = try temporary("trunks: [{name: a, uri: 'sip:a.example'}, {name: b, uri: 'sip:b.example'}]")
        #expect(try Settings.load(path: file, environment: [:]).settings.liveTrunk == "a")
        #expect(try Settings.load(environment: [:]).settings.liveTrunk == nil)
    }

    @Test(
        "What is wrong with a trunk is named",
        arguments: [
            ("[{uri: 'sip:x.example'}]", "trunks[0].name", "required"),
            ("[{name: a}]", "trunks[0].uri", "required"),
            ("[{name: a, uri: x.example}]", "trunks[0].uri", "sip:"),
            ("[{name: a, uri: 'sip:x.example', user: b}]", "trunks[0].user", "username"),
            ("[{name: a, uri: 'sip:x.example', username: b}]", "trunks[0]", "password"),
            ("[{name: a, uri: 'sip:x.example', username: b, password_env: NO}]", "trunks[0].password_env", "NO"),
            (
                "[{name: a, uri: 'sip:x.example', username: b, password_file: /no}]", "trunks[0].password_file", "/no"
            ),
            ("[{name: lab, uri: 'sip:x.example'}]", "trunks[0].name", "lab"),
            ("[{name: a, uri: 'sip:x.example'}, {name: a, uri: 'sip:y.example'}]", "trunks[1].name", "already"),
            ("[{name: a, uri: 'sip:x.example', asserted_identity: maybe}]", "trunks[0].asserted_identity", "true"),
            ("hello", "trunks", "list"), ("[hello]", "trunks[0]", "name"),
        ]
    )
    func problems(yaml: String, key: String, words: String) throws {
        let file = try temporary("trunks: \(yaml)\n")
        let error = #expect(throws: SettingsError.self) { try Settings.load(path: file, environment: [:]) }
        let problem = try #require(error?.problems.first { $0.key == key }, "\(String(describing: error))")
        #expect(problem.message.contains(words))
        #expect(problem.source.hasSuffix("line 1"))
    }

    @Test("A live trunk that does not exist is a problem")
    func unknownLiveTrunk() throws {
        let error = #expect(throws: SettingsError.self) {
            try Settings.load(environment: ["TRUNKLINE_CALLS_LIVE_TRUNK": "x"])
        }
        #expect(error?.problems.first?.key == "calls.live_trunk")
    }

    @Test("A secret is never shown, however it is printed")
    func secrets() throws {
        let trunk = Settings.Trunk(name: "a", uri: "sip:a", username: "b", password: Secret("hunter2"))
        var dumped = ""
        dump(trunk, to: &dumped)
        for text in ["\(trunk)", String(reflecting: trunk), dumped] { #expect(!text.contains("hunter2")) }
        #expect("\(Secret("hunter2"))" == "•••")
    }
}

@Suite("Prices")
struct PriceTests {
    @Test(
        "An amount is read exactly",
        arguments: [("0.014", 1400), ("1", 100_000), ("0", 0), ("12.34567", 1_234_567), ("0.00001", 1)]
            as [(String, Int64)]
    )
    func amounts(text: String, milliCents: Int64) {
        #expect(Money(decimal: text)?.milliCents == milliCents)
    }

    @Test("What is no amount is none", arguments: ["", ".", ".5", "1.", "1.2.3", "1e3", "+1", "9999999999", " 1"])
    func none(text: String) {
        #expect(Money(decimal: text) == nil)
    }
}

/// A file with `text` in it.
func temporary(_ text: String) throws -> String {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("trunkline-tests")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let url = directory.appendingPathComponent(UUID().uuidString + ".yaml")
    try Data(text.utf8).write(to: url)
    return url.path
}
