import Calls
import Conversation
import Foundation
import Testing

/// What somebody outside asks of a conversation while it goes on.
@Suite("A conversation that is told what to do", .timeLimit(.minutes(2)))
struct LiveCommandTests {
    private func tell(_ moment: SimulatedLine.Moment, _ command: ConversationCommand) -> SimulatedLine.Cue {
        .init(moment: moment, deed: .tell(command))
    }

    private func say(_ moment: SimulatedLine.Moment, _ text: String) async throws -> SimulatedLine.Cue {
        .init(moment: moment, deed: .say(try await Studio.callee(text)))
    }

    private func run(_ cues: [SimulatedLine.Cue], _ change: (inout Agent) -> Void = { _ in }) async throws -> Rehearsal
    {
        try await Rehearsal.run(.reminder(change), cues: cues)
    }

    @Test(
        "What it is asked to say comes after what it is saying, is marked in the transcript, and the answer still counts"
    )
    func saysNext() async throws {
        let call = try await run([
            tell(.agentSpeaking(600), .say("Parking is free today.", interrupting: false)),
            try await say(.agentSilent(500), "Yes, I can."),
        ])
        let lines = call.agentLines
        let index = try #require(lines.firstIndex { $0.text == "Parking is free today." }, "\(call.script)")
        #expect(lines[index].intent == TranscriptEntry.byRequest)
        #expect(lines[index - 1].text == lines[index - 1].generated, "Nothing was cut off")
        #expect(lines.filter { $0.intent == TranscriptEntry.byRequest }.count == 1)
        #expect(call.line.stops.isEmpty)
        #expect(call.record.goal == .met, "\(call.script)")
        // It is on the wire where the transcript says.
        let samples = call.line.sent[lines[index].start * 8..<lines[index].end * 8]
        #expect(samples.contains { abs(Int($0)) > 1000 })
    }

    @Test("Interrupting, it is said at once, and then what it cut off")
    func interrupts() async throws {
        let call = try await run([
            tell(.agentSpeaking(1000), .say("One moment please.", interrupting: true)),
            try await say(.agentSilent(500), "Yes, I can."),
        ])
        let index = try #require(call.agentLines.firstIndex { $0.text == "One moment please." }, "\(call.script)")
        let cut = call.agentLines[index - 1]
        #expect(cut.text != cut.generated)
        #expect(call.agentLines[index].start - cut.end < 300, "\(call.script)")
        #expect(call.agentLines[index + 1].text.contains("Can you make it?"), "\(call.script)")
        #expect(call.record.goal == .met)
    }

    @Test("It waits until the callee has finished, and is said before the answer to that")
    func waits() async throws {
        let callee = try await Studio.callee("Yes, I can.")
        let call = try await run([
            .init(moment: .agentSilent(500), deed: .say(callee)),
            tell(.at(0), .say("Parking is free today.", interrupting: false)),
        ])
        let yes = try #require(call.calleeLines.first, "\(call.script)")
        let said = try #require(call.agentLines.first { $0.intent == TranscriptEntry.byRequest })
        let reply = try #require(call.agentLines.first { $0.text.contains("we will see you") })
        #expect(said.start >= yes.end)
        #expect(reply.start >= said.end)
    }

    @Test("Muted, it stops, hears and writes down, says nothing but what it is asked to; then it goes on where it was")
    func mutes() async throws {
        let call = try await run([
            tell(.agentSpeaking(1500), .mute),
            try await say(.at(9000), "Yes, I can."),
            tell(.at(20_000), .say("I am looking it up.", interrupting: false)),
            tell(.at(24_000), .unmute),
            try await say(.agentSilent(700), "Yes."),
        ])
        let stop = try #require(call.line.stops.first)
        let request = try #require(call.agentLines.first { $0.intent == TranscriptEntry.byRequest }, "\(call.script)")
        #expect(call.line.sent[(stop * 8 + 160)..<request.start * 8].allSatisfy { $0 == 0 }, "a muted agent spoke")
        #expect(request.text == "I am looking it up.")
        let overheard = try #require(call.calleeLines.first)
        #expect(overheard.intent == "yes")
        #expect(overheard.end < request.start)
        let next = try #require(call.agentLines.first { $0.start > request.end })
        #expect(next.start >= 24_000 && next.start < 25_000)
        #expect(next.text.contains("Can you make it?"), "\(call.script)")
        #expect(call.record.goal == .met)
    }

    @Test("Unmuted after the callee said something to it, it asks again")
    func asksAgain() async throws {
        let call = try await run([
            tell(.agentSilent(300), .mute),
            try await say(.at(10_000), "No, I can't."),
            tell(.at(30_000), .unmute),
            try await say(.agentSilent(500), "Yes."),
        ])
        let questions = call.agentLines.filter { $0.text.contains("Can you make it?") }
        #expect(questions.count == 2, "\(call.script)")
        #expect(questions.last.map { $0.start >= 30_000 } == true)
        #expect(call.record.fields["confirmed"] == true, "What was said to a muted agent moved nothing")
    }

    @Test("Not to be called again counts, whether or not the agent may answer")
    func optsOut() async throws {
        let call = try await run([
            tell(.agentSilent(300), .mute),
            try await say(.at(10_000), "Stop calling me."),
            tell(.at(20_000), .sayGoodbye),
        ])
        #expect(call.record.optedOut, "\(call.script)")
        #expect(call.record.reason == .endedByRequest)
        #expect(
            call.agentLines.last?.text == "Thank you for your time. Goodbye.",
            "Asked to, a muted agent takes its leave"
        )
    }

    @Test("What it is told fills the placeholders of what it has not said yet")
    func knows() async throws {
        let note = ContextNote(at: Date(timeIntervalSince1970: 0), text: nil, variables: ["place": "room seven"])
        let call = try await run([
            tell(.agentSpeaking(500), .know(note)),
            try await say(.agentSilent(500), "Yes, I can."),
        ]) { agent in
            agent.flow?.steps["confirm"]?.answers[0].reply = "Great, come to {{place}}."
            agent.defaults = ["place": "the desk"]
        }
        #expect(call.said("Great, come to room seven."), "\(call.script)")
    }

    @Test("Keys pressed for it are in the transcript where they were pressed")
    func presses() async throws {
        let call = try await run([
            tell(.at(1000), .pressed("12#")),
            try await say(.agentSilent(500), "Yes, I can."),
        ])
        let keys = try #require(call.agentLines.first { $0.keyed }, "\(call.script)")
        #expect(keys.text == "12#")
        #expect(keys.intent == TranscriptEntry.byRequest)
        #expect((1000...1100).contains(keys.start))
        #expect(call.record.goal == .met)
    }
}
