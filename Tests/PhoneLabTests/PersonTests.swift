import PhoneLab
import Testing

@Suite("A person of the lab")
struct PersonTests {
    private let script = PersonScript(
        name: "test",
        number: "+1 555 010 9999",
        replies: [
            .init(hear: ["which day", "what day"], steps: [.say("Tuesday.")]),
            .init(hear: ["what time"], times: 1, steps: [.say("Noon.")]),
            .init(turn: 3, steps: [.say("Three."), .wait(500), .hangUp]),
        ],
        otherwise: [.say("Yes.")]
    )

    @Test("Says its opening line a moment after picking up, and nothing more until it is spoken to")
    func hello() throws {
        var line = ScriptedLine(script: script)
        line.callerIsSilent(5000)
        #expect(line.said == ["Hello?"])
        let hello = try #require(line.deeds.first)
        #expect((300...400).contains(hello.at))
    }

    @Test("Lets the agent finish, and answers within the pause of its script")
    func pause() throws {
        var line = ScriptedLine(script: script)
        line.callerIsSilent(1500)
        line.callerSpeaks(2000)
        let end = line.now
        #expect(line.said == ["Hello?"])
        line.callerIsSilent(1000)
        let reply = try #require(line.deeds.last)
        #expect(line.said == ["Hello?", "Yes."])
        #expect((400...620).contains(reply.at - end))
    }

    @Test("Gives the reply whose phrase was heard last: the question stands at the end of a turn")
    func latestPhrase() {
        var line = ScriptedLine(script: script)
        line.callerIsSilent(1500)
        line.callerSpeaks(1000, heard: ["what time"])
        line.callerSpeaks(1000, heard: ["which day"])
        line.callerIsSilent(2000)
        #expect(line.said == ["Hello?", "Tuesday."])
    }

    @Test("A reply that is used up gives way to what is said otherwise")
    func times() {
        var line = ScriptedLine(script: script)
        line.callerIsSilent(1500)
        for _ in 0..<2 {
            line.callerSpeaks(1000, heard: ["what time"])
            line.callerIsSilent(2000)
        }
        #expect(line.said == ["Hello?", "Noon.", "Yes."])
    }

    @Test("Says yes in more words from the second time on, in a voice in which that word alone is easily missed")
    func emphasis() throws {
        let person = try #require(PersonScript.standard.first { $0.number == "+1 555 010 0002" })
        var line = ScriptedLine(script: person)
        line.callerIsSilent(1500)
        for heard in [[], ["which day"], [], []] {
            line.callerSpeaks(1000, heard: heard)
            line.callerIsSilent(3000)
        }
        #expect(line.said == ["Hello?", "No, I can't.", "Thursday.", "Yes.", "Yes, that's right."])
    }

    @Test("A phrase heard in one turn does not answer the next")
    func phraseIsForgotten() {
        var line = ScriptedLine(script: script)
        line.callerIsSilent(1500)
        line.callerSpeaks(1000, heard: ["which day"])
        line.callerIsSilent(2000)
        line.callerSpeaks(1000)
        line.callerIsSilent(2000)
        #expect(line.said == ["Hello?", "Tuesday.", "Yes."])
    }

    @Test("A numbered turn has its own reply; hanging up waits until it was said")
    func numberedTurn() throws {
        var line = ScriptedLine(script: script)
        line.callerIsSilent(1500)
        for _ in 0..<3 {
            line.callerSpeaks(1000)
            line.callerIsSilent(2000)
        }
        #expect(line.said == ["Hello?", "Yes.", "Yes.", "Three."])
        let three = try #require(line.deeds.first { $0.action == .say(SpokenLine("Three.", voice: "rms")) })
        let end = try #require(line.deeds.last)
        #expect(end.action == .hangUp)
        #expect(end.at - three.at >= 900)
    }

    @Test("What the agent said while it said hello still gets an answer")
    func greetingOverHello() {
        var line = ScriptedLine(script: script)
        line.callerSpeaks(3000, heard: ["which day"])
        line.callerIsSilent(2000)
        #expect(line.said == ["Hello?", "Tuesday."])
    }

    @Test("A click is no turn")
    func click() {
        var line = ScriptedLine(script: script)
        line.callerIsSilent(1500)
        line.callerSpeaks(160)
        line.callerIsSilent(3000)
        #expect(line.said == ["Hello?"])
    }

    @Test("An interruption comes while the agent speaks, and is the answer if the agent stops")
    func interruption() throws {
        var script = script
        script.hello = []
        script.interruption = .init(after: 1500, steps: [.say("Yes yes.")])
        var line = ScriptedLine(script: script)
        line.callerSpeaks(1700)
        #expect(line.said == ["Yes yes."])
        let deed = try #require(line.deeds.first)
        #expect((1500...1540).contains(deed.at))
        line.callerIsSilent(3000)
        #expect(line.said == ["Yes yes."])
    }

    @Test("An agent that talks on after an interruption is answered again")
    func ignoredInterruption() {
        var script = script
        script.hello = []
        script.interruption = .init(after: 1500, steps: [.say("Yes yes.")])
        var line = ScriptedLine(script: script)
        line.callerSpeaks(6000)
        line.callerIsSilent(2000)
        #expect(line.said == ["Yes yes.", "Yes."])
    }

    @Test("Uh-huh is said while the agent speaks, and is no answer")
    func backchannel() {
        var script = script
        script.hello = []
        script.backchannel = .init(every: 1000, says: ["uh huh", "mm hm"], times: 3)
        var line = ScriptedLine(script: script)
        line.callerSpeaks(2500)
        #expect(line.said == ["uh huh", "mm hm"])
        line.callerIsSilent(2000)
        #expect(line.said == ["uh huh", "mm hm", "Yes."])
        line.callerSpeaks(5000)
        #expect(line.said == ["uh huh", "mm hm", "Yes.", "uh huh"])
    }

    @Test("Breaks a silence as often as the script says")
    func silence() {
        var script = script
        script.afterSilence = .init(after: 3000, times: 2, steps: [.say("Still there?")])
        var line = ScriptedLine(script: script)
        line.callerIsSilent(20_000)
        #expect(line.said == ["Hello?", "Still there?", "Still there?"])
    }

    @Test("A key has its own reply, given at once")
    func key() {
        var script = script
        script.replies.append(.init(key: "1", steps: [.say("Orders."), .press("9")]))
        var line = ScriptedLine(script: script)
        line.callerIsSilent(1000)
        line.callerPresses("5")
        line.callerPresses("1")
        line.callerIsSilent(1000)
        #expect(line.said == ["Hello?", "Orders."])
        #expect(line.pressed == ["9"])
    }

    @Test("The same seed gives the same behaviour; another one other pauses")
    func seeds() {
        func moments(_ seed: UInt64) -> [Int] {
            var line = ScriptedLine(script: script, seed: seed)
            for _ in 0..<8 {
                line.callerSpeaks(1000, heard: ["which day"])
                line.callerIsSilent(2000)
            }
            return line.deeds.map(\.at)
        }
        #expect(moments(1) == moments(1))
        #expect(moments(1) != moments(2))
    }

    @Test("Whatever the agent does, it never says two things at once and nothing after hanging up", arguments: 1...6)
    func randomWalk(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var script = script
        script.backchannel = .init(every: 900, says: ["uh huh"])
        script.interruption = .init(after: 4000, times: 3, steps: [.say("Wait."), .press("1")])
        script.afterSilence = .init(after: 3000, steps: [.say("Still there?")])
        var line = ScriptedLine(script: script, seed: UInt64(seed))
        for _ in 0..<200 {
            let time = random.pick(from: 1...150) * 20
            if random.pick(from: 0...1) == 0 {
                line.callerSpeaks(time, heard: random.pick(from: 0...3) == 0 ? ["which day"] : [])
            } else {
                line.callerIsSilent(time)
            }
        }
        var busyUntil = 0
        for deed in line.deeds {
            if case .say(let said) = deed.action {
                #expect(deed.at >= busyUntil)
                busyUntil = deed.at + said.text.split(separator: " ").count * 400
            }
        }
        #expect(line.deeds.firstIndex { $0.action == .hangUp }.map { $0 == line.deeds.count - 1 } ?? true)
    }
}
