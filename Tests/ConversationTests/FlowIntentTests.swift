import Calls
import Conversation
import Foundation
import Testing

@Suite("What a callee may say or do at any step", .timeLimit(.minutes(2)))
struct FlowIntentTests {
    private func say(
        _ moment: SimulatedLine.Moment,
        _ text: String,
        voice: String = "rms"
    ) async throws
        -> SimulatedLine.Cue
    {
        .init(moment: moment, deed: .say(try await Studio.callee(text, voice: voice)))
    }

    @Test("An opt-out is confirmed in words, kept, and ends the call", arguments: ["rms", "awb", "kal"])
    func optOut(voice: String) async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "Please stop calling me.", voice: voice),
                try await say(.agentSilent(500), "Yes.", voice: voice),
            ]
        )
        #expect(call.record.optedOut, "\(call.script)")
        #expect(call.said("You will not be called again."))
        #expect(call.record.goal == .notMet)
        #expect(call.record.summary.contains("Do not call this number again."))
    }

    @Test("An opt-out during the goodbye still counts")
    func lateOptOut() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "Yes."),
                try await say(.agentSpeaking(500), "Don't call me again."),
            ]
        )
        #expect(call.record.optedOut, "\(call.script)")
        #expect(call.record.goal == .met)
    }

    @Test("A wrong number is apologised for, and the call ends")
    func wrongNumber() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [try await say(.agentSilent(500), "You have the wrong number.")]
        )
        #expect(call.record.fields["wrong_number"] == true, "\(call.script)")
        #expect(call.said("I am sorry, then I have the wrong number."))
        #expect(call.record.reason == .agentHungUp)
    }

    @Test("Who is this is answered, and the question asked again")
    func who() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "Who is this?"),
                try await say(.agentSilent(500), "Yes."),
            ]
        )
        #expect(call.said("This is Bright Dental, an automated assistant."), "\(call.script)")
        #expect(call.agentLines.count { $0.text.contains("Can you make it?") } == 2)
        #expect(call.record.goal == .met, "\(call.script)")
    }

    @Test("Asked to repeat, the agent asks again without counting it as a failure")
    func repeats() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "Can you repeat that?"),
                try await say(.agentSilent(500), "Yes."),
            ]
        )
        #expect(call.agentLines.count { $0.text.contains("Can you make it?") } == 2, "\(call.script)")
        #expect(!call.said("I did not get that"))
        #expect(call.record.goal == .met)
    }

    @Test("A wish for a person is noted, refused politely, and the conversation goes on")
    func human() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "Can I speak to a real person?"),
                try await say(.agentSilent(500), "Yes."),
            ]
        )
        #expect(call.record.fields["wants_human"] == true, "\(call.script)")
        #expect(call.said("I cannot put you through"))
        #expect(call.record.goal == .met)
    }

    @Test("Hold on is waited for, far longer than silence otherwise is, and then the question is asked again")
    func hold() async throws {
        let call = try await Rehearsal.run(
            .reminder { $0.settings.holdTimeout = 30_000 },
            cues: [
                try await say(.agentSilent(500), "Hold on a minute please."),
                try await say(.agentSilent(25_000), "Yes, that works for me."),
            ]
        )
        #expect(call.said("Take your time."), "\(call.script)")
        #expect(!call.said("Are you still there?"))
        #expect(call.record.goal == .met, "\(call.script)")
    }

    @Test("A hold that lasts too long is asked about, and silence counts from then on")
    func holdForgotten() async throws {
        let call = try await Rehearsal.run(
            .reminder { $0.settings.holdTimeout = 20_000 },
            cues: [try await say(.agentSilent(500), "Hold on a minute please.")]
        )
        let wait = try #require(call.agentLines.first { $0.text.contains("Take your time") })
        let ask = try #require(call.agentLines.first { $0.text.contains("Are you still there?") })
        #expect((19_900...20_500).contains(ask.start - wait.end), "\(call.script)")
        #expect(call.record.reason == .silence)
    }

    @Test("Silence is asked about as often as the agent is told to, then it says goodbye")
    func silence() async throws {
        let call = try await Rehearsal.run(.reminder { $0.settings.silenceReprompts = 2 }, cues: [])
        #expect(call.record.reason == .silence, "\(call.script)")
        #expect(call.record.reached == .unknown)
        #expect(call.record.goal == .undecided)
        #expect(call.agentLines.count { $0.text.contains("I did not get that. Can you come") } == 2, "\(call.script)")
        #expect(call.agentLines.last?.text == "Thank you for your time. Goodbye.")
        #expect(call.record.transcript.allSatisfy { $0.speaker == .agent })
    }

    @Test("What is not understood is asked again once, then the keypad takes over")
    func keypad() async throws {
        let call = try await Rehearsal.run(
            .reminder(),
            cues: [
                try await say(.agentSilent(500), "My brother plays the guitar in a band."),
                try await say(.agentSilent(500), "They painted the kitchen yellow last summer."),
                .init(moment: .agentSilent(1000), deed: .press("1")),
            ]
        )
        #expect(call.said("I did not get that."), "\(call.script)")
        #expect(call.said("Please press one for yes, or two for no."))
        #expect(call.record.goal == .met, "\(call.script)")
        let keyed = try #require(call.calleeLines.last)
        #expect(keyed.keyed)
        #expect(keyed.text == "1")
        #expect(keyed.intent == "yes")
        #expect(call.calleeLines.first?.text == "[unintelligible]")
    }

    @Test("A key that answers is taken at once, over the agent's words")
    func earlyKey() async throws {
        let call = try await Rehearsal.run(.reminder(), cues: [.init(moment: .agentSpeaking(6000), deed: .press("1"))])
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(!call.line.stops.isEmpty)
    }

    @Test("Keyed digits fill a slot of digits")
    func keyedDigits() async throws {
        var agent = Agent.reminder()
        agent.flow?.start = "code"
        let call = try await Rehearsal.run(
            agent,
            cues: ["4", "7", "1", "9"].map { .init(moment: .at(6000), deed: .press($0)) }
        )
        #expect(call.record.fields["code"] == "4719", "\(call.script)")
    }

    @Test("Shortly before the longest duration the agent says goodbye by itself")
    func maxDuration() async throws {
        let call = try await Rehearsal.run(
            .reminder { $0.settings.silenceReprompts = 10 },
            maxDuration: 30,
            cues: []
        )
        #expect(call.record.reason == .maxDuration)
        #expect(call.said("I have to end this call now."), "\(call.script)")
        #expect(call.agentLines.last?.text == "Thank you for your time. Goodbye.")
        #expect((24_000...30_000).contains(call.line.duration))
    }

    @Test("A line that goes down in the middle of a sentence leaves the words that were heard")
    func lineDown() async throws {
        let call = try await Rehearsal.run(.reminder(), cues: [.init(moment: .at(2000), deed: .hangUp)])
        let greeting = try #require(call.record.transcript.first)
        #expect(greeting.generated == "Hello Maria, this is Bright Dental calling about your appointment this week.")
        #expect(greeting.text.hasPrefix("Hello Maria, this is"), "\(call.script)")
        #expect(!greeting.text.contains("week"))
        #expect((1900...2000).contains(greeting.end))
        #expect(call.record.reason == nil)
        #expect(call.record.goal == .undecided)
    }

    @Test("Told to end, the agent says goodbye and hangs up")
    func sayGoodbye() async throws {
        let (commands, continuation) = AsyncStream.makeStream(of: ConversationCommand.self)
        continuation.yield(.sayGoodbye)
        let call = try await Rehearsal.run(.reminder(), cues: [], commands: commands)
        #expect(call.record.reason == .endedByRequest, "\(call.script)")
        #expect(call.agentLines.last?.text == "Thank you for your time. Goodbye.")
    }

    @Test("A cancelled conversation ends soon and leaves what was said")
    func cancellation() async throws {
        let conversation = Task { try await Rehearsal.run(.reminder { $0.settings.silenceReprompts = 10 }, cues: []) }
        conversation.cancel()
        let call = try? await conversation.value
        #expect(call.map { $0.line.duration < 240_000 } ?? true)
    }

    @Test("A call whose variables are not all given is never placed")
    func missingVariable() async throws {
        await #expect(throws: ConversationError.missingVariables(["name"])) {
            try await Rehearsal.run(.reminder(), variables: [:], cues: [])
        }
    }
}
