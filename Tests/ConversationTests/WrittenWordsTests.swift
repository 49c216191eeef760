import Calls
import Testing

@testable import Conversation

@Suite("Words written down by a recogniser of any words are an answer if they say one")
struct WrittenWordsTests {
    private static func entry(_ text: String, _ answers: [Vocabulary.Entry], dictation: String? = nil) -> String {
        let vocabulary = Vocabulary(entries: answers + UniversalIntent.allCases.map(\.entry), dictation: dictation)
        guard case .heard(let entry, let words, _) = vocabulary.recognition(of: text, confidence: 0.8) else {
            return "-"
        }
        return "\(entry): \(words)"
    }

    private static let yesOrNo = [
        Vocabulary.Entry(name: "yes", expansions: ["( yes | yeah | sure ) [ please | that's right ]"]),
        Vocabulary.Entry(name: "no", expansions: ["( no | nope ) [ thanks | thank you ]"]),
    ]

    @Test(
        "Punctuation, capitals and fillers make no difference; other words around an answer soon do",
        arguments: [
            ("Yes.", "yes: yes"),
            (" Um, yeah, that\u{2019}s right!", "yes: yeah that's right"),
            ("No, thank you.", "no: no thank you"),
            ("Yes, but only if it is not on a Tuesday.", "-"),
            ("Please don't call me again, I'm not interested.", "opt_out: please don't call me again"),
            ("Could you please take me off your list, my wife is ill.", "opt_out: please take me off your list"),
            ("Who is this, please?", "who: who is this please"),
            ("I know the number is somewhere here.", "-"),
            ("Uh-huh.", "backchannel: uh huh"),
            ("Uh-huh, and then what?", "-"),
            ("...", "-"),
            ("", "-"),
        ]
    )
    func matches(text: String, expected: String) {
        #expect(Self.entry(text, Self.yesOrNo) == expected)
    }

    @Test(
        "Figures are read as they would be said",
        arguments: [
            ("3:30 PM", Flow.Expectation.time, "3:30 pm"),
            ("at 3 p.m.", .time, "3:00 pm"),
            ("10:00 a.m.", .time, "10:00 am"),
            ("It's 4 7 1 1.", .digits(count: 4), "4711"),
            ("4711", .digits(count: 4), "4711"),
            ("Next Thursday.", .day, "thursday"),
        ]
    )
    func readsFigures(text: String, expected: Flow.Expectation, value: String) throws {
        let step = StepVocabulary(answers: [Flow.Answer(name: "answer", expects: expected, then: .again)])
        guard case .heard(let entry, let words, _) = step.vocabulary.recognition(of: text, confidence: 0.8) else {
            Issue.record("Nothing in \(text)")
            return
        }
        #expect(step.meaning(of: entry, words: words) == .answer(index: 0, value: .string(value)))
    }

    @Test("A number is one whether it is written in figures or in words", arguments: ["42", "Forty-two.", "about 42"])
    func readsNumbers(text: String) throws {
        let step = StepVocabulary(answers: [Flow.Answer(name: "answer", expects: .number, then: .again)])
        guard case .heard(let entry, let words, _) = step.vocabulary.recognition(of: text, confidence: 0.8) else {
            Issue.record("Nothing in \(text)")
            return
        }
        #expect(step.meaning(of: entry, words: words) == .answer(index: 0, value: .integer(42)))
    }

    @Test("What says no answer is dictation where that is asked for, as it was written; an answer stays one")
    func dictates() {
        #expect(
            Self.entry(" Tell Maria I'll be late. ", Self.yesOrNo, dictation: "message")
                == "message: Tell Maria I'll be late."
        )
        #expect(Self.entry("No, thanks.", Self.yesOrNo, dictation: "message") == "no: no thanks")
        #expect(Self.entry(" . ", Self.yesOrNo, dictation: "message") == "-")
    }
}
