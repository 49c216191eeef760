import PhoneLab
import Testing

@Suite("Callees that are nobody")
struct AnnouncementTests {
    private let line = SpokenLine("Not in service", voice: "slt")

    @Test("An announcement is played as often as it is to be, and then the line is hung up, whatever the caller does")
    func announcement() throws {
        let tones: [Int16] = [Int16](repeating: 1, count: 800)
        var call = ScriptedLine(Announcement([.sound(tones, name: "tones"), .words(line), .pause(500)], times: 2))
        call.callerSpeaks(20_000)
        let once: [LineAction] = [
            .play(tones, name: "tones"), .say(line), .play([Int16](repeating: 0, count: 4000), name: nil),
        ]
        #expect(call.deeds.map(\.action) == once + once + [.hangUp])
    }

    @Test("The owner of an answering machine picks up in the middle of the message, and not before the beep")
    func owner() throws {
        let person = PersonScript(
            name: "picks up",
            number: "+1 555 030 1000",
            voice: "rms",
            helloDelay: 0,
            hello: [.say("Hello? I am here.")],
            otherwise: [.say("Yes.")]
        )
        let machine = AnsweringMachine(
            Voicemail(greeting: [SpokenLine("Leave a message", voice: "awb")]),
            owner: Person(script: person, random: SplitMix64(seed: 1)),
            patience: 1000
        )
        var call = ScriptedLine(machine)
        // Over the greeting: no message yet.
        call.callerSpeaks(1200)
        call.callerIsSilent(2000)
        #expect(call.said == ["Leave a message"])
        call.callerSpeaks(1500)
        #expect(call.said == ["Leave a message", "Hello? I am here."])
        call.callerIsSilent(3000)
        #expect(call.said.last == "Yes.", "\(call.said)")
    }
}
