import Testing

@testable import Conversation

@Suite("A pronunciation dictionary")
struct PronunciationTests {
    private let dictionary = PronunciationDictionary([
        "Siobhan": "shivawn", "Dr Who": "doctor hoo", "dr": "doctor", "WHO": "W H O",
    ])

    @Test(
        "Words are read as it says, whatever their case and the marks around them, the longest entry first",
        arguments: [
            ("Hello Siobhan, this is Dr Who.", "Hello shivawn, this is doctor hoo."),
            ("(SIOBHAN)", "(shivawn)"), ("Ask the Dr. Who knows?", "Ask the doctor. W H O knows?"),
            ("Siobhans are many.", "Siobhans are many."), ("", ""), ("Two  blanks stay.", "Two  blanks stay."),
        ]
    )
    func applied(text: String, read: String) {
        #expect(dictionary.applied(to: text) == read)
    }

    @Test("One without entries changes nothing")
    func empty() {
        #expect(PronunciationDictionary([:]).applied(to: "As it is.") == "As it is.")
        #expect(PronunciationDictionary(["...": "x"]).applied(to: "As ... is.") == "As ... is.")
    }
}
