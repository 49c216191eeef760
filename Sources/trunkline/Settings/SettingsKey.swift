import WebAPI

/// Every key there is, with what it accepts. The environment variable of `http.port` is `TRUNKLINE_HTTP_PORT`.
enum SettingsKey: String, CaseIterable {
    case httpHost = "http.host"
    case httpPort = "http.port"
    case httpHosts = "http.hosts"
    case httpPublicURL = "http.public_url"
    case dataDirectory = "data_dir"
    case audioDirectory = "audio_dir"
    case database
    case sipAddress = "sip.address"
    case sipPort = "sip.port"
    case sipAdvertised = "sip.advertised"
    case rtpPorts = "rtp.ports"
    case labEnabled = "lab.enabled"
    case labPort = "lab.port"
    case labPersons = "lab.persons"
    case speechCache = "speech.cache_mb"
    case callsChannels = "calls.channels"
    case callsPricePerMinute = "calls.price_per_minute"
    case callsModelReserve = "calls.model_reserve"
    case callsDrain = "calls.drain"
    case callsLiveTrunk = "calls.live_trunk"
    case numbersPool = "numbers.pool"
    case webhooksAllowPrivate = "webhooks.allow_private"
    case toolsAllowPrivate = "tools.allow_private"
    case logLevel = "log.level"
    case logFormat = "log.format"

    /// The list of trunks, which only the file can hold.
    static let trunks = "trunks"
    /// The list of language models, which only the file can hold.
    static let models = "models"
    /// The list of secrets, which only the file can hold.
    static let secrets = "secrets"
    /// The list of rates, which only the file can hold.
    static let rates = "rates"
    /// The list of recognisers, which only the file can hold.
    static let recognizers = "recognizers"
    /// The list of voices, which only the file can hold.
    static let voices = "voices"

    var accepted: String {
        switch self {
        case .httpHost, .sipAddress: "an IP address to listen on, like 127.0.0.1 or 0.0.0.0"
        case .httpPort, .sipPort, .labPort: "a port from 1 to 65535, or 0 for any free one"
        case .httpHosts:
            "host names and the doors they stand for (\(ServedDoor.allCases.map(\.rawValue).joined(separator: ", "))), like api.example.com=native"
        case .httpPublicURL: "a URL without a query, like https://calls.example.com"
        case .dataDirectory, .audioDirectory, .labPersons: "the path of a directory"
        case .database: "the path of an SQLite file"
        case .sipAdvertised: "the IP address or name that carriers reach this server at"
        case .rtpPorts: "a range of at least two ports, like 20000-29999"
        case .labEnabled, .webhooksAllowPrivate, .toolsAllowPrivate: "true or false"
        case .speechCache: "a whole number from 1 to 4096"
        case .callsChannels: "a whole number from 1 to 10000"
        case .callsPricePerMinute, .callsModelReserve: "an amount with at most five decimals, like 0.014"
        case .callsDrain: "a number of seconds from 0 to 86400"
        case .numbersPool: "numbers like +15550100010, with commas between them"
        case .callsLiveTrunk: "the name of one of the trunks"
        case .logLevel: "one of \(LogFormat.levels.joined(separator: ", "))"
        case .logFormat: "text or json"
        }
    }

    var environmentVariable: String {
        "TRUNKLINE_" + rawValue.uppercased().replacing(".", with: "_")
    }

    static func named(_ name: String) -> SettingsKey? { SettingsKey(rawValue: name) }

    static var names: [String] { allCases.map(\.rawValue) + [trunks, rates, recognizers, voices, models, secrets] }
}
