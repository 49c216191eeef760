import Calls
import Testing

@testable import Conversation

@Suite("A message, phrase by phrase")
struct MessageTakingTests {
    private var message = MessageTaking(answer: 0)
    private var time = 4000

    private mutating func add(
        _ meaning: StepVocabulary.Meaning?,
        _ confidence: Double = 0.8,
        voiced: Int = 800,
        words: String? = nil
    ) -> MessageTaking.Verdict {
        defer { time += 2000 }
        return message.add(
            .init(
                start: time,
                end: time + voiced + 200,
                voiced: voiced,
                words: meaning == nil ? nil : words ?? "word",
                meaning: meaning,
                confidence: confidence
            )
        )
    }

    private let no = StepVocabulary.Meaning.answer(index: 1, value: "no")
    private let yes = StepVocabulary.Meaning.answer(index: 2, value: "yes")

    @Test("Speech of which nothing is understood is a message, from its first word to its last")
    mutating func free() {
        #expect(add(nil) == .listen)
        #expect(message.isMessage)
        #expect(add(nil) == .listen)
        #expect(message.extent == 4000..<7000)
        #expect(message.text == Chronicle.unintelligible)
        #expect(message.words == nil)
    }

    @Test("Half a second of it at the least: a cough is no message, two half-words are")
    mutating func short() {
        #expect(add(nil, voiced: 300) == .listen)
        #expect(!message.isMessage)
        #expect(add(nil, voiced: 300) == .listen)
        #expect(message.isMessage)
    }

    @Test("A no counts if nothing follows it; what follows makes it part of the message")
    mutating func held() {
        #expect(add(no) == .listen)
        #expect(message.held?.meaning == no)
        #expect(!message.isMessage)
        #expect(add(nil) == .listen)
        #expect(message.held == nil)
        #expect(message.isMessage)
        #expect(message.extent?.lowerBound == 4000)
    }

    @Test("Within a message a yes, a no, a goodbye and a question are part of it")
    mutating func within() {
        _ = add(nil)
        for meaning in [yes, no, .universal(.goodbye), .universal(.who), .universal(.wrongNumber), .universal(.human)] {
            #expect(add(meaning, 1) == .listen)
        }
        #expect(message.held == nil)
        #expect(message.text == Chronicle.unintelligible, "A grammar's words in free speech may be chance")
    }

    @Test("Before a message a question is answered, if it is plain; a doubtful one is speech like any other")
    mutating func before() {
        #expect(add(.universal(.who), 0.7) == .react)
        #expect(add(.universal(.goodbye), 0.55) == .listen)
        #expect(message.isMessage)
    }

    @Test("A plain opt-out counts anywhere; a doubtful one is remembered, and is no message by itself")
    mutating func optOut() {
        #expect(add(.universal(.optOut), 0.45) == .listen)
        #expect(message.hasDoubtfulOptOut)
        #expect(!message.isMessage)
        #expect(add(.universal(.optOut), 0.5) == .react)
        _ = add(nil)
        #expect(add(.universal(.optOut), 0.9) == .react)
    }

    @Test("Hold on within a message is waited for, until the next phrase")
    mutating func hold() {
        _ = add(nil)
        _ = add(.universal(.hold))
        #expect(message.isHolding)
        _ = add(nil)
        #expect(!message.isHolding)
    }

    @Test("An uh-huh before a message is nothing")
    mutating func backchannel() {
        #expect(add(.universal(.backchannel)) == .listen)
        #expect(message.extent == nil)
    }

    @Test("A recogniser that takes dictation has the words, and one word is enough")
    mutating func dictation() {
        let dictated = StepVocabulary.Meaning.answer(index: 0, value: "tuesday")
        #expect(add(dictated, voiced: 200, words: "tuesday") == .listen)
        #expect(message.isMessage)
        _ = add(dictated, words: "at noon")
        #expect(message.words == "tuesday at noon")
        #expect(message.text == "tuesday at noon")
        _ = add(nil)
        #expect(message.words == nil)
        #expect(message.text == "tuesday at noon [unintelligible]")
    }
}
