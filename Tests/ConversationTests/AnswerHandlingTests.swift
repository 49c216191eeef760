import Calls
import Testing

@testable import Conversation

@Suite("What the agent does about what answered")
struct AnswerHandlingTests {
    @Test("A machine is hung up on, or talked to like a person, as the agent has it")
    func machine() {
        var line = Line { $0.voicemail.action = .hangUp }
        #expect(line.decide(.machine) == [.hush, .leave(.voicemail)])
        var other = Line { $0.voicemail.action = .talk }
        #expect(other.decide(.machine).isEmpty)
        #expect(!other.handling.holdsFlow)
    }

    @Test("Where there is nobody, the line is hung up on whatever the agent's manner is, once")
    func deadEnd() {
        for action in Agent.Voicemail.Action.allCases {
            var line = Line { $0.voicemail.action = action }
            #expect(line.handling.meetDeadEnd(.fax) == [.hush, .leave(.fax)])
            #expect(line.handling.meetDeadEnd(.fax).isEmpty)
            var person = Line { $0.voicemail.action = action }
            person.handling.confirmPerson()
            #expect(person.handling.meetDeadEnd(.fax).isEmpty)
        }
    }

    @Test("A message is left after the tone, not before, and the call ends when it is out")
    func message() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        #expect(line.decide(.machine) == [.hush])
        #expect(line.hear(.speech, for: 6000).isEmpty)
        #expect(line.hear(.silence, for: 1500).isEmpty)
        #expect(line.tone() == [.leaveMessage])
        let start = line.position
        #expect(line.hear(.silence, for: 4000, agentSpeaks: true).isEmpty)
        #expect(line.hear(.silence, for: 20) == [.leave(.voicemail)])
        #expect(line.handling.message == start..<line.position)
    }

    @Test("One that is asked for words is heard out before it is hung up on, and may turn out to be a screener")
    func hearingOut() {
        var line = Line(asksForWords: true) { $0.voicemail.action = .hangUp }
        #expect(line.decide(.machine) == [.hush])
        #expect(line.hear(.speech, for: 3000).isEmpty)
        var screened = line
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.hush, .leave(.voicemail)])
        #expect(screened.decide(.screener) == [.hush])
        #expect(screened.hear(.silence, for: AnswerHandling.endOfPrompt) == [.introduce])
    }

    @Test("What is taken for a machine only because it said nothing is hung up on when nobody answers after all")
    func awaitingReply() {
        var line = Line { $0.voicemail.action = .hangUp }
        _ = line.hear(.silence, for: 4000)
        #expect(line.decide(.machine, isDoubtful: true) == [.hush])
        var person = line
        var tone = line
        #expect(line.hear(.silence, for: AnswerHandling.lateReply - 20).isEmpty)
        #expect(line.hear(.silence, for: 20) == [.hush, .leave(.voicemail)])
        // Not in the middle of an answer.
        #expect(person.hear(.silence, for: 2400).isEmpty)
        #expect(person.hear(.speech, for: 600).isEmpty)
        #expect(person.hear(.silence, for: 700).isEmpty)
        #expect(person.decide(.person) == [.begin])
        #expect(!person.handling.holdsFlow && person.handling.isPersonSure)
        #expect(tone.tone() == [.hush, .leave(.voicemail)])
    }

    @Test("A greeting is not heard out for ever, nor beyond its tone")
    func heardOut() {
        var line = Line(asksForWords: true) { $0.voicemail.action = .hangUp }
        _ = line.decide(.machine)
        var other = line
        #expect(line.hear(.speech, for: AnswerHandling.hearingOut) == [.hush, .leave(.voicemail)])
        #expect(other.tone() == [.hush, .leave(.voicemail)])
    }

    @Test("A mailbox without a tone is spoken to when it has been silent")
    func noTone() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        #expect(line.hear(.speech, for: 3000).isEmpty)
        #expect(line.hear(.silence, for: AnswerHandling.silenceForTone - 20).isEmpty)
        #expect(line.hear(.silence, for: 20) == [.leaveMessage])
    }

    @Test("A greeting that goes on after a long pause stops the message, which is left whole after the tone")
    func greetingGoesOn() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        _ = line.hear(.speech, for: 3000)
        #expect(line.hear(.silence, for: AnswerHandling.silenceForTone) == [.leaveMessage])
        #expect(line.hear(.silence, for: 1000, agentSpeaks: true).isEmpty)
        #expect(line.hear(.speech, for: 1000, agentSpeaks: true) == [.hush])
        #expect(line.hear(.speech, for: 2000).isEmpty)
        #expect(line.hear(.silence, for: 1000).isEmpty)
        #expect(line.tone() == [.leaveMessage])
    }

    @Test("A tone after a message that was begun too early has it begun again")
    func lateTone() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        _ = line.hear(.speech, for: 3000)
        _ = line.hear(.silence, for: AnswerHandling.silenceForTone)
        _ = line.hear(.silence, for: 1500, agentSpeaks: true)
        #expect(line.tone() == [.hush, .leaveMessage])
    }

    @Test("The second of two tones has the message begun behind it, a later one does not")
    func twoTones() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        _ = line.hear(.speech, for: 3000)
        #expect(line.tone() == [.leaveMessage])
        _ = line.hear(.silence, for: 600, agentSpeaks: true)
        #expect(line.tone() == [.hush, .leaveMessage])
        _ = line.hear(.silence, for: AnswerHandling.secondTone, agentSpeaks: true)
        #expect(line.tone().isEmpty)
    }

    @Test("A person who picks up while the message is being left gets the agent")
    func pickUp() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        _ = line.hear(.speech, for: 3000)
        _ = line.tone()
        #expect(line.hear(.silence, for: 1000, agentSpeaks: true).isEmpty)
        #expect(line.hear(.speech, for: AnswerHandling.pickUp, agentSpeaks: true) == [.hush])
        #expect(line.hear(.speech, for: 800).isEmpty, "They are let finish")
        #expect(line.hear(.silence, for: AnswerHandling.endOfPickUp) == [.begin])
        #expect(!line.handling.holdsFlow)
        #expect(line.decide(.machine).isEmpty)
    }

    @Test("Our own words coming back are nobody picking up")
    func echo() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        _ = line.tone()
        #expect(line.hear(.echo, for: 5000, agentSpeaks: true).isEmpty)
    }

    @Test("A short word after a doubtful beginning is a person, a long one is the greeting")
    func doubtfulPickUp() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        _ = line.hear(.speech, for: 3000)
        _ = line.hear(.silence, for: AnswerHandling.silenceForTone)
        _ = line.hear(.silence, for: 500, agentSpeaks: true)
        #expect(line.hear(.speech, for: AnswerHandling.pickUp, agentSpeaks: true) == [.hush])
        #expect(line.hear(.speech, for: 300).isEmpty)
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.begin])
    }

    @Test("A screener is told who is calling when it has asked, and the person behind it gets the agent")
    func screener() {
        var line = Line()
        #expect(line.decide(.screener) == [.hush])
        #expect(line.hear(.speech, for: 2000).isEmpty)
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.introduce])
        #expect(line.hear(.silence, for: 3000, agentSpeaks: true).isEmpty)
        // "Thank you. Please stay on the line."
        #expect(line.hear(.speech, for: 2000).isEmpty)
        #expect(line.hear(.silence, for: 2500).isEmpty)
        #expect(line.hear(.speech, for: 900).isEmpty)
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.begin])
    }

    @Test("A screener that asks once more is told once more, and whoever speaks then is the person")
    func screenerAsksAgain() {
        var line = Line()
        _ = line.decide(.screener)
        _ = line.hear(.speech, for: 2000)
        _ = line.hear(.silence, for: AnswerHandling.endOfPrompt)
        _ = line.hear(.speech, for: 2 * AnswerHandling.longestHello)
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.introduce])
        _ = line.hear(.speech, for: 4000)
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.begin])
    }

    @Test("A screener behind which nobody comes is hung up on")
    func screenerForNobody() {
        var line = Line()
        _ = line.decide(.screener)
        _ = line.hear(.speech, for: 1000)
        _ = line.hear(.silence, for: AnswerHandling.endOfPrompt)
        #expect(line.hear(.silence, for: AnswerHandling.patience) == [.hush, .leave(.screened)])
    }

    @Test("A screener's mailbox is a mailbox")
    func screenerThenMailbox() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.screener)
        _ = line.hear(.speech, for: 1000)
        _ = line.hear(.silence, for: AnswerHandling.endOfPrompt)
        #expect(line.decide(.machine) == [.hush])
        #expect(line.tone() == [.leaveMessage])
    }

    @Test("A menu gets the keys when it has spoken, menu by menu, and is left when there are no more")
    func menu() {
        var line = Line { $0.answering.menu = .init(action: .press, keys: "2,0") }
        #expect(line.decide(.ivr) == [.hush])
        #expect(line.hear(.speech, for: 4000).isEmpty)
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.press("2"), .decideAfresh])
        _ = line.hear(.speech, for: 3000)
        #expect(line.decide(.ivr) == [.hush])
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.press("0"), .decideAfresh])
        #expect(line.decide(.ivr) == [.hush, .leave(.screened)])
    }

    @Test("Whoever answers behind a menu gets the agent")
    func behindMenu() {
        var line = Line { $0.answering.menu = .init(action: .press, keys: "0") }
        _ = line.decide(.ivr)
        _ = line.hear(.speech, for: 4000)
        _ = line.hear(.silence, for: AnswerHandling.endOfPrompt)
        #expect(line.hear(.silence, for: 3000).isEmpty)
        _ = line.hear(.speech, for: 1500)
        #expect(line.hear(.silence, for: AnswerHandling.endOfPrompt) == [.begin])
    }

    @Test("Who answered a question is a person, whatever they sound like afterwards")
    func sure() {
        var line = Line { $0.voicemail.action = .hangUp }
        line.handling.confirmPerson()
        #expect(line.decide(.machine).isEmpty)
    }

    @Test("A verdict that turns to a person, while the greeting is waited through, begins the conversation")
    func personAfterAll() {
        var line = Line { $0.voicemail.action = .leaveMessage }
        _ = line.decide(.machine)
        #expect(line.decide(.person) == [.begin])
        #expect(!line.handling.holdsFlow)
    }
}

/// Time and sound for `AnswerHandling`.
private struct Line {
    var handling: AnswerHandling
    private(set) var position: Int64 = 0

    init(asksForWords: Bool = false, _ change: (inout Agent) -> Void = { _ in }) {
        handling = AnswerHandling(Agent.reminder(change), asksForWords: asksForWords)
    }

    mutating func decide(_ verdict: Reached, isDoubtful: Bool = false) -> [AnswerHandling.Action] {
        handling.decide(verdict, isDoubtful: isDoubtful, at: position)
    }

    mutating func tone() -> [AnswerHandling.Action] {
        handling.hearTone(at: position)
    }

    /// `duration` ms of the same sound.
    mutating func hear(
        _ sound: TurnTaking.Sound,
        for duration: Int,
        agentSpeaks: Bool = false
    ) -> [AnswerHandling.Action] {
        var actions: [AnswerHandling.Action] = []
        for _ in 0..<(duration / 20) {
            actions += handling.hear(.init(position: position, sound: sound, agentSpeaks: agentSpeaks))
            position += 160
        }
        return actions
    }
}
