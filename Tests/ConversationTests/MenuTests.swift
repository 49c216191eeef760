import Calls
import Foundation
import Testing

@testable import Conversation

@Suite("An automatic menu in the middle of a call", .timeLimit(.minutes(3)))
struct MenuTests {
    private static let menu = [
        "For sales, press one.", "For support, press 2. To hear this again, press the star key.",
    ]

    private static func says(_ text: String, _ moment: SimulatedLine.Moment) async throws -> SimulatedLine.Cue {
        .init(moment: moment, deed: .say(try await Studio.callee(text)))
    }

    /// Somebody puts the agent through to a menu, which speaks with a pause between its choices.
    private static func putThrough() async throws -> [SimulatedLine.Cue] {
        let pause = [Int16](repeating: 0, count: 8800)
        let choices = try await Studio.callee(menu[0]) + pause + Studio.callee(menu[1])
        return [
            try await says("I will put you through.", .agentSilent(600)),
            .init(moment: .agentSilent(1000), deed: .say(choices)),
        ]
    }

    private static func lines(_ talk: TalkRehearsal) -> [TranscriptEntry] {
        talk.record.transcript.filter { $0.intent == TranscriptEntry.menu }
    }

    @Test("is answered with a key once it has said all, and who answers then is talked to")
    func choice() async throws {
        let cues = try await Self.putThrough() + [Self.says("Support, this is Ann.", .at(18_000))]
        let talk = try await TalkRehearsal.run(
            model: ScriptedModel([
                .pieces([.text("Thank you.")]),
                .pieces([.call("send_dtmf", #"{"digits": "2"}"#)]),
                .pieces([.text("Hello Ann, this is Bright Dental.")]),
            ]),
            heard: ["I will put you through."] + Self.menu + ["Support, this is Ann."],
            cues: cues + [.init(moment: .agentSilent(1500), deed: .hangUp)]
        )
        let said = Self.lines(talk)
        #expect(said.map(\.text) == Self.menu, "\(talk.script)")
        #expect(talk.events.contains(.press("2")), "\(talk.script)")
        let pressed = try #require(talk.record.transcript.first { $0.keyed }, "\(talk.script)")
        #expect((1300...2600).contains(pressed.start - (said.last?.end ?? 0)), "\(talk.script)")
        let words = talk.record.transcript.filter { $0.speaker == .agent && !$0.keyed }.map(\.text)
        #expect(words.suffix(2) == ["Thank you.", "Hello Ann, this is Bright Dental."], "\(talk.script)")
        #expect(talk.requests.count == 3)
        let asked = "\(talk.requests[1].messages)"
        #expect(asked.contains("An automatic menu says") && asked.contains("Choose with send_dtmf"), "\(asked)")
        // Of three who spoke, two are people whom the agent answered.
        #expect(talk.record.transcript.calleeTurns == 2)
        #expect(talk.record.account?.turns.count == 2)
        #expect(talk.record.reached == .person)
    }

    @Test("is waited out by a model that says nothing, as long as the agent waits for anybody")
    func silence() async throws {
        let talk = try await TalkRehearsal.run(
            .talker { $0.settings.holdTimeout = 20_000 },
            model: ScriptedModel([.pieces([.text("Thank you.")]), .pieces([])]),
            heard: ["I will put you through."] + Self.menu,
            cues: try await Self.putThrough()
        )
        let end = try #require(Self.lines(talk).last?.end, "\(talk.script)")
        let after = talk.record.transcript.filter { $0.speaker == .agent && $0.start > end }
        #expect(after.first?.text == TalkLines.stillThere, "\(talk.script)")
        #expect((20_000...27_000).contains(try #require(after.first).start - end), "\(talk.script)")
        #expect(talk.requests.count == 2)
        #expect(talk.record.reason == .silence)
    }

    @Test(
        "is told by keys, or by two of its phrases",
        arguments: [
            ("For billing, press three.", true),
            ("Für den Einkauf drücken Sie die eins.", true),
            ("Please listen carefully, as our menu options have changed.", true),
            ("What is your next available appointment?", false),
            ("My extension number is twelve.", false),
            ("Would you like to press one now?", false),
            ("I press on with it.", false),
        ]
    )
    func words(_ words: String, _ isMenu: Bool) {
        #expect(AnswerPhrases.areOfMenu(words) == isMenu)
    }
}
