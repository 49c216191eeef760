import Audio
import Calls
import Testing

@Suite("Who answered")
struct WhoAnsweredTests {
    /// The agent's greeting goes out at once.
    private let agent = [0..<4_000]

    @Test("A short hello is a person, half a second after it ends", arguments: [300, 600, 1_000])
    func hello(length: Int) throws {
        var line = LineSound()
        line.pause(400)
        line.talk(length)
        line.pause(3_000)
        var who = WhoAnswered()
        let events = line.heard(agent: agent, by: &who)
        #expect(events.count == 1)
        #expect(who.verdict.answerer == .person)
        let delay = try #require(who.verdict.delay)
        #expect((300...500).contains(delay))
        #expect(who.verdict.reason.contains("short answer"))
    }

    @Test("A long business answer is a person within two seconds")
    func business() throws {
        var line = LineSound()
        line.pause(300)
        line.talk(3_600)
        line.pause(3_000)
        var who = WhoAnswered()
        _ = line.heard(agent: agent, by: &who)
        #expect(who.verdict.answerer == .person)
        #expect(try #require(who.verdict.delay) <= 1_500)
    }

    @Test("Speech that does not end is a recording")
    func recording() {
        var line = LineSound()
        line.pause(500)
        for _ in 0..<5 {
            line.talk(2_000)
            line.pause(450)
        }
        #expect(line.verdicts(agent: agent).last == .machine)
    }

    @Test("A short greeting with a beep is first a person's, then a mailbox's; the beep ends the greeting")
    func shortMailbox() throws {
        var line = LineSound()
        line.pause(500)
        line.talk(1_400)
        line.pause(900)
        line.tone([1_000], 400)
        line.pause(1_500)
        var who = WhoAnswered()
        let events = line.heard(agent: agent, by: &who)
        #expect(who.verdict.answerer == .machine)
        #expect(who.verdict.reason.contains("beep"))
        let ends = events.compactMap { if case .greetingEnded(let at) = $0 { at } else { nil } }
        #expect(try #require(ends.first) >= 3_160)
        #expect(try #require(ends.first) <= 3_240)
    }

    @Test("A short tone at the end of a word is a vowel; after a pause it is a beep")
    func vowel() {
        var word = LineSound()
        word.pause(400)
        word.talk(560)
        word.cutSilence()
        word.tone([640], 260, level: -20)
        word.pause(2_000)
        #expect(word.verdicts(agent: agent) == [.person])
        var mailbox = LineSound()
        mailbox.pause(400)
        mailbox.talk(560)
        mailbox.pause(200)
        mailbox.tone([640], 340, level: -20)
        mailbox.pause(2_000)
        #expect(mailbox.verdicts(agent: agent).last == .machine)
    }

    @Test(
        "Who speaks for seconds and has no word for the agent is a recording; who replies, or only said hello, is a person"
    )
    func unanswered() {
        var full = LineSound()
        full.pause(500)
        full.talk(3_200)
        full.pause(7_000)
        var who = WhoAnswered()
        _ = full.heard(agent: agent, by: &who)
        #expect(who.verdict.answerer == .machine)
        #expect(who.verdict.reason.contains("no reply"))
        #expect((7_200...7_400).contains(who.verdict.at), "3.3 s after the agent's words, not after its own")
        var business = LineSound()
        business.pause(500)
        business.talk(3_200)
        business.pause(1_900)
        business.talk(600)
        business.pause(7_000)
        #expect(business.verdicts(agent: agent) == [.person])
        var hello = LineSound()
        hello.pause(500)
        hello.talk(700)
        hello.pause(9_000)
        #expect(hello.verdicts(agent: agent) == [.person])
    }

    @Test("What goes on again and again when nobody has spoken is a recording")
    func unasked() {
        var line = LineSound()
        line.pause(300)
        for _ in 0..<7 {
            line.talk(3_400)
            line.pause(2_800)
        }
        var who = WhoAnswered()
        _ = line.heard(agent: [0..<4_000], by: &who)
        #expect(who.verdict.answerer == .machine)
        #expect(who.verdict.reason.contains("none of it a reply"))
    }

    @Test("A tone where a reply would be is somebody's vowel")
    func vowelInReply() {
        var line = LineSound()
        line.pause(400)
        line.talk(560)
        line.pause(3_500)
        line.tone([640], 200, level: -20)
        line.pause(2_500)
        #expect(line.verdicts(agent: agent) == [.person])
    }

    @Test("Somebody who speaks into the message is a person again")
    func pickUp() {
        var line = LineSound()
        line.pause(500)
        line.talk(2_000)
        line.pause(600)
        line.tone([1_400], 300)
        line.pause(3_000)
        line.talk(700)
        line.pause(1_500)
        #expect(line.verdicts(agent: [0..<2_500, 4_000..<9_000]) == [.person, .machine, .person])
    }

    @Test("One who goes on while the agent speaks does not listen")
    func talkedOver() {
        var line = LineSound()
        line.pause(500)
        line.talk(600)
        line.pause(1_200)
        for _ in 0..<6 {
            line.talk(2_400)
            line.pause(300)
        }
        #expect(line.verdicts(agent: [0..<20_000]).last == .machine)
    }

    @Test("A person who waits for the agent and then talks for long stays a person")
    func answersAgent() {
        var line = LineSound()
        line.pause(7_000)
        line.talk(8_000)
        line.pause(2_000)
        #expect(line.verdicts(agent: [0..<6_000]) == [.person])
    }

    @Test("A person who talks for long after a hello stays a person")
    func conversation() {
        var line = LineSound()
        line.pause(400)
        line.talk(600)
        line.pause(4_500)
        line.talk(9_000)
        line.pause(1_000)
        #expect(line.verdicts(agent: [0..<5_000]) == [.person])
    }

    @Test("The noise of a line that loses packets is no speech, though what is played instead of them fades")
    func lostPackets() {
        var line = LineSound(noise: -36)
        line.pause(8_000)
        // A burst of three every half second: what was heard last again, and quieter each time.
        for start in stride(from: 4_000, to: line.samples.count - 640, by: 4_000) {
            for index in 0..<480 {
                let share = [0.6, 0.2, 0][index / 160]
                line.samples[start + index] = Int16(Double(line.samples[start - 160 + index % 160]) * share)
            }
        }
        var who = WhoAnswered()
        _ = line.heard(by: &who)
        #expect(who.evidence.speech.allSatisfy { $0.end <= 520 }, "\(who.evidence.speech)")
    }

    @Test("Somebody who speaks in front of a radio is known to be nearer, and a recording that only goes on is not")
    func nearer() {
        var line = LineSound(noise: -62)
        line.talk(5_000, level: -38)
        line.talk(1_200, level: -20)
        line.pause(1_000)
        var who = WhoAnswered()
        _ = line.heard(agent: [0..<4_800], by: &who)
        let known = who.evidence.nearer ?? []
        #expect(known.count == 1 && (5_000...5_400).contains(known[0]), "\(known)")
        var recording = LineSound(noise: -62)
        recording.talk(7_000, level: -20)
        var other = WhoAnswered()
        _ = recording.heard(by: &other)
        #expect(other.evidence.nearer == nil)
    }

    @Test("A radio in the background does not hide that the hello is over")
    func radio() {
        var line = LineSound(noise: -62)
        line.talk(800, level: -44)
        line.talk(600, level: -16)
        line.talk(3_000, level: -44)
        #expect(line.verdicts(agent: agent) == [.person])
    }

    @Test(
        "Words decide at once",
        arguments: [
            ("Hi, please leave a message after the tone", Reached.machine),
            ("Record your name and reason for calling", .screener),
            ("For sales, press one", .ivr),
            ("He's out, would you like to leave a message?", .person),
        ]
    )
    func words(text: String, answerer: Reached) {
        var line = LineSound()
        line.pause(500)
        line.talk(2_500)
        #expect(line.verdicts(agent: agent, words: [(text, 2_000)]) == [answerer])
    }

    @Test("Silence stays unknown, and says so")
    func silence() {
        var line = LineSound()
        line.pause(12_000)
        var who = WhoAnswered()
        #expect(line.heard(agent: agent, by: &who) == [])
        #expect(who.verdict.answerer == .unknown)
        #expect(who.verdict.reason == "10.0 s of silence")
    }

    @Test("What was heard decides again, the same way, and another way with other thresholds")
    func again() throws {
        var line = LineSound()
        line.pause(500)
        for _ in 0..<3 {
            line.talk(2_200)
            line.pause(500)
        }
        line.tone([1_000], 300)
        line.pause(2_000)
        var who = WhoAnswered()
        let verdicts = line.heard(agent: agent, words: [("hello", 3_000)], by: &who).compactMap { event in
            if case .verdict(let verdict) = event { verdict } else { nil }
        }
        #expect(verdicts.isEmpty == false)
        #expect(AnswerDecision.verdicts(on: who.evidence) == verdicts)
        var thresholds = AnswerThresholds()
        try thresholds.set("longest_utterance_ms", to: 1_500)
        let other = AnswerDecision.verdicts(on: who.evidence, thresholds: thresholds)
        #expect(other.first?.answerer == .machine)
        #expect(try #require(other.first).at < verdicts[0].at)
    }
}
