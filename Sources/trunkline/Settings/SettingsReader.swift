import Configuration
import Synchronization

/// Reads keys from all layers, flags before environment before file, and remembers what was wrong and where each value came from.
struct SettingsReader {
    /// Where a value came from.
    enum Origin: Hashable {
        case flag(String)
        case environment(String)
        /// `trunkline.yaml line 3`
        case file(String)
        case builtIn

        var description: String {
            switch self {
            case .flag(let flag): flag
            case .environment(let variable): variable
            case .file(let place): place
            case .builtIn: "default"
            }
        }
    }

    private(set) var problems: [SettingsProblem] = []
    private(set) var origins: [SettingsKey: Origin] = [:]

    private let config: ConfigReader
    private let layers = LayerRecorder()
    private let flags: [SettingsKey: SettingsFlag]
    private let file: SettingsFile?

    init(flags: [SettingsKey: SettingsFlag], environment: [String: String], file: SettingsFile?) {
        self.flags = flags
        self.file = file
        // The order is that of `Origin`'s cases; `LayerRecorder` tells which one answered.
        config = ConfigReader(
            providers: [
                Self.provider("flags", flags.mapValues(\.value)),
                // An empty variable is how a compose file says "not set".
                EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
                    .prefixKeys(with: "trunkline"),
                Self.provider("file", (file?.values ?? [:]).mapValues(\.text)),
            ],
            accessReporter: layers
        )
    }

    /// The value of `key` where one was given, else `standard`. A value that `parse` refuses is a problem.
    mutating func value<Value>(_ key: SettingsKey, default standard: Value, _ parse: (String) -> Value?) -> Value {
        guard let text = config.string(forKey: ConfigKey(key.rawValue)) else {
            origins[key] = .builtIn
            return standard
        }
        let origin = origin(of: key)
        origins[key] = origin
        guard let value = parse(text) else {
            problems.append(
                SettingsProblem(
                    key: key.rawValue,
                    message: "expected \(key.accepted), got '\(text)'",
                    source: origin.description
                )
            )
            return standard
        }
        return value
    }

    private func origin(of key: SettingsKey) -> Origin {
        switch layers.last {
        case 0: .flag(flags[key]?.flag ?? "")
        case 1: .environment(key.environmentVariable)
        default: .file(file.map { $0.source(line: $0.values[key]?.line ?? 0) } ?? "")
        }
    }

    private static func provider(_ name: String, _ values: [SettingsKey: String]) -> InMemoryProvider {
        InMemoryProvider(
            name: name,
            values: Dictionary(
                uniqueKeysWithValues: values.map { key, text in
                    (AbsoluteConfigKey(ConfigKey(key.rawValue)), ConfigValue(.string(text), isSecret: false))
                }
            )
        )
    }
}

/// A value from the command line, and the flag that gave it.
struct SettingsFlag: Hashable {
    var value: String
    var flag: String
}

/// Remembers which layer answered last.
private final class LayerRecorder: AccessReporter {
    private let layer = Mutex<Int?>(nil)

    var last: Int? { layer.withLock { $0 } }

    func report(_ event: AccessEvent) {
        let answered = event.providerResults.firstIndex { result in
            if case .success(let lookup) = result.result { lookup.value != nil } else { false }
        }
        layer.withLock { $0 = answered }
    }
}
