import Testing

@testable import Calls

/// Evidence of calls of the corpus, as it was heard, but for the speech of the agent and what follows the decision.
@Suite("Deciding who answered, on what was heard")
struct AnswerDecisionTests {
    @Test("What is said again to the same rhythm is a recording, even where a reply would begin")
    func repetition() throws {
        var menu = AnswerEvidence()
        menu.duration = 14_660
        menu.agent = [.init(200, 4_520)]
        menu.speech = [
            .init(540, 680), .init(760, 840), .init(980, 1_200), .init(1_300, 1_420), .init(1_560, 1_700),
            .init(1_820, 1_900), .init(1_980, 2_100), .init(2_220, 2_460), .init(2_540, 2_700), .init(6_920, 7_060),
            .init(7_140, 7_220), .init(7_360, 7_580), .init(7_660, 7_800), .init(7_920, 8_080), .init(8_180, 8_260),
            .init(8_360, 8_480), .init(8_600, 8_840), .init(8_920, 9_080),
        ]
        let verdict = try #require(AnswerDecision.verdicts(on: menu).last)
        #expect(verdict.answerer == .machine && verdict.reason.contains("said again") && !verdict.isDoubtful)
        // The same length of speech to another rhythm is an answer.
        var person = menu
        person.speech = Array(menu.speech.prefix(9)) + [.init(6_920, 7_400), .init(7_700, 8_100), .init(8_200, 9_080)]
        #expect(answerers(person) == [.person])
    }

    @Test("A short tone as low as voices are pure is a vowel, and makes no mailbox")
    func lowVowel() {
        var name = AnswerEvidence()
        name.duration = 3_000
        name.agent = [.init(160, 3_000)]
        name.speech = [.init(240, 380), .init(740, 860), .init(920, 960), .init(1_240, 1_260), .init(1_280, 1_320)]
        name.tones = beep(1_220..<1_380, 367)
        #expect(answerers(name) == [.person])
        // As long as mailboxes beep, it is one.
        name.tones = beep(1_220..<1_640, 367)
        #expect(answerers(name) == [.person, .machine])
    }

    @Test("A tone that no voice holds is a mailbox's, even behind what began like a reply")
    func beepBehindReply() {
        var mailbox = AnswerEvidence()
        mailbox.duration = 9_000
        mailbox.agent = [.init(200, 2_000)]
        mailbox.speech = [.init(1_320, 1_500), .init(3_120, 3_460), .init(3_640, 3_740), .init(4_300, 4_680)]
        mailbox.tones = beep(6_920..<7_300, 1_445)
        #expect(answerers(mailbox) == [.person, .machine])
        mailbox.tones = beep(6_920..<7_100, 1_445)
        #expect(answerers(mailbox) == [.person], "A shorter one may be a vowel, in a reply")
    }

    @Test("Of a faint answer only the vowels are heard: two of them are one")
    func faintReply() {
        var person = AnswerEvidence()
        person.duration = 13_580
        person.agent = [.init(3_400, 9_940)]
        person.speech = [
            .init(580, 740), .init(1_460, 1_720), .init(1_740, 1_980), .init(2_100, 2_220), .init(2_380, 2_540),
            .init(2_820, 2_940), .init(10_940, 10_980), .init(11_360, 11_400),
        ]
        #expect(answerers(person) == [.person])
        // A click alone is no answer.
        person.speech.removeLast(2)
        person.speech.append(.init(10_940, 10_980))
        #expect(answerers(person).last == .machine)
    }

    @Test("What was heard before somebody much nearer spoke was behind them")
    func nearer() {
        var person = AnswerEvidence()
        person.duration = 10_500
        person.agent = [.init(200, 5_140)]
        person.speech = [
            .init(40, 300), .init(340, 520), .init(1_040, 1_100), .init(1_240, 1_300), .init(2_720, 3_040),
            .init(3_080, 3_260), .init(3_280, 4_440), .init(4_460, 4_700), .init(5_020, 5_520), .init(5_540, 6_240),
            .init(6_600, 6_700), .init(6_940, 7_040),
        ]
        #expect(answerers(person) == [.person, .machine], "A crowd that nobody is in front of")
        person.nearer = [6_100]
        #expect(answerers(person) == [.person])
    }

    @Test("A first answer that came when the agent had spoken is one, however long")
    func longAnswer() {
        var person = AnswerEvidence()
        person.duration = 20_000
        person.agent = [.init(200, 4_600)]
        person.speech = stride(from: 5_400, to: 16_000, by: 600).map { .init($0, $0 + 400) }
        #expect(answerers(person) == [.person])
        // What begins at once and goes on for as long is a recording.
        person.speech = stride(from: 400, to: 11_000, by: 600).map { .init($0, $0 + 400) }
        #expect(answerers(person).last == .machine)
    }

    @Test("Who answers late is a person after all; a recording that goes on is none")
    func lateReply() throws {
        var person = AnswerEvidence()
        person.duration = 12_000
        person.agent = [.init(200, 4_200)]
        person.speech = [.init(500, 3_100), .init(9_000, 9_700)]
        let verdicts = AnswerDecision.verdicts(on: person)
        #expect(verdicts.map(\.answerer) == [.person, .machine, .person])
        #expect(verdicts[1].isDoubtful && verdicts[1].at == 7_500)
        #expect(verdicts[2].at == 10_400)
        var recording = person
        recording.speech = [.init(500, 3_100), .init(9_000, 9_700), .init(10_100, 13_000)]
        recording.duration = 14_000
        #expect(answerers(recording) == [.person, .machine])
    }

    private func answerers(_ evidence: AnswerEvidence) -> [Reached] {
        AnswerDecision.verdicts(on: evidence).map(\.answerer)
    }

    private func beep(_ span: Range<Int>, _ frequency: Int) -> [HeardTone] {
        [
            HeardTone(
                kind: .beep,
                start: span.lowerBound,
                end: nil,
                frequency: frequency,
                known: span.lowerBound + 100
            ),
            HeardTone(
                kind: .beep,
                start: span.lowerBound,
                end: span.upperBound,
                frequency: frequency,
                known: span.upperBound + 400
            ),
        ]
    }
}
