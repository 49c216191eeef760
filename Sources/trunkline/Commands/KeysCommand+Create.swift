import ArgumentParser
import Calls
import Engine
import Foundation
import Storage
import WebAPI

extension KeysCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key and prints its secret, this once.",
            discussion: """
                A test key reaches the phone lab only; a live key goes to the configured trunks.
                A key's id and its secret are also an OAuth client's id and secret.

                Scopes: \(Scope.allCases.map(\.rawValue).joined(separator: ", "))
                """
        )

        @Option(help: "What the key is for.")
        var name = ""

        @Option(help: "test or live.")
        var mode = CallMode.test

        @Option(help: "The project it belongs to, by name or id; the first one if left out.")
        var project: String?

        @Option(help: "What it may do, with commas between; everything if left out.")
        var scopes: ScopeList?

        @Option(
            help: ArgumentHelp(
                "The word its secret begins with. Clients of some doors want to see their vendor's: avp, truedy.",
                valueName: "word"
            )
        )
        var prefix = KeyPrefix.standard

        @Option(help: "When it stops to work: a time like 2027-01-01T00:00:00Z, or a span like 90d.")
        var expires: Expiry?

        @Flag(help: "Print the key as JSON.")
        var json = false

        @OptionGroup var limits: LimitOptions
        @OptionGroup var options: SettingsOptions

        func run() async throws {
            do {
                let (key, secret) = try await options.withDatabase { database in
                    try await KeyControl(store: KeyStore(database)).create(
                        name: name,
                        mode: mode,
                        scopes: scopes?.scopes,
                        prefix: prefix,
                        limits: limits.value,
                        expiresAt: expires?.date(from: Date.stamp()),
                        project: try await options.project(project, in: database)
                    )
                }
                try KeyLine(key, secret: secret).show(
                    json: json,
                    note: "Made \(key.id), a \(key.mode.rawValue) key. Its secret is shown this once:"
                )
            } catch Refusal.invalid(let field, let message) {
                throw Complaint("\(field): \(message)")
            }
        }
    }
}

extension CallMode: ExpressibleByArgument {}

extension KeyPrefix: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

/// Scopes with commas between them.
struct ScopeList: ExpressibleByArgument {
    let scopes: Set<Scope>

    init?(argument: String) {
        let words = argument.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let scopes = words.compactMap(Scope.init(rawValue:))
        guard !words.isEmpty, scopes.count == words.count else { return nil }
        self.scopes = Set(scopes)
    }
}

/// Whole seconds, written as in `90s`, `15m`, `12h`, `30d`.
struct TimeSpan: ExpressibleByArgument {
    let seconds: Int

    init(seconds: Int) {
        self.seconds = seconds
    }

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()),
            (0...1_000_000).contains(count)
        else { return nil }
        seconds = count * unit
    }

    var defaultValueDescription: String { "\(seconds)s" }
}

/// A moment, or a span from now.
enum Expiry: ExpressibleByArgument {
    case at(Date)
    case after(TimeSpan)

    init?(argument: String) {
        if let span = TimeSpan(argument: argument) {
            self = .after(span)
        } else if let date = Timestamp.date(argument) {
            self = .at(date)
        } else {
            return nil
        }
    }

    func date(from now: Date) -> Date {
        switch self {
        case .at(let date): date
        case .after(let span): now + Double(span.seconds)
        }
    }
}
