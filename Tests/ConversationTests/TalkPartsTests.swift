import Calls
import Foundation
import Testing

@testable import Conversation

@Suite("The parts of a talk with a language model")
struct TalkPartsTests {
    @Test("Sentences are given away as soon as they are whole, and never a half one")
    func sentences() {
        var stream = SentenceStream()
        #expect(stream.take("Good mor").isEmpty)
        #expect(stream.take("ning. It costs 3.").isEmpty == false)
        #expect(stream.take("50 a piece") == [])
        #expect(stream.take(", Mr. Brown! **Shall** I\n") == ["It costs 3.50 a piece, Mr. Brown!", "Shall I"])
        #expect(stream.take("order it?") == [])
        #expect(stream.end() == ["order it?"])
        #expect(stream.end() == [])
    }

    @Test("A sentence without an end is cut after a comma")
    func overlong() {
        var stream = SentenceStream()
        let sentences = stream.take(String(repeating: "one, two and three ", count: 20))
        #expect(sentences.first?.hasSuffix(",") == true)
        #expect(sentences.allSatisfy { $0.count <= 221 })
    }

    @Test("What is said the third time, or a second time in a row, ends it; two short words do not")
    func repetition() {
        var stream = SentenceStream()
        #expect(stream.take("No. No. I cannot do that. Ask me again! Well, ").count == 4)
        #expect(stream.take("I cannot do that. ") == ["Well, I cannot do that."])
        #expect(
            stream.take("I cannot, do that! Ask me again. Ask me again? And so on. ") == [
                "I cannot, do that!", "Ask me again.",
            ]
        )
        #expect(stream.isRepeating && stream.take("More. ").isEmpty && stream.end().isEmpty)
        stream = SentenceStream()
        #expect(stream.take("Yes. Well. Yes. Well. Yes. Well. ") == ["Yes.", "Well.", "Yes.", "Well."])
        #expect(stream.isRepeating)
    }

    @Test("A dialogue alternates, begins with the callee, and holds what was heard")
    func dialogue() {
        var dialogue = Dialogue(system: "S")
        dialogue.agent("Hello.", line: 1)
        dialogue.agent("I am a bot.", line: 2)
        dialogue.callee("Hi.")
        dialogue.callee("Who?")
        dialogue.agent("A bot. Of Bright Dental.", line: 3)
        #expect(!dialogue.isUnanswered)
        dialogue.cutOff(line: 3, heard: "A bot.")
        dialogue.agent("Never heard.", line: 4)
        dialogue.cutOff(line: 4, heard: "")
        dialogue.callee("I see.")
        #expect(dialogue.isUnanswered)
        #expect(
            dialogue.messages == [
                .system("S"), .user("[The call was answered.]"), .agent("Hello. I am a bot.", calls: []),
                .user("Hi.\nWho?"), .agent("A bot. …", calls: []), .user("I see."),
            ]
        )
    }

    @Test("A cut off line keeps its tool calls, so that their results have a place")
    func cutOffCalls() {
        var dialogue = Dialogue(system: "S")
        let call = ToolCall(id: "a", name: "opt_out", arguments: "{}")
        dialogue.callee("Never call again.")
        dialogue.agent("Very well.", line: 1)
        dialogue.calls([call], line: 1)
        dialogue.result("Done.", of: call)
        dialogue.cutOff(line: 1, heard: "")
        #expect(
            dialogue.messages == [
                .system("S"), .user("Never call again."), .agent("", calls: [call]), .result(of: "a", "Done."),
            ]
        )
    }

    @Test("A wait is filled once, excused once, then over, and skips what is too late")
    func waiting() {
        var waiting = Waiting(limits: .init(), since: 8000)
        let due = stride(from: 0, through: 11_000, by: 20).compactMap { time in
            waiting.due(at: 8000 + Int64(time) * 8).map { (time, $0) }
        }
        #expect(due.first?.0 == 1200 && due.first?.1 == .filler)
        #expect(due.dropFirst().first?.0 == 4000 && due.dropFirst().first?.1 == .apology)
        #expect(due.dropFirst(2).first?.0 == 10_000 && due.dropFirst(2).allSatisfy { $0.1 == .end })
        var late = Waiting(limits: .init(), since: 0)
        #expect(late.due(at: 40_000) == .apology)
        #expect(late.due(at: 48_000) == nil)
    }

    @Test("The parts of a turn add up to its gap, whatever the samples")
    func turnClock() {
        for offset in 0..<8 {
            var clock = TurnClock(silent: Int64(1001 + offset), decided: 6603)
            clock.heard = 8009
            clock.thought = 9607
            clock.voiced = 9999
            let timing = clock.timing(played: 10_161)
            #expect(timing?.gap == Int(10_161 / 8) - (1001 + offset) / 8)
        }
        #expect(TurnClock(silent: 0, decided: 1).timing(played: 100) == nil)
    }

    @Test(
        "What every callee may say is found in written words",
        arguments: [
            ("Please, don't call me again.", UniversalIntent.optOut), ("Take me off your list!", .optOut),
            ("Look. I told you, stop calling me", .optOut), ("Hold on, please.", .hold), ("Uh huh.", .backchannel),
            ("Bye bye", .goodbye), ("Sorry, wrong number", .wrongNumber), ("Who is this?", .who),
            ("Don\u{2019}t call here again", .optOut),
        ]
    )
    func intents(words: String, intent: UniversalIntent) {
        #expect(UniversalIntent.said(in: words) == intent)
    }

    @Test(
        "Words that only contain such a phrase are none",
        arguments: [
            "Don't call me at work, call me at home.", "Hold on, I think it was three.",
            "I have to say goodbye to coffee.",
            "Yes, I can.", "", "You can call me again tomorrow.",
        ]
    )
    func noIntent(words: String) {
        #expect(UniversalIntent.said(in: words) == nil)
    }

    @Test("Tools take what the agent allows, and say what is wrong with anything else")
    func tools() throws {
        let agent = Agent.talker()
        func tool(_ name: String, _ arguments: String) throws -> TalkTool {
            try TalkTool(ToolCall(id: "1", name: name, arguments: arguments), for: agent, remote: RemoteTools())
        }
        #expect(try tool("end_call", "") == .endCall)
        #expect(try tool("send_dtmf", #"{"digits":"1 2#"}"#) == .sendDigits("12#"))
        #expect(
            try tool("record_result", #"{"field":"day","value":"Monday"}"#) == .record(field: "day", value: "Monday")
        )
        #expect(try tool("schedule_callback", #"{"in_minutes":5}"#) == .callBack(minutes: 5, reason: nil))
        for (name, arguments) in [
            ("send_dtmf", #"{"digits":"+1900"}"#), ("send_dtmf", "{}"),
            ("record_result", #"{"field":"price","value":1}"#),
            ("record_result", #"{"field":"confirmed","value":"yes"}"#), ("schedule_callback", #"{"in_minutes":99999}"#),
            ("schedule_callback", #"{"in_minutes":0}"#), ("end_call", "[1"), ("place_call", "{}"),
        ] {
            #expect(throws: TalkTool.Refusal.self) { try tool(name, arguments) }
        }
        #expect(
            !TalkTool.offered(to: .talker { $0.returns = nil }, remote: RemoteTools()).map(\.name).contains(
                "record_result"
            )
        )
    }

    @Test("The prompt holds the part, what is known, that an automaton speaks, and how one talks on the telephone")
    func prompt() {
        let text = SystemPrompt(
            agent: .talker(),
            part: "Be kind.",
            variables: ["name": "Maria", "nothing": .null],
            disclosure: "I am an automated assistant.",
            hasTools: true,
            time: "2026-11-22T10:00:00Z"
        ).text
        #expect(text.hasPrefix("Be kind."))
        #expect(text.contains("- name: Maria"))
        #expect(!text.contains("nothing:"))
        #expect(text.contains("\"I am an automated assistant.\""))
        #expect(text.contains("end_call"))
        #expect(TalkLines.discloses("Hi, this is the AI assistant of Bright Dental."))
        #expect(!TalkLines.discloses("Hi, this is Ann from the mail room, said the caller."))
    }

    @Test("Whoever plays the callee is told so, and can hang up and press keys, whatever else agents can do")
    func callee() {
        let agent = Agent.talker()
        let tools = TalkTool.offered(to: agent, remote: RemoteTools(), side: .callee).map(\.name)
        #expect(tools == ["end_call", "send_dtmf"])
        var brief = ConversationBrief(call: .init(bornAt: Date()), agent: agent, variables: [:], maxDuration: 60)
        brief.side = .callee
        brief.prompt = "You are Maria and want another day."
        let account = ConversationAccount(brief, model: "scripted", hasTools: true)
        #expect(account.prompt.contains("You are Maria and want another day."))
        #expect(!account.prompt.contains("you placed this call"))
        #expect(!account.prompt.contains("opt_out"))
        brief.agent.greeting = ""
        #expect(brief.opening.isEmpty)
        var dialogue = Dialogue(system: "", other: Side.callee.other)
        dialogue.agent("Hello?", line: 1)
        #expect(dialogue.messages.last == .user("[The caller is silent.]"))
    }

    @Test("A quote is one if the callee said these words on end")
    func quotes() {
        let quotes = Quotes([
            TranscriptEntry(speaker: .agent, text: "Is Friday fine?", start: 0, end: 1000),
            TranscriptEntry(speaker: .callee, text: "Yes, that\u{2019}s fine.", start: 2000, end: 3000),
            TranscriptEntry(speaker: .callee, text: Chronicle.unintelligible, start: 4000, end: 5000),
            TranscriptEntry(speaker: .callee, text: "12", start: 6000, end: 6000, keyed: true),
        ])
        #expect(quotes.find("yes that's FINE")?.at == 2000)
        #expect(quotes.find("that's fine") != nil)
        #expect(quotes.find("Is Friday fine?") == nil)
        #expect(quotes.find("es that") == nil)
        #expect(quotes.find("unintelligible") == nil)
        #expect(quotes.find("") == nil && quotes.find(nil) == nil && quotes.find("…") == nil)
    }
}
