import Calls
import Testing

@testable import Conversation

@Suite("An answer that is thought of before it is sure that the callee is done", .timeLimit(.minutes(1)))
struct SpeculationTests {
    private static func says(_ text: String, at silence: Int = 300) async throws -> SimulatedLine.Cue {
        .init(moment: .agentSilent(silence), deed: .say(try await Studio.callee(text)))
    }

    /// Two clips with a pause between them, in ms.
    private static func says(_ first: String, pause: Int, _ second: String) async throws -> SimulatedLine.Cue {
        let silence = [Int16](repeating: 0, count: pause * 8)
        let clips = (try await Studio.callee(first), try await Studio.callee(second))
        return .init(moment: .agentSilent(300), deed: .say(clips.0 + silence + clips.1))
    }

    @Test("is there sooner by as long as the silence lasts")
    func sooner() async throws {
        let talk = try await TalkRehearsal.run(
            model: ScriptedModel([.pieces([.text("Fine. Goodbye."), .call("end_call")])]),
            heard: ["I think so."],
            delays: [1: 100, 2: 200],
            cues: [try await Self.says("i think so")]
        )
        let turn = try #require(talk.record.account?.turns.first)
        #expect(talk.requests.count == 1, "\(talk.script)")
        // 300 ms of work, begun when 160 ms of the silence were over.
        #expect(turn.recognition + turn.model + turn.voice <= 340 - (turn.endpointing - 160), "\(turn)")
        #expect(turn.gap <= 620, "\(turn)")
        #expect(talk.record.reason == .agentHungUp)
    }

    @Test(
        "is thrown away if they go on: nothing of it is heard, no tool of it is used, and the whole turn is heard anew"
    )
    func thrownAway() async throws {
        let talk = try await TalkRehearsal.run(
            model: ScriptedModel([
                .pieces([.text("Wrong."), .call("opt_out"), .call("end_call")]),
                .pieces([.text("Thursday it is. Goodbye."), .call("end_call")]),
            ]),
            heard: ["I can come on Thursday."],
            cues: [try await Self.says("i can come", pause: 200, "on thursday afternoon")]
        )
        #expect(!talk.said("Wrong."), "\(talk.script)")
        #expect(talk.said("Thursday it is."), "\(talk.script)")
        #expect(!talk.record.optedOut && !talk.events.contains(.optedOut))
        #expect(talk.record.account?.tools.map(\.name) == ["end_call"])
        #expect(talk.recognitions >= 2)
        let callee = talk.record.transcript.filter { $0.speaker == .callee }
        #expect(callee.map(\.text) == ["I can come on Thursday."], "\(talk.script)")
        // Both were asked the same: the model knows nothing of the first try.
        #expect(talk.requests.count == 2 && talk.requests[0].messages == talk.requests[1].messages)
        // The first was whole when it was thrown away: it is to be paid for.
        #expect(talk.record.account?.usage == ModelUsage(promptTokens: 20, answerTokens: 10))
    }

    @Test("is not even begun when the words cannot stand as they are, and they get time to go on")
    func unfinished() async throws {
        let talk = try await TalkRehearsal.run(
            .talker { $0.settings.eagerness = .patient },
            model: ScriptedModel([.pieces([.text("Noted. Goodbye."), .call("end_call")])]),
            heard: ["My number is five five five"],
            cues: [try await Self.says("my number is five five five", pause: 1200, "one two three four")]
        )
        #expect(talk.requests.count == 1, "\(talk.script)")
        #expect(talk.record.transcript.filter { $0.speaker == .callee }.count == 1, "\(talk.script)")
    }

    @Test(
        "is thought of by what the recogniser tells, again if the words change, and the end that it calls is believed"
    )
    func partials() async throws {
        let run: ([(after: Int, HearingEvent)]) async throws -> TalkRehearsal = { told in
            try await TalkRehearsal.run(
                model: ScriptedModel([
                    .pieces([.text("Wrong.")]), .pieces([.text("Right. Goodbye."), .call("end_call")]),
                ]),
                heard: ["I think that we can come on Thursday."],
                abilities: [.dictation, .partials, .endOfTurn],
                told: told,
                cues: [try await Self.says("i think that we can come")]
            )
        }
        let clip = try await Studio.callee("i think that we can come").count / 8
        let words = HearingEvent.partial("i think that we can come on thursday")
        let told = try await run([
            (300, .partial("i think that we")), (clip + 300, .partial("i think that we can come today")),
            (clip + 380, words),
        ])
        #expect(told.requests.count == 2, "\(told.script)")
        #expect(told.said("Right.") && !told.said("Wrong."), "\(told.script)")
        // A recogniser with partials is asked to finish only when the turn is over.
        #expect(told.recognitions == 1)
        let called = try await run([
            (clip, .partial("i think that we can come today")), (clip + 40, words), (clip + 40, .endOfTurn),
        ])
        let slow = try #require(told.record.account?.turns.first)
        let quick = try #require(called.record.account?.turns.first)
        #expect(quick.gap < slow.gap, "\(quick) \(slow)")
    }

    @Test("A voice is heard as it speaks, and what it could not finish is written down as far as it came")
    func streamed() async throws {
        let pieces = try await TalkRehearsal.run(
            model: ScriptedModel([.pieces([.text("We will see you on Thursday. Goodbye."), .call("end_call")])]),
            heard: ["Yes."],
            voice: PiecemealVoice(voice: try Studio.voice()),
            cues: [try await Self.says("yes of course i can")]
        )
        let last = try #require(pieces.record.transcript.last)
        #expect(last.text == "We will see you on Thursday. Goodbye." && last.text == last.generated, "\(pieces.script)")
        let clips = [
            try await Studio.voice().render("We will see you on Thursday.", voice: "slt"),
            try await Studio.voice().render("Goodbye.", voice: "slt"),
        ]
        #expect(abs(last.end - last.start - (clips[0].count + clips[1].count) / 8) <= 40, "\(pieces.script)")
        let broken = try await TalkRehearsal.run(
            model: ScriptedModel([
                .pieces([.text("We will see you on Thursday at half past three in the afternoon.")]),
                .pieces([.text("Goodbye."), .call("end_call")]),
            ]),
            heard: ["Yes.", "Hello?"],
            voice: PiecemealVoice(voice: try Studio.voice(), breaksAfter: 8000, in: "afternoon"),
            cues: [
                try await Self.says("yes of course i can"), try await Self.says("hello is anybody there", at: 900),
            ]
        )
        let half = try #require(broken.record.transcript.first { $0.generated?.contains("afternoon") == true })
        #expect(half.text.hasPrefix("We will") && half.text != half.generated, "\(broken.script)")
        let heard = broken.requests.last?.messages.contains { message in
            if case .agent(let text, _) = message { text.hasSuffix("\(half.text) …") } else { false }
        }
        #expect(heard == true, "\(String(describing: broken.requests.last?.messages))")
    }
}

/// A voice that gives its sound 20 ms at a time, and may break in the middle of a sentence.
struct PiecemealVoice: Voice {
    struct Broken: Error {}

    let voice: any Voice
    /// In samples.
    var breaksAfter = Int.max
    /// In sentences that have this in them.
    var `in`: String?

    var voices: [String] { voice.voices }

    func render(_ text: String, voice name: String) async throws -> [Int16] {
        try await voice.render(text, voice: name)
    }

    func speak(
        _ text: String,
        voice name: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        let clip = try await voice.render(text, voice: name)
        let breaks = self.in.map { text.contains($0) } ?? false
        for start in stride(from: 0, to: clip.count, by: 160) {
            if breaks, start >= breaksAfter { throw Broken() }
            try await deliver(Array(clip[start..<min(clip.count, start + 160)]))
        }
    }
}
