import Calls
import Conversation
import Foundation
import Testing

@Suite("A flow conversation on a simulated line", .timeLimit(.minutes(2)))
struct FlowConversationTests {
    private func say(
        _ moment: SimulatedLine.Moment,
        _ text: String,
        voice: String = "rms"
    ) async throws
        -> SimulatedLine.Cue
    {
        .init(moment: moment, deed: .say(try await Studio.callee(text, voice: voice)))
    }

    @Test("The greeting is on the wire in the first tick, and a yes to the question meets the goal")
    func confirms() async throws {
        let call = try await Rehearsal.run(.reminder(), cues: [try await say(.agentSilent(500), "Yes, I can.")])
        #expect(call.line.sent.prefix(160).contains { abs(Int($0)) > 20 }, "no greeting in the first 20 ms")
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(call.record.fields["confirmed"] == true)
        #expect(call.record.reached == .person)
        #expect(call.record.reason == .agentHungUp)
        #expect(call.agentLines.first?.text.hasPrefix("Hello Maria") == true)
        #expect(call.agentLines.first?.start == 0)
        #expect(call.calleeLines.map(\.intent) == ["yes"])
        #expect(call.record.summary.contains("goal met"))
    }

    @Test("The goodbye is played out to its last word before the agent hangs up, whatever the callee says meanwhile")
    func goodbyeIsHeard() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "Yes."),
                try await say(.agentSpeaking(600), "Wait, there is something else I wanted to ask you about the bill."),
            ]
        )
        let last = try #require(call.agentLines.last)
        #expect(last.text == "Thank you for your time. Goodbye.", "\(call.script)")
        #expect(last.text == last.generated)
        #expect(call.line.stops.isEmpty)
        #expect(call.line.duration >= last.end)
    }

    @Test("No leads through a day and a read-back to four spoken digits")
    func collectsSlots() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "No, I can't."),
                try await say(.agentSilent(500), "On Tuesday."),
                try await say(.agentSilent(500), "Yes."),
                try await say(.agentSilent(500), "Four seven one nine."),
            ]
        )
        #expect(call.record.fields["day"] == "tuesday", "\(call.script)")
        #expect(call.said("Shall I put you down for tuesday?"))
        #expect(call.record.fields["code"] == "4719")
        #expect(call.said("I heard 4 7 1 9."))
        #expect(call.record.goal == .met)
        #expect(call.events.contains(.entered(step: "read_back")))
        #expect(call.events.contains(.field(name: "code", value: "4719")))
    }

    @Test(
        "A callee who talks over the agent is given the turn within 250 ms of being sure, and what was not heard is not in the text"
    )
    func bargeIn() async throws {
        var agent = Agent.reminder()
        agent.answering.detects = false
        let call = try await Rehearsal.run(
            agent,
            cues: [
                .init(moment: .at(3200), deed: .run {}),
                try await say(.agentSpeaking(1800), "Excuse me, could you please tell me who is calling?"),
                try await say(.agentSilent(500), "Yes."),
            ]
        )
        let began = call.line.cuePositions[1]
        let stop = try #require(call.line.stops.first, "\(call.script)")
        let hold = try #require(call.line.gains.first { $0.gain == 0 }?.position)
        print("barge-in: speech at \(began), held after \(hold - began) ms, stopped after \(stop - began) ms")
        // 100 ms to hold and 480 to be sure, and the synthesised voice's soft beginning before both.
        #expect(hold - began <= 320)
        #expect(stop - hold <= 600)
        #expect(call.line.sent[(hold * 8 + 160)..<(stop * 8)].allSatisfy { $0 == 0 }, "the agent was to be heard")
        #expect(call.line.sent[(stop * 8 + 160)..<(stop * 8 + 2000)].allSatisfy { $0 == 0 }, "the agent went on")
        let cut = try #require(call.agentLines.first { $0.text != $0.generated }, "\(call.script)")
        #expect(cut.generated?.hasPrefix(cut.text) == true)
        #expect(!cut.text.isEmpty)
        #expect(abs(cut.end - stop) <= 20)
    }

    // "Mm-hm" is two vowels closed with the lips; the voices spell "mm".
    @Test(
        "An uh-huh over the agent does not stop it, however slow",
        arguments: ["Uh-huh.", "um hum"],
        ["rms", "awb", "kal"]
    )
    func backchannel(text: String, voice: String) async throws {
        try await staysSpeaking(over: try await Studio.callee(text, voice: voice))
    }

    @Test("A hum and a cough over the agent do not stop it")
    func cough() async throws {
        // Two pulses of 180 Hz with overtones: "mm-hm".
        let hum = (0..<3200).map { index -> Int16 in
            let time = Double(index) / 8000
            let pulse = sin(.pi * Double(index % 1600) / 1600)
            return Int16(4000 * pulse * (sin(2 * .pi * 180 * time) + 0.4 * sin(2 * .pi * 360 * time)))
        }
        try await staysSpeaking(over: hum)
        var noise = SystemNoise()
        try await staysSpeaking(over: (0..<1600).map { _ in Int16(noise.next() * 900) })
    }

    private func staysSpeaking(over sound: [Int16], location: SourceLocation = #_sourceLocation) async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                .init(moment: .at(3200), deed: .run {}),
                .init(moment: .agentSpeaking(1500), deed: .say(sound)),
                try await say(.agentSilent(500), "Yes."),
            ]
        )
        #expect(call.line.stops.isEmpty, "\(call.script)", sourceLocation: location)
        #expect(call.line.gains.last.map { $0.gain == 1 } ?? true, sourceLocation: location)
        #expect(call.agentLines.allSatisfy { $0.text == $0.generated }, sourceLocation: location)
        #expect(call.record.goal == .met, "\(call.script)", sourceLocation: location)
    }

    @Test(
        "The agent's own voice coming back does not stop it",
        arguments: [(15.0, 100), (20.0, 40), (12.0, 250), (15.0, 400)]
    )
    func echo(lossInDecibels: Double, delayInMilliseconds: Int) async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [try await say(.agentSilent(900), "Yes, I can.")],
            echo: .init(gain: Float(pow(10, -lossInDecibels / 20)), delay: delayInMilliseconds * 8)
        )
        #expect(call.line.stops.isEmpty, "\(call.script)")
        #expect(call.line.gains.isEmpty)
        #expect(call.calleeLines.map(\.intent) == ["yes"], "\(call.script)")
        #expect(call.record.goal == .met)
    }

    @Test("On a line with echo a callee can still interrupt")
    func bargeInThroughEcho() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                .init(moment: .at(3200), deed: .run {}),
                try await say(.agentSpeaking(1800), "Stop calling me. Please take me off your list."),
            ],
            echo: .init(gain: 0.178, delay: 800)
        )
        #expect(!call.line.stops.isEmpty, "\(call.script)")
    }

    @Test("Hello over the greeting is picking up the phone: the greeting goes on and the question is asked once")
    func pickUp() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.at(300), "Hello?", voice: "awb"),
                try await say(.agentSilent(500), "Yes."),
            ]
        )
        #expect(call.line.stops.isEmpty, "\(call.script)")
        #expect(call.agentLines.first?.text == call.agentLines.first?.generated)
        #expect(call.agentLines.count { $0.text.contains("Thursday") } == 1, "\(call.script)")
        #expect(call.record.goal == .met, "\(call.script)")
    }

    @Test("What is said over the agent without taking the turn is in the transcript, and nothing follows from it")
    func saidOverTheAgent() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                .init(moment: .at(3200), deed: .run {}),
                try await say(.agentSpeaking(1500), "um hum"),
                try await say(.agentSilent(500), "Yes."),
            ]
        )
        #expect(call.line.stops.isEmpty, "\(call.script)")
        #expect(call.calleeLines.map(\.text) == ["mhm", "yes"], "\(call.script)")
        #expect(call.calleeLines.map(\.intent) == [nil, "yes"])
    }

    @Test("A goodbye over the greeting, or what sounds like one, ends nothing")
    func goodbyeTooEarly() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [try await say(.at(1800), "Goodbye."), try await say(.agentSilent(500), "Yes.")]
        )
        #expect(call.line.stops.isEmpty, "\(call.script)")
        #expect(call.record.goal == .met, "\(call.script)")
    }

    @Test("A yes over the greeting is not consent to a question that was not asked")
    func yesTooEarly() async throws {
        let call = try await Rehearsal.run(.reminder(), cues: [try await say(.at(500), "Yes?")])
        #expect(call.record.fields["confirmed"] == nil, "\(call.script)")
        #expect(call.record.reason == .silence)
    }
}
