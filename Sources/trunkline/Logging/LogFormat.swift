import Logging

/// How log lines look.
enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, sentence, facts.
    case text
    /// For machines: one JSON object per line.
    case json

    static let levels = Logger.Level.allCases.map(\.rawValue)

    /// Makes the handler every logger of the process gets.
    func bootstrap(level: String) {
        let level = Logger.Level(rawValue: level) ?? .info
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, level: level, format: self, sink: .standardError)
        }
    }
}
