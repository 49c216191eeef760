import Foundation
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
        // A click alone is no answer: it is only waited a little longer for one.
        person.speech.removeLast(2)
        person.speech.append(.init(10_940, 10_980))
        person.duration = 14_300
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

    /// A full mailbox: it speaks over the agent, is silent behind it, and puts the line down.
    private var hungUp: AnswerEvidence {
        var mailbox = AnswerEvidence()
        mailbox.duration = 7_000
        mailbox.agent = [.init(200, 5_500)]
        mailbox.speech = [.init(600, 1_800), .init(2_000, 3_900)]
        mailbox.isHungUp = true
        return mailbox
    }

    @Test("What hangs up when it has said its piece, without a word for the agent, is a recording, and doubtful")
    func hangUp() throws {
        let verdicts = AnswerDecision.verdicts(on: hungUp)
        #expect(verdicts.map(\.answerer) == [.person, .machine])
        let last = try #require(verdicts.last)
        #expect(last.isDoubtful && last.at == 7_000 && last.reason.contains("hung up without a reply"), "\(last)")
        // What is stored says so again, and what was stored before it said who hung up decides as it did.
        let stored = try JSONDecoder().decode(AnswerEvidence.self, from: JSONEncoder().encode(hungUp))
        #expect(AnswerDecision.verdicts(on: stored) == verdicts)
        let old =
            #"{"duration": 7000, "speech": [[600, 1800], [2000, 3900]], "agent": [[200, 5500]], "tones": [], "words": []}"#
        #expect(answerers(try JSONDecoder().decode(AnswerEvidence.self, from: Data(old.utf8))) == [.person])
        var thresholds = AnswerThresholds()
        try thresholds.set("hung_up_speech_ms", to: 4_000)
        #expect(AnswerDecision.verdicts(on: hungUp, thresholds: thresholds).map(\.answerer) == [.person])
    }

    @Test(
        "Whoever says little, hangs up in the middle of the agent's words, or said the least thing to it, stays a person"
    )
    func personHangsUp() {
        var hello = hungUp
        hello.speech = [.init(600, 1_100)]
        #expect(answerers(hello) == [.person])
        var fedUp = hungUp
        fedUp.agent = [.init(200, 7_000)]
        #expect(answerers(fedUp) == [.person], "Some of the agent's words were listened to")
        var unheard = fedUp
        unheard.speech.append(.init(4_000, 6_400))
        #expect(answerers(unheard) == [.machine], "None was")
        var faint = hungUp
        faint.speech.append(.init(6_000, 6_040))
        #expect(answerers(faint) == [.person])
        var interrupting = hungUp
        interrupting.speech.append(.init(5_000, 5_400))
        #expect(answerers(interrupting) == [.person])
    }

    @Test("What puts the line down before the agent was heard at all has hung up on nobody")
    func hangUpBeforeAgent() {
        var early = hungUp
        early.agent = []
        #expect(answerers(early) == [.person])
        // Broken off at once, it was nothing to reply to.
        early.agent = [.init(200, 900)]
        #expect(answerers(early) == [.person, .machine])
    }

    @Test("Music is nobody, from when it is known; a short word when it is over is somebody")
    func music() {
        var queue = AnswerEvidence()
        queue.duration = 12_000
        queue.agent = [.init(200, 3_000)]
        queue.speech = [.init(300, 5_500), .init(9_000, 9_600)]
        queue.music = [.init(4_000, 8_000)]
        #expect(answerers(queue) == [.machine, .person])
        queue.music = [.init(4_000, 12_000)]
        #expect(answerers(queue) == [.machine], "While it plays, what sounds like a word is music")
        // Who has answered the agent and then plays music has put it on hold.
        queue.speech = [.init(300, 900), .init(3_500, 4_500)]
        queue.music = [.init(8_000, 12_000)]
        #expect(answerers(queue) == [.person])
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
