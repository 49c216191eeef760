import Testing

@testable import Conversation

@Suite("Turn taking")
struct TurnTakingTests {
    private var turns = TurnTaking(bargeIn: true, bargeInSpeech: 240)
    private var position: Int64 = 80_000

    /// Feeds `milliseconds` of one sound. Returns what happened and when, in ms since the first.
    private mutating func feed(
        _ sound: TurnTaking.Sound,
        _ milliseconds: Int,
        agentSpeaks: Bool = false
    ) -> [TurnTaking.Action] {
        (0..<(milliseconds / 20)).flatMap { _ in
            defer { position += 160 }
            return turns.hear(.init(position: position, sound: sound, agentSpeaks: agentSpeaks))
        }
    }

    @Test("A click is not speech")
    mutating func click() {
        #expect(feed(.speech, 40).isEmpty)
        #expect(feed(.silence, 1000).isEmpty)
    }

    @Test("Speech is listened to from its beginning and ends with the step's silence")
    mutating func turn() {
        turns.endOfTurn = 500
        let start = position
        #expect(feed(.speech, 400) == [.listen(from: start)])
        #expect(feed(.silence, 480).isEmpty)
        let end = feed(.silence, 20)
        #expect(end == [.finish(.init(start: start, end: start + 3200, voiced: 400))])
    }

    @Test("A pause shorter than the end of turn does not end it")
    mutating func pause() {
        turns.endOfTurn = 700
        _ = feed(.speech, 400)
        #expect(feed(.silence, 600).isEmpty)
        #expect(feed(.speech, 400).isEmpty)
    }

    @Test("An interruption holds the agent's words, then stops it; the rest of the speech is one turn")
    mutating func interruption() {
        #expect(feed(.speech, 80, agentSpeaks: true).count == 1)
        #expect(feed(.speech, 20, agentSpeaks: true) == [.hold])
        #expect(feed(.speech, 360, agentSpeaks: true).isEmpty)
        #expect(feed(.speech, 20, agentSpeaks: true) == [.stop])
        #expect(feed(.speech, 400).isEmpty)
        guard case .finish(let speech)? = feed(.silence, 700).last else {
            Issue.record("not finished")
            return
        }
        #expect(speech.stoppedAgent)
    }

    @Test("Where its words may not be held, an interruption makes the agent quieter, later")
    mutating func ducked() {
        turns.holdsWords = false
        #expect(feed(.speech, 220, agentSpeaks: true).count == 1)
        #expect(feed(.speech, 20, agentSpeaks: true) == [.duck])
        #expect(feed(.speech, 220, agentSpeaks: true).isEmpty)
        #expect(feed(.speech, 20, agentSpeaks: true) == [.stop])
    }

    @Test("A short sound holds the agent's words at most, and they go on soon after it")
    mutating func backchannel() {
        let during = feed(.speech, 380, agentSpeaks: true)
        #expect(during.contains(.hold))
        #expect(feed(.silence, 220, agentSpeaks: true).isEmpty)
        #expect(feed(.silence, 20, agentSpeaks: true) == [.goOn])
        #expect(!feed(.silence, 1000, agentSpeaks: true).contains(.stop))
    }

    @Test("A callee who only listens aloud is spoken over once: as much speech again takes the turn")
    mutating func goesOn() {
        #expect(feed(.speech, 480, agentSpeaks: true).last == .stop)
        let goesOn = turns.goOn()
        #expect(goesOn)
        #expect(feed(.speech, 460, agentSpeaks: true).isEmpty)
        #expect(feed(.speech, 20, agentSpeaks: true) == [.stop])
        let goesOnAgain = turns.goOn()
        #expect(!goesOnAgain)
    }

    @Test("An agent that goes on is as loud as before once the callee is silent")
    mutating func restored() {
        _ = feed(.speech, 480, agentSpeaks: true)
        let goesOn = turns.goOn()
        #expect(goesOn)
        let after = feed(.silence, 600, agentSpeaks: true)
        #expect(after.first == .goOn)
        guard case .finish(let speech)? = after.last else {
            Issue.record("not finished")
            return
        }
        #expect(!speech.stoppedAgent)
    }

    @Test("What may be echo never interrupts, and does not hide an interruption between")
    mutating func echo() {
        #expect(feed(.echo, 5000, agentSpeaks: true).isEmpty)
        var actions: [TurnTaking.Action] = []
        for _ in 0..<12 {
            actions += feed(.speech, 60, agentSpeaks: true)
            actions += feed(.echo, 60, agentSpeaks: true)
        }
        #expect(actions.contains(.stop))
    }

    @Test("An agent that may not be interrupted is not, however long the callee speaks")
    mutating func notInterruptible() {
        turns.isInterruptible = false
        let actions = feed(.speech, 5000, agentSpeaks: true)
        #expect(actions.count == 1)
    }

    @Test("A hello in the first seconds neither holds nor stops the agent; a long speech does")
    mutating func pickUp() {
        position = 4000
        #expect(feed(.speech, 600, agentSpeaks: true).count == 1)
        _ = feed(.silence, 1000, agentSpeaks: true)
        #expect(feed(.speech, 2000, agentSpeaks: true).contains(.stop))
    }

    @Test("Sound without a pause is cut after 15 s")
    mutating func music() {
        let actions = feed(.speech, 15_200)
        #expect(actions.contains { if case .finish = $0 { true } else { false } })
    }
}
