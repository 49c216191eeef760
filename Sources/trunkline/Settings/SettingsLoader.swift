import Calls
import Foundation
import WebAPI

/// The configuration in force: flags > environment > file > defaults.
struct LoadedSettings {
    var settings: Settings
    /// Where each key's value came from.
    var origins: [SettingsKey: SettingsReader.Origin]
    /// The file that was read, if any.
    var file: String?
    /// Not wrong enough to stop: variables that look like ours and are not.
    var warnings: [String]
}

extension Settings {
    /// The file that is read when none is named, if it exists.
    static let usualFile = "trunkline.yaml"

    /// Variables of ours that are no settings.
    private static let otherVariables = ["TRUNKLINE_CONFIG", "TRUNKLINE_URL", "TRUNKLINE_API_KEY"]

    /// Throws `SettingsError` with every problem there is.
    static func load(
        flags: [SettingsKey: SettingsFlag] = [:],
        path: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SettingsError) -> LoadedSettings {
        let file = try file(named: path ?? environment["TRUNKLINE_CONFIG"])
        var reader = SettingsReader(flags: flags, environment: environment, file: file)
        var settings = read(with: &reader)
        var problems = (file?.problems ?? []) + reader.problems
        if let file {
            var trunks = TrunkReader(file: file, environment: environment)
            settings.trunks = trunks.trunks()
            problems += trunks.problems
            var rates = RateReader(file: file)
            settings.rates = rates.rates()
            problems += rates.problems
            var speech = SpeechReader(file: file, environment: environment)
            settings.recognizers = speech.recognizers()
            settings.voices = speech.voices()
            problems += speech.problems
            var models = ModelReader(file: file, environment: environment)
            settings.models = models.models()
            problems += models.problems
            var realtime = RealtimeModelReader(file: file, environment: environment)
            settings.realtimeModels = realtime.models(taken: settings.models.map(\.name))
            problems += realtime.problems
            var secrets = SecretReader(file: file, environment: environment)
            settings.secrets = secrets.secrets()
            problems += secrets.problems
        }
        if let trunk = settings.calls.liveTrunk, !settings.trunks.contains(where: { $0.name == trunk }) {
            let names = settings.trunks.map(\.name).joined(separator: ", ")
            problems.append(
                SettingsProblem(
                    key: SettingsKey.callsLiveTrunk.rawValue,
                    message:
                        "there is no trunk '\(trunk)'; \(names.isEmpty ? "there are none" : "the trunks are \(names)")",
                    source: reader.origins[.callsLiveTrunk]?.description ?? ""
                )
            )
        }
        guard problems.isEmpty else { throw SettingsError(problems: problems) }
        return LoadedSettings(
            settings: settings,
            origins: reader.origins,
            file: file?.path,
            warnings: unknownVariables(in: environment)
        )
    }

    /// Where this machine's server is reached, as far as environment and file tell. What else is wrong with them is for the server to say.
    static func serverURL(environment: [String: String]) -> String {
        let file = try? file(named: environment["TRUNKLINE_CONFIG"])
        var reader = SettingsReader(flags: [:], environment: environment, file: file)
        let http = read(with: &reader).http
        let host = ["0.0.0.0", "::"].contains(http.host) ? "127.0.0.1" : http.host
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(http.port)"
    }

    private static func file(named path: String?) throws(SettingsError) -> SettingsFile? {
        let name = path ?? usualFile
        guard let data = FileManager.default.contents(atPath: name) else {
            guard path != nil else { return nil }
            throw SettingsError(problems: [SettingsProblem(key: "", message: "cannot read the file", source: name)])
        }
        return SettingsFile(path: name, text: String(decoding: data, as: UTF8.self))
    }

    private static func read(with reader: inout SettingsReader) -> Settings {
        let standard = Settings()
        var settings = standard
        settings.http.host = reader.value(.httpHost, default: standard.http.host, word)
        settings.http.port = reader.value(.httpPort, default: standard.http.port, port)
        settings.http.hosts = reader.value(.httpHosts, default: [:], hosts)
        settings.http.publicURL = reader.value(.httpPublicURL, default: nil) { url($0).map(Optional.some) }
        settings.dataDirectory = reader.value(.dataDirectory, default: standard.dataDirectory, word)
        settings.audio = reader.value(.audioDirectory, default: nil) { word($0).map(Optional.some) }
        settings.database = reader.value(.database, default: nil) { word($0).map(Optional.some) }
        settings.sip.address = reader.value(.sipAddress, default: standard.sip.address, word)
        settings.sip.port = reader.value(.sipPort, default: standard.sip.port, port)
        settings.sip.advertised = reader.value(.sipAdvertised, default: nil) { word($0).map(Optional.some) }
        settings.rtp.ports = reader.value(.rtpPorts, default: standard.rtp.ports, ports)
        settings.lab.isEnabled = reader.value(.labEnabled, default: standard.lab.isEnabled, bool)
        settings.lab.port = reader.value(.labPort, default: standard.lab.port, port)
        settings.lab.persons = reader.value(.labPersons, default: nil) { word($0).map(Optional.some) }
        settings.speech.cache = reader.value(.speechCache, default: standard.speech.cache) { number($0, in: 1...4096) }
        settings.calls.channels = reader.value(.callsChannels, default: standard.calls.channels) {
            number($0, in: 1...10_000)
        }
        settings.calls.pricePerMinute = reader.value(
            .callsPricePerMinute,
            default: standard.calls.pricePerMinute,
            Money.init(decimal:)
        )
        settings.calls.modelReserve = reader.value(
            .callsModelReserve,
            default: standard.calls.modelReserve,
            Money.init(decimal:)
        )
        settings.calls.drain = reader.value(.callsDrain, default: standard.calls.drain) { number($0, in: 0...86_400) }
        settings.calls.liveTrunk = reader.value(.callsLiveTrunk, default: nil) { word($0).map(Optional.some) }
        settings.numbers.pool = reader.value(.numbersPool, default: standard.numbers.pool, phoneNumbers)
        settings.webhooks.allowsPrivateAddresses = reader.value(
            .webhooksAllowPrivate,
            default: standard.webhooks.allowsPrivateAddresses,
            bool
        )
        settings.tools.allowsPrivateAddresses = reader.value(
            .toolsAllowPrivate,
            default: standard.tools.allowsPrivateAddresses,
            bool
        )
        settings.log.level = reader.value(.logLevel, default: standard.log.level) {
            LogFormat.levels.contains($0) ? $0 : nil
        }
        settings.log.format = reader.value(.logFormat, default: standard.log.format, LogFormat.init(rawValue:))
        return settings
    }

    private static func word(_ text: String) -> String? {
        text.isEmpty || text.contains(where: \.isNewline) ? nil : text
    }

    private static func url(_ text: String) -> String? {
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme),
            parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil, parts.user == nil
        else { return nil }
        return text
    }

    private static func bool(_ text: String) -> Bool? { Bool(text) }

    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func port(_ text: String) -> Int? { number(text, in: 0...65_535) }

    /// `a.example.com=native, b.example.com=native`. A name given twice is none.
    private static func hosts(_ text: String) -> [String: ServedDoor]? {
        var hosts: [String: ServedDoor] = [:]
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(where: { $0 == ":" || $0 == "/" }),
                let door = ServedDoor(rawValue: parts[1]),
                hosts.updateValue(door, forKey: parts[0].lowercased()) == nil
            else { return nil }
        }
        return hosts
    }

    private static func ports(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
            number(String($0), in: 1...65_535)
        }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first < last else { return nil }
        return first...last
    }

    private static func phoneNumbers(_ text: String) -> [PhoneNumber]? {
        let parts = text.split(separator: ",").map { $0.filter { $0 != " " } }
        let numbers = parts.compactMap { PhoneNumber($0) }
        return numbers.count == parts.count ? numbers : nil
    }

    private static func unknownVariables(in environment: [String: String]) -> [String] {
        let known = SettingsKey.allCases.map(\.environmentVariable) + otherVariables
        return environment.keys.sorted()
            .filter { $0.hasPrefix("TRUNKLINE_") && !known.contains($0) }
            .map { variable in
                let hint = nearest(to: variable, among: known).map { "; did you mean \($0)?" } ?? ""
                return "The environment variable \(variable) is not used\(hint)"
            }
    }
}

extension Money {
    /// Reads an amount like `0.014`: digits, and at most five decimals.
    init?(decimal text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let decimals = parts.count == 2 ? String(parts[1]) : ""
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let isNumber = parts.allSatisfy { $0.utf8.allSatisfy(digits.contains) }
        guard isNumber, parts[0].count <= 9, !parts[0].isEmpty, decimals.count <= 5,
            parts.count == 1 || !decimals.isEmpty,
            let units = Int64(parts[0]),
            let fraction = Int64(decimals.padding(toLength: 5, withPad: "0", startingAt: 0))
        else { return nil }
        self.init(milliCents: units * 100_000 + fraction)
    }
}
