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
