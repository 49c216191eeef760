import ArgumentParser
import Calls
import Foundation

struct AnswersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amd",
        abstract: "Shows how well it is told who answered, and what other thresholds would have made of it.",
        discussion: """
            Measured against labels: PUT /v1/calls/{id}/who_answered with {"label": "machine"} writes down who really answered.

            Examples:
              trunkline amd report
              trunkline amd report --agent appointment-reminder --json | jq .matrix
              trunkline amd replay --set person_silence_ms=600
              trunkline amd replay --set longest_answer_ms=7000 --set turn_gap_ms=800 --labelled
            docs/who-answered.md explains verdicts and thresholds; 'trunkline bench amd' measures them on a corpus.
            """,
        subcommands: [Report.self, Replay.self]
    )

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compares verdicts with labels: confusion matrix, and what each kind of error costs.",
            discussion: """
                Counts the calls that have a label, by the last verdict of each. A bound behind a share is the one below which the true
                share lies with 95 % confidence.

                Examples:
                  trunkline amd report
                  trunkline amd report --limit 500 --json
                """
        )

        @OptionGroup var calls: CallsOptions

        func run() async throws {
            let report = AnswerReport(try await calls.fetch("labelled=true"))
            calls.show(calls.json ? [try report.document.sortedText] : report.lines())
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decides stored calls again from what was heard of them, with other thresholds.",
            discussion: """
                Nothing is stored and nobody is called: what a call keeps of its beginning (speech, silence, tones, words, but no sound) is
                decided again with the thresholds it had and those that --set gives. The same calls give the same lines every time.
                Without --set it shows whether this version still decides as it did.

                Examples:
                  trunkline amd replay
                  trunkline amd replay --set person_silence_ms=600
                  trunkline amd replay --set talked_over_ms=4000 --labelled --json | jq '.changes[].call'
                """
        )

        @Option(name: .customLong("set"), help: ArgumentHelp("A threshold. May be repeated.", valueName: "key=value"))
        var settings: [String] = []

        @Flag(help: "Only calls that have a label.")
        var labelled = false

        @OptionGroup var calls: CallsOptions

        func validate() throws {
            try Self.check(settings)
        }

        /// Throws if they cannot be tried on what calls keep.
        static func check(_ settings: [String]) throws {
            var thresholds = AnswerThresholds()
            try thresholds.set(settings)
            guard let key = thresholds.changes.keys.filter(\.needsAudio).map(\.rawValue).min() else { return }
            throw ValidationError(
                "--set: \(key) changes what is heard, and the sound of a call is not kept with its evidence: try it on recordings, with 'trunkline bench amd --recordings'."
            )
        }

        func run() async throws {
            let found = try await calls.fetch(labelled ? "labelled=true" : "answered=true")
            let replay = try AnswerReplay(found, settings: settings) { try $0.set(settings) }
            calls.show(calls.json ? [try replay.document.sortedText] : replay.lines())
        }
    }

    /// Which calls, and how they are shown.
    struct CallsOptions: ParsableArguments {
        @Option(help: "Only calls of this agent, by slug or id.")
        var agent: String?

        @Option(help: "How many of the newest calls at most.")
        var limit = 1000

        @Flag(help: "Print it as JSON.")
        var json = false

        @OptionGroup var server: ServerOptions

        func validate() throws {
            guard (1...100_000).contains(limit) else { throw ValidationError("--limit is from 1 to 100000") }
        }

        func fetch(_ query: String) async throws -> [AnsweredCall] {
            let agent = try agent.map { "&agent=\(try pathComponent($0))" } ?? ""
            return try await server.client().answeredCalls(query + agent, limit: limit)
        }

        func show(_ lines: [String]) {
            for line in lines { Terminal.standard.result(line) }
        }
    }
}

extension AnswerThresholds {
    /// Takes what `--set` was given: `longest_answer_ms=8000`.
    mutating func set(_ settings: [String]) throws {
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let value = Int(parts[1]) else {
                throw ValidationError("--set takes a threshold and a whole number: longest_answer_ms=8000.")
            }
            do {
                try set(String(parts[0]), to: value)
            } catch {
                throw ValidationError("--set: \(error.description).")
            }
        }
    }
}
