import Calls
import Foundation
import Testing

@testable import trunkline

@Suite("trunkline amd")
struct AnswersTests {
    /// A call as the API shows it. `speech` is what was heard, in ms; it lasted for 12 s.
    private func call(
        _ number: Int,
        _ verdict: Reached,
        label: Reached? = nil,
        speech: [[Int]] = [[500, 1_200]],
        milliCents: Int = 0,
        thresholds: String = "{}"
    ) throws -> AnsweredCall {
        let label = label.map { "\"\($0.rawValue)\"" } ?? "null"
        let text = """
            {"id": "call_\(number)", "status": "completed", "end_reason": null, "cost": {"milli_cents": \(milliCents), "billed_seconds": \(milliCents / 10)},
             "who_answered": {"verdict": "\(verdict.rawValue)", "reason": "heard", "label": \(label), "thresholds": \(thresholds),
                              "evidence": {"duration": 12000, "speech": \(speech), "agent": [], "tones": [], "words": []}}}
            """
        return try AnsweredCall(apiJSON: Data(text.utf8))
    }

    private static let recording = [[500, 3_000], [3_300, 6_000], [6_400, 10_200]]

    @Test("A report counts every label, names the calls that were wrong, and what they were billed")
    func report() throws {
        let report = AnswerReport([
            try call(1, .person, label: .person), try call(2, .machine, label: .person),
            try call(3, .machine, label: .machine), try call(4, .person, label: .machine, milliCents: 560),
            try call(5, .machine, label: .screener, milliCents: 40), try call(6, .unknown, label: .person),
            try call(7, .person),
        ])
        let text = report.lines().joined(separator: "\n")
        #expect(report.labelled == 6 && report.confusion.right == 2)
        #expect(
            text.contains(
                "\n  person (3)" + String(repeating: " ", count: 22) + "1         1         0         0         1"
            ),
            "\(text)"
        )
        #expect(text.contains("person taken for a machine    1 of 3 = 33.33 %"), "\(text)")
        #expect(text.contains("machine taken for a person    1 of 3") && text.contains("0.00560 for 56 s"), "\(text)")
        #expect(text.contains("call_4  completed  heard") && !text.contains("call_7"), "\(text)")
        let document = report.document
        #expect(document["matrix"]["machine"]["person"] == 1)
        #expect(document["errors"]["machine_taken_for_person"]["billed_milli_cents"] == 560)
        #expect(document["errors"]["machine_taken_for_another"]["calls"] == ["call_5"])
        #expect(document["errors"]["undecided"]["of"] == 6)
    }

    @Test("Without labels a report says how to give one")
    func empty() throws {
        let text = AnswerReport([try call(1, .person)]).lines().joined(separator: "\n")
        #expect(text.contains("/who_answered") && text.contains("curl"))
    }

    @Test("Calls are decided again from what was heard: with their own thresholds as they were, with others otherwise")
    func replay() throws {
        let calls = [
            try call(1, .person, label: .person),
            try call(2, .machine, label: .machine, speech: Self.recording, thresholds: #"{"longest_answer_ms": 9600}"#),
            try call(3, .unknown, speech: []), try call(4, .screener, label: .screener),
        ]
        let same = AnswerReplay(calls, settings: []) { _ in }
        // No words are kept by which the last could be known for a screener.
        #expect(same.notReproduced.map(\.id) == ["call_4"])
        #expect(same.changes.map(\.call.id) == ["call_4"])
        let settings = ["longest_answer_ms=60000", "longest_utterance_ms=60000"]
        let other = try AnswerReplay(calls, settings: settings) { try $0.set(settings) }
        #expect(other.changes.map(\.call.id) == ["call_2", "call_4"])
        #expect(other.changes.first?.after.answerer == .person && other.changes.first?.isBetter == false)
        #expect(other.before.right == 3 && other.after.right == 1)
        let again = try AnswerReplay(calls, settings: settings) { try $0.set(settings) }
        #expect(again.lines() == other.lines())
        #expect(try again.document.sortedText == other.document.sortedText)
        #expect(other.lines().contains { $0.hasPrefix("  call_2  machine -> person") }, "\(other.lines())")
    }

    @Test("A call of which nothing was kept is left out, and counted")
    func nothingKept() throws {
        let text =
            #"{"id": "call_1", "status": "completed", "cost": {"milli_cents": 0, "billed_seconds": 0}, "who_answered": null}"#
        let replay = AnswerReplay([try AnsweredCall(apiJSON: Data(text.utf8))], settings: []) { _ in }
        #expect(replay.replayed == 0 && replay.withoutEvidence == 1)
    }

    @Test(
        "A threshold that does not exist, is out of range or needs the sound is refused before anything is asked",
        arguments: [
            ("patience_ms=1", "there is no threshold"), ("turn_gap_ms=1", "300 to 5000"),
            ("turn_gap_ms", "whole number"),
            ("beep_gap_ms=300", "sound"),
        ]
    )
    func refusals(setting: String, words: String) throws {
        let error = #expect(throws: (any Error).self) { try AnswersCommand.Replay.check([setting]) }
        #expect("\(try #require(error))".contains(words))
    }

    @Test("What is wrong is wrong in one way", arguments: Reached.answering)
    func errors(truth: Reached) {
        for verdict in Reached.answering {
            let error = AnswerError(truth: truth, verdict: verdict)
            #expect((error == nil) == (truth == verdict || truth == .unknown))
            if let error { #expect(error.concerns(truth)) }
        }
    }
}

extension JSONValue {
    fileprivate subscript(_ member: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[member] ?? .null
    }
}
