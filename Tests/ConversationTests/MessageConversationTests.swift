import Calls
import Conversation
import Foundation
import Testing

@Suite("Taking a message", .timeLimit(.minutes(3)))
struct MessageConversationTests {
    /// Goes by instructions, with no language model to follow them.
    private func advisor(_ change: (inout Agent) -> Void = { _ in }) -> Agent {
        var agent = Agent.reminder()
        agent.name = "Harbour Bank"
        agent.greeting = ""
        agent.goodbye = "Goodbye."
        agent.instructions = "Offer the purple savings account and find out when to call back."
        agent.flow = nil
        change(&agent)
        return agent
    }

    private func say(
        _ moment: SimulatedLine.Moment,
        _ text: String,
        voice: String = "rms"
    ) async throws -> SimulatedLine.Cue {
        .init(moment: moment, deed: .say(try await Studio.callee(text, voice: voice)))
    }

    /// One voice after the other, with silence between, in ms.
    private func speech(_ parts: [(text: String, pause: Int)], voice: String = "rms") async throws -> [Int16] {
        var samples: [Int16] = []
        for part in parts {
            samples += try await Studio.callee(part.text, voice: voice)
            samples += [Int16](repeating: 0, count: part.pause * 8)
        }
        return samples
    }

    private func integer(_ value: JSONValue?) -> Int? {
        guard case .integer(let number)? = value else { return nil }
        return Int(number)
    }

    @Test("It greets, says what it is, takes the message whole, thanks and says goodbye; its instructions stay unsaid")
    func takesMessage() async throws {
        let message = try await speech([
            ("Hello, this is Robert. The parcel came on Monday, but the blue box was missing.", 1200),
            ("Please call me back in the afternoon.", 0),
        ])
        let call = try await Rehearsal.run(advisor(), cues: [.init(moment: .agentSilent(700), deed: .say(message))])
        let record = call.record
        #expect(record.goal == .met, "\(call.script)")
        #expect(record.reason == .agentHungUp)
        #expect(record.reached == .person)
        #expect(call.agentLines.first?.text == "Hello, this is Harbour Bank, an automated assistant.")
        #expect(call.said("I will pass on a message"))
        #expect(call.said("Thank you, I have recorded your message."))
        #expect(call.agentLines.last?.text == "Goodbye.")
        #expect(!call.script.lowercased().contains("purple"))

        #expect(call.calleeLines.map(\.text) == ["[unintelligible]"], "\(call.script)")
        #expect(call.calleeLines.map(\.intent) == ["message"])
        let entry = try #require(call.calleeLines.first)
        let said = call.line.cuePositions[0]
        #expect(abs(entry.start - said) <= 200, "\(entry.start), said at \(said)")
        #expect(abs(entry.end - said - message.count / 8) <= 300)
        #expect(record.fields["message_taken"] == true)
        #expect(record.fields["message"] == .null)
        #expect(integer(record.fields["message_start_ms"]) == entry.start)
        #expect(integer(record.fields["message_length_ms"]) == entry.end - entry.start)
        let seconds = (entry.end - entry.start + 500) / 1000
        #expect(record.summary.contains("A message of \(seconds) s was recorded at 0:"), "\(record.summary)")
        // The thanks come two seconds after the last word, not after a breath.
        let thanks = try #require(call.agentLines.first { $0.text.hasPrefix("Thank you") })
        #expect((1900...2700).contains(thanks.start - entry.end), "\(call.script)")
    }

    @Test("With a greeting of its own it still says that it is an automaton, once")
    func disclosure() async throws {
        let call = try await Rehearsal.run(
            advisor { $0.greeting = "Good day, Harbour Bank here." },
            cues: [.init(moment: .at(12_000), deed: .hangUp)]
        )
        #expect(call.agentLines.first?.text == "Good day, Harbour Bank here.")
        #expect(call.agentLines.count { $0.text.contains("automated assistant") } == 1, "\(call.script)")
    }

    @Test(
        "Long free speech with yes, no and bye in it is one message, whoever speaks",
        arguments: ["slt", "awb", "kal"]
    )
    func longMessage(voice: String) async throws {
        let message = try await speech(
            [
                ("I already paid that bill two weeks ago at the counter.", 900),
                ("Yes.", 900),
                ("The meeting was moved to Wednesday, please let Anna know.", 1000),
                ("No.", 900),
                ("Tell them thanks for the flowers, they are lovely.", 1100),
                ("Goodbye.", 0),
            ],
            voice: voice
        )
        let call = try await Rehearsal.run(advisor(), cues: [.init(moment: .agentSilent(700), deed: .say(message))])
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(!call.record.optedOut)
        #expect(call.calleeLines.count == 1, "\(call.script)")
        let length = try #require(integer(call.record.fields["message_length_ms"]))
        #expect(abs(length - message.count / 8) <= 400, "\(length) of \(message.count / 8)")
        #expect(call.line.stops.isEmpty)
    }

    @Test(
        "Who wants to leave none is let go politely",
        arguments: ["No.", "No message, thanks.", "I'm not interested.", "Goodbye."]
    )
    func noMessage(text: String) async throws {
        let call = try await Rehearsal.run(advisor(), cues: [try await say(.agentSilent(700), text)])
        #expect(call.record.goal == .notMet, "\(call.script)")
        #expect(call.record.fields["message_taken"] == false)
        #expect(call.record.reason == .agentHungUp)
        #expect(!call.said("recorded your message"))
        #expect(call.agentLines.last?.text == "Goodbye.")
        #expect(call.calleeLines.count == 1)
        #expect(call.calleeLines.first?.intent != nil)
    }

    @Test("A yes is no message: it is asked for again")
    func agreement() async throws {
        let call = try await Rehearsal.run(
            advisor(),
            cues: [
                try await say(.agentSilent(700), "Okay."),
                try await say(.agentSilent(700), "Somebody should look at the roof before it rains again."),
            ]
        )
        #expect(call.said("Then please say your message now."), "\(call.script)")
        #expect(call.record.fields["message_taken"] == true)
        #expect(call.calleeLines.map(\.intent) == ["yes", "message"])
    }

    @Test("Who is calling, and what was said, is answered first")
    func questions() async throws {
        let call = try await Rehearsal.run(
            advisor(),
            cues: [
                try await say(.agentSilent(700), "Who is this?"),
                try await say(.agentSilent(700), "Can you repeat that?"),
                try await say(.agentSilent(700), "Please tell her that I will come by on Thursday afternoon."),
            ]
        )
        #expect(call.said("This is Harbour Bank, an automated assistant."), "\(call.script)")
        #expect(call.agentLines.count { $0.text.contains("Please say your message now") } == 3)
        #expect(call.record.goal == .met)
    }

    @Test("An opt-out in place of a message, and one in the middle of it, ends the call", arguments: [false, true])
    func optOut(isWithin: Bool) async throws {
        let message = try await speech(
            (isWithin ? [("I already paid that bill two weeks ago at the counter.", 1000)] : [])
                + [("Please stop calling me.", 0)]
        )
        let call = try await Rehearsal.run(advisor(), cues: [.init(moment: .agentSilent(700), deed: .say(message))])
        #expect(call.record.optedOut, "\(call.script)")
        #expect(call.said("You will not be called again."))
        #expect(call.record.goal == .notMet)
        #expect(call.record.fields["message_taken"] == .bool(isWithin))
    }

    @Test("Silence is asked about, then it says goodbye; no message is not undecided")
    func silence() async throws {
        let call = try await Rehearsal.run(advisor { $0.settings.silenceReprompts = 1 }, cues: [])
        #expect(call.said("or hang up if you have none."), "\(call.script)")
        #expect(call.record.reason == .silence)
        #expect(call.record.goal == .notMet)
        #expect(call.record.fields == ["message_taken": false])
    }

    @Test("The pound key ends a message at once")
    func poundKey() async throws {
        let text = "The code for the gate is four seven one one."
        let length = try await Studio.callee(text).count / 8
        let call = try await Rehearsal.run(
            advisor(),
            cues: [try await say(.agentSilent(700), text), .init(moment: .at(0), deed: .press("#"))]
        )
        let entry = try #require(call.calleeLines.first, "\(call.script)")
        #expect(entry.end - entry.start <= length)
        let thanks = try #require(call.agentLines.first { $0.text.hasPrefix("Thank you") }, "\(call.script)")
        #expect(thanks.start - entry.end < 700)
        #expect(call.record.goal == .met)
    }

    @Test("A message has 60 seconds")
    func longest() async throws {
        let text = "We moved to Denver in March, so the address you have is old."
        let message = try await speech(Array(repeating: (text, 400), count: 20))
        #expect(message.count / 8 > 65_000)
        let call = try await Rehearsal.run(advisor(), cues: [.init(moment: .agentSilent(700), deed: .say(message))])
        let length = try #require(integer(call.record.fields["message_length_ms"]), "\(call.script)")
        #expect((59_000...60_100).contains(length))
        #expect(call.record.goal == .met)
    }

    @Test("Who hangs up while speaking has left a message")
    func hangUp() async throws {
        let call = try await Rehearsal.run(
            advisor(),
            cues: [
                .init(
                    moment: .agentSilent(700),
                    deed: .say(try await speech([("Just tell him that Bob called about the car.", 0)]))
                ),
                .init(moment: .at(0), deed: .hangUp),
            ]
        )
        #expect(call.record.reason == nil)
        #expect(call.record.goal == .met, "\(call.script)")
        #expect(call.record.fields["message_taken"] == true)
        #expect(call.calleeLines.map(\.intent) == ["message"])
    }

    @Test("What is said over the introduction is no message; the introduction is said again from there")
    func overTheIntroduction() async throws {
        let call = try await Rehearsal.run(
            advisor { $0.greeting = "Good day, Harbour Bank here, we are calling about your account." },
            cues: [
                .init(moment: .at(3200), deed: .run {}),
                try await say(.agentSpeaking(1500), "We never wanted any of your purple curtains in this house."),
                // The first two words of the introduction were out, and it was said once more.
                try await say(.at(24_000), "I wanted to know if the store is open on Sunday."),
            ]
        )
        #expect(!call.line.stops.isEmpty, "\(call.script)")
        #expect(call.calleeLines.map(\.intent) == [nil, "message"], "\(call.script)")
        #expect(call.record.goal == .met)
    }

    @Test("Where nothing is recorded no message is promised: it asks whether to call back")
    func notRecorded() async throws {
        let call = try await Rehearsal.run(
            advisor { $0.settings.record = false },
            cues: [try await say(.agentSilent(700), "Yes, please.")]
        )
        #expect(!call.script.contains("message"), "\(call.script)")
        #expect(call.record.fields == ["call_back": true])
        #expect(call.record.goal == .met)
    }

    @Test("A step of any flow can take a message, sets its fields by the answer's name, and goes on")
    func ownFlow() async throws {
        let agent = advisor { agent in
            agent.greeting = "Hello."
            agent.flow = Flow(
                start: "wish",
                steps: [
                    "wish": Flow.Step(
                        say: "What can we do better?",
                        answers: [
                            Flow.Answer(
                                name: "wish",
                                expects: .message,
                                set: ["asked": true],
                                reply: "Noted.",
                                then: .step("again")
                            )
                        ],
                        next: .end(.notMet),
                        endOfTurn: 1500
                    ),
                    "again": Flow.Step(
                        say: "May we call again?",
                        answers: [
                            Flow.Answer(name: "yes", expects: .yes, then: .end(.met)),
                            Flow.Answer(name: "no", expects: .no, then: .end(.notMet)),
                        ]
                    ),
                ]
            )
        }
        let call = try await Rehearsal.run(
            agent,
            cues: [
                try await say(.agentSilent(700), "I would like to change the order to two large boxes."),
                try await say(.agentSilent(700), "Yes."),
            ]
        )
        #expect(call.record.fields["wish_taken"] == true, "\(call.script)")
        #expect(call.record.fields["asked"] == true)
        #expect(call.said("Noted."))
        #expect(call.calleeLines.map(\.intent) == ["wish", "yes"])
        #expect(call.record.goal == .met)
    }

    @Test("Where words may not be kept, the summary quotes none")
    func withoutWords() async throws {
        let cues = [try await say(.agentSilent(500), "Yes, I can.")]
        let kept = try await Rehearsal.run(.reminder(), cues: cues)
        #expect(kept.record.summary.contains("said \"yes"), "\(kept.record.summary)")
        let unkept = try await Rehearsal.run(.reminder(), keepsWords: false, cues: cues)
        #expect(unkept.record.summary.contains("The callee answered yes at \"confirm\"."), "\(unkept.record.summary)")
        #expect(!unkept.record.summary.contains("\"yes"))
    }
}
