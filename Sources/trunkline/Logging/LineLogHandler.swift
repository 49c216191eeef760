import Foundation
import Logging

/// Writes each event as one line.
///
/// Values under keys with a `pii` segment, like `call.pii.destination`, are masked: a log is read by more people than a call record.
struct LineLogHandler: LogHandler {
    /// Where lines go. One write per line, so that lines of several threads do not mix.
    struct Sink: Sendable {
        var write: @Sendable (String) -> Void

        static let standardError = Sink { line in
            // Nowhere is left to complain when this fails.
            try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
        }
    }

    let label: String
    let format: LogFormat
    let sink: Sink
    let now: @Sendable () -> Date
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        sink: Sink,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.label = label
        self.format = format
        self.sink = sink
        self.now = now
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var facts = metadata
        if let provided = metadataProvider?.get() { facts.merge(provided) { $1 } }
        if let given = event.metadata { facts.merge(given) { $1 } }
        if let error = event.error { facts["error"] = "\(error)" }
        let pairs = facts.sorted { $0.key < $1.key }.map { key, value in
            (key: key, value: key.split(separator: ".").contains("pii") ? "•••" : "\(value)")
        }
        sink.write(format == .text ? text(event, pairs) : json(event, pairs))
    }

    private func text(_ event: LogEvent, _ facts: [(key: String, value: String)]) -> String {
        var line = "\(time) \(event.level.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)) \(event.message)"
        for (key, value) in facts {
            let needsQuotes = value.isEmpty || value.contains { $0 == " " || $0 == "\"" || $0.isNewline }
            line += " \(key)=\(needsQuotes ? value.debugDescription : value)"
        }
        return line + "\n"
    }

    private func json(_ event: LogEvent, _ facts: [(key: String, value: String)]) -> String {
        var members = [
            ("time", time), ("level", event.level.rawValue), ("message", "\(event.message)"), ("logger", label),
        ]
        members += facts.map { ($0.key, $0.value) }
        let body = members.map { "\(quoted($0.0)):\(quoted($0.1))" }.joined(separator: ",")
        return "{\(body)}\n"
    }

    private var time: String {
        now().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
