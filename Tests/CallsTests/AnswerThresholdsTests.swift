import Calls
import Foundation
import Testing

@Suite("Thresholds of who answered")
struct AnswerThresholdsTests {
    @Test("Each has a default in its range, a unit in its name, and a meaning")
    func keys() {
        for key in AnswerThresholds.Key.allCases {
            #expect(key.range.contains(key.standard))
            #expect(key.rawValue.wholeMatch(of: /.*_(ms|db|hz|percent)/) != nil)
            #expect(key.meaning.hasSuffix("."))
            #expect(AnswerThresholds()[key] == key.standard)
        }
    }

    @Test("Only what differs from the defaults is stored")
    func coding() throws {
        var thresholds = AnswerThresholds()
        try thresholds.set("longest_answer_ms", to: 7_000)
        try thresholds.set("turn_gap_ms", to: AnswerThresholds.Key.turnGap.standard)
        let bytes = try JSONEncoder().encode(thresholds)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"longest_answer_ms":7000}"#)
        #expect(try JSONDecoder().decode(AnswerThresholds.self, from: bytes) == thresholds)
    }

    @Test("An unknown name and a value out of range are refused in words")
    func refusals() {
        var thresholds = AnswerThresholds()
        #expect(throws: AnswerThresholdError.unknown("patience_ms")) { try thresholds.set("patience_ms", to: 1) }
        #expect(throws: AnswerThresholdError.outOfRange(.turnGap, 1)) { try thresholds.set("turn_gap_ms", to: 1) }
        #expect(AnswerThresholdError.outOfRange(.turnGap, 1).description == "turn_gap_ms is 1, and may be 300 to 5000")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(AnswerThresholds.self, from: Data(#"{"turn_gap_ms":1}"#.utf8))
        }
    }

    @Test(
        "Tones of the network and of a fax say why there is nobody",
        arguments: [
            ([HeardTone.Kind.specialInformation], EndReason.notInService), ([.noCircuit], .carrierFailure),
            ([.faxAnswering], .fax), ([.beep, .faxCalling], .fax), ([.busy, .busy], .busy), ([.busy], nil),
            ([.beep], nil),
            ([.ringback, .key], nil),
        ]
    )
    func deadEnds(kinds: [HeardTone.Kind], reason: EndReason?) {
        var evidence = AnswerEvidence()
        evidence.tones = kinds.enumerated().map { index, kind in
            HeardTone(
                kind: kind,
                start: 1_000 + index * 1_000,
                end: 1_500 + index * 1_000,
                frequency: 1_000,
                known: 9_000
            )
        }
        #expect(evidence.deadEnd == reason)
        // A line that was hung up behind somebody's back is no busy line.
        evidence.speech = [.init(200, 900)]
        #expect(evidence.deadEnd == (reason == .busy ? nil : reason))
    }

    @Test("A tone like a calling fax's makes no mailbox before a word was said, and one behind a greeting does")
    func faxOrBeep() {
        func verdicts(speech: [AnswerEvidence.Span]) -> [Reached] {
            var evidence = AnswerEvidence()
            evidence.duration = 6_000
            evidence.speech = speech
            evidence.tones = [
                HeardTone(kind: .beep, start: 3_000, end: nil, frequency: 1_100, known: 3_100),
                HeardTone(kind: .beep, start: 3_000, end: 3_500, frequency: 1_100, known: 3_900),
            ]
            return AnswerDecision.verdicts(on: evidence).map(\.answerer)
        }
        #expect(verdicts(speech: []).isEmpty)
        #expect(verdicts(speech: [.init(300, 2_000)]).last == .machine)
    }

    @Test("Evidence is stored small and read back whole")
    func evidence() throws {
        var evidence = AnswerEvidence()
        for index in 0..<100 {
            evidence.append(AnswerMoment(isSpeech: index % 10 < 6, agentSpeaks: index > 50))
        }
        #expect(evidence.speech.first == AnswerEvidence.Span(0, 120))
        #expect(evidence.agent == [AnswerEvidence.Span(1_020, 2_000)])
        let bytes = try JSONEncoder().encode(evidence)
        #expect(bytes.count < 250)
        #expect(try JSONDecoder().decode(AnswerEvidence.self, from: bytes) == evidence)
    }
}
