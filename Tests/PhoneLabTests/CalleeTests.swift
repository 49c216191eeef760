import PhoneLab
import Testing

@Suite("Callees that are no people")
struct CalleeTests {
    private let greeting = [SpokenLine("Leave a message", voice: "awb")]

    @Test("A mailbox greets, waits half a second, beeps, and then listens")
    func voicemail() throws {
        var line = ScriptedLine(Voicemail(greeting: greeting))
        line.callerIsSilent(3000)
        #expect(line.said == ["Leave a message"])
        let beep = try #require(line.deeds.last)
        #expect(beep.action == .play(Voicemail.beep, name: "beep"))
        #expect((1700...1760).contains(beep.at))
        line.callerSpeaks(5000)
        #expect(!line.hasHungUp)
    }

    @Test("A mailbox hangs up after ten seconds of silence")
    func voicemailSilence() throws {
        var line = ScriptedLine(Voicemail(greeting: greeting))
        line.callerIsSilent(3000)
        line.callerSpeaks(4000)
        let end = line.now
        line.callerIsSilent(15_000)
        let last = try #require(line.deeds.last)
        #expect(last.action == .hangUp)
        #expect((10_000...10_040).contains(last.at - end))
    }

    @Test("A mailbox hangs up when the message is as long as it takes")
    func voicemailLimit() {
        var line = ScriptedLine(Voicemail(greeting: greeting, longestMessage: 5000))
        line.callerSpeaks(6500)
        #expect(!line.hasHungUp)
        line.callerSpeaks(2000)
        #expect(line.hasHungUp)
    }

    @Test("A full mailbox says so and hangs up, without a beep")
    func fullMailbox() {
        var line = ScriptedLine(Voicemail(greeting: greeting, beep: nil, longestMessage: 0))
        line.callerIsSilent(3000)
        #expect(line.deeds.map(\.action) == [.say(greeting[0]), .hangUp])
    }

    @Test("A loop keeps the line busy, whatever is pressed")
    func loop() {
        var callee: any Callee = LoopCallee(.tone)
        #expect(callee.handle(.answered).count == 2)
        #expect(callee.handle(.key("1")).isEmpty)
        #expect(callee.handle(.tick(LineTick(duration: 20, isSpeech: false, backlog: 16_000))).isEmpty)
        #expect(callee.handle(.tick(LineTick(duration: 20, isSpeech: false, backlog: 7000))).count == 2)
        #expect(callee.hearing == .nothing)
    }

    @Test("The loops join without a click", arguments: [LoopSound.tone, .holdMusic])
    func seam(sound: LoopSound) throws {
        let steps = zip(sound.samples, sound.samples.dropFirst()).map { abs(Int($1) - Int($0)) }
        let largest = try #require(steps.max())
        let first = try #require(sound.samples.first)
        let last = try #require(sound.samples.last)
        #expect(abs(Int(first) - Int(last)) <= largest)
    }

    @Test("The echo sends back what it hears")
    func echo() {
        var callee: any Callee = EchoCallee()
        _ = callee.handle(.answered)
        let samples: [Int16] = [1, 2, 3]
        #expect(
            callee.handle(.tick(LineTick(duration: 20, samples: samples, isSpeech: true, backlog: 480)))
                == [.play(samples, name: nil)]
        )
    }

    @Test("Hangs up at once")
    func dropsAtOnce() {
        #expect(ScriptedLine(DroppingCallee(.atOnce)).deeds.map(\.action) == [.hangUp])
    }

    @Test("Hangs up in the middle of its own sentence")
    func dropsSpeaking() throws {
        var line = ScriptedLine(
            DroppingCallee(.afterSpeaking(1500, SpokenLine("one two three four five six", voice: "rms")))
        )
        line.callerIsSilent(5000)
        let last = try #require(line.deeds.last)
        #expect(last.action == .hangUp)
        #expect(last.at == 1500)
    }

    @Test("Hangs up while the caller speaks, counting speech only")
    func dropsListening() throws {
        var line = ScriptedLine(DroppingCallee(.afterListening(2000)))
        line.callerSpeaks(1500)
        line.callerIsSilent(4000)
        #expect(!line.hasHungUp)
        line.callerSpeaks(1000)
        let last = try #require(line.deeds.last)
        #expect(last.at == 6000)
    }
}
