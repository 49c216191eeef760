import Calls
import Testing

@testable import Conversation

@Suite("Phrases of machines")
struct MachinePhrasesTests {
    @Test("Each that convicts alone is listened for, and makes a verdict")
    func sure() {
        for phrase in MachinePhrases.sure {
            #expect(MachinePhrases.all.contains(phrase), "\(phrase)")
            #expect(MachinePhrases.convicting(["press one", phrase]) == [phrase], "\(phrase)")
            var evidence = AnswerEvidence()
            evidence.duration = 4_000
            evidence.speech = [.init(300, 2_400)]
            evidence.words = [.init(text: phrase, at: 3_000)]
            let verdict = AnswerDecision.verdicts(on: evidence).last?.answerer
            #expect(verdict?.isMachine == true, "\(phrase): \(String(describing: verdict))")
        }
    }

    @Test("A short one alone is chance; two kinds, or two of a screener, are not")
    func pairs() {
        #expect(MachinePhrases.convicting(["you have reached"]).isEmpty)
        #expect(MachinePhrases.convicting(["stay on the line"]).isEmpty)
        #expect(
            MachinePhrases.convicting(["you have reached", "take your call"]) == ["you have reached", "take your call"]
        )
        #expect(
            MachinePhrases.convicting(["say your name", "stay on the line"]) == ["say your name", "stay on the line"]
        )
    }
}
