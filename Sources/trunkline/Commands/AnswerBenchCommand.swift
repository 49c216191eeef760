import ArgumentParser
import Calls
import Foundation
import Providers
import Speech

/// `trunkline bench amd`: who answered, on a corpus, ours beside the baseline.
struct AnswerBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amd",
        abstract: "Measures how well, how soon and how cheaply it is told who answered.",
        discussion: """
            Lets the decision hear every call of a corpus that scripts/amd-corpus made, once by its sound alone and once with the phrases that the
            embedded recogniser hears, as in a call, and lets the cadence rules of Asterisk's AMD application hear the same calls. docs/who-answered.md says what
            the figures mean. The thresholds were tuned on the side 'train'; 'held', 'fresh' and 'later' are for measuring.
              scripts/bench amd
              scripts/bench amd --set longest_answer_ms=8000 --mistakes
              scripts/bench amd --recordings ~/labelled
            """
    )

    @Option(help: ArgumentHelp("The corpus.", valueName: "folder"))
    var corpus = ".build/amd-corpus/clips"

    @Option(help: ArgumentHelp("Which of its sides: held, fresh, later or train.", valueName: "side"))
    var side = "held"

    @Option(
        help: ArgumentHelp(
            "Your own recordings instead: person/*.wav, machine/*.wav, screener/*.wav, ivr/*.wav.",
            valueName: "folder"
        )
    )
    var recordings: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("A threshold. May be repeated.", valueName: "key=value"))
    var settings: [String] = []

    @Flag(help: "Lists the calls that were got wrong, and why.")
    var mistakes = false

    func validate() throws {
        guard ["held", "fresh", "later", "train"].contains(side) else {
            throw ValidationError("--side takes held, fresh, later or train.")
        }
        _ = try thresholds()
    }

    func run() async throws {
        let terminal = Terminal.standard
        let corpus =
            if let recordings {
                try AnswerCorpus(recordings: URL(filePath: recordings))
            } else {
                try AnswerCorpus(folder: URL(filePath: corpus), side: side)
            }
        terminal.result(
            "\(corpus.clips.count) calls, side '\(recordings == nil ? side : "recordings")', corpus \(corpus.hash)"
        )
        let spotter = try EmbeddedSpotter(KeyphraseModel())
        for hearsPhrases in [false, true] {
            var bench = AnswerBench(thresholds: try thresholds(), spotter: hearsPhrases ? spotter : nil)
            try await bench.hear(corpus)
            terminal.result()
            terminal.result(hearsPhrases ? "With the phrases that the embedded recogniser hears" : "By sound alone")
            for line in bench.report() { terminal.result(line) }
            if !hearsPhrases { for line in bench.beepReport() { terminal.result(line) } }
            for line in bench.costReport() { terminal.result(line) }
            if mistakes { for line in bench.mistakes() { terminal.result(line) } }
        }
    }

    private func thresholds() throws -> AnswerThresholds {
        var thresholds = AnswerThresholds()
        try thresholds.set(settings)
        return thresholds
    }
}
