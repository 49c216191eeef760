import Audio
import Calls
import Foundation
import Logging
import Telephony
import Testing

@testable import Conversation

@Suite("An agent that a realtime model speaks for", .timeLimit(.minutes(1)))
struct RealtimeTalkTests {
    private struct Play {
        let talk: TalkRehearsal
        let session: ScriptedSession

        var commands: [RealtimeCommand] { session.commands }
        var answers: Int { commands.count { if case .answer = $0 { true } else { false } } }
        var notes: [String] {
            commands.compactMap { if case .note(let text) = $0 { text } else { nil } }
        }
        var truncated: [Int] {
            commands.compactMap { if case .truncate(_, let heard) = $0 { heard } else { nil } }
        }
        var results: [String] {
            commands.compactMap { if case .result(_, let text) = $0 { text } else { nil } }
        }
    }

    private static func play(
        agent: Agent = .talker(),
        _ answers: [ScriptedSession.Answer],
        heard: [String?] = [],
        requests: (any AgentRequests)? = nil,
        cues: [SimulatedLine.Cue]
    ) async throws -> Play {
        let backstage = Backstage()
        let session = ScriptedSession(answers, heard: heard, backstage)
        var brief = ConversationBrief(call: Call.ID(bornAt: Date()), agent: agent, variables: [:], maxDuration: 120)
        brief.requests = requests
        let conversation = TalkConversation(
            brief: brief,
            account: ConversationAccount(brief, realtime: "marin"),
            parts: TalkLoop.Parts(
                model: nil,
                realtime: session,
                recognizer: ScriptedRecognizer([], .dictation) {},
                prompts: Prompts(voice: try Studio.voice(), agent: agent, deadline: .seconds(60)),
                ear: nil,
                limits: TalkLimits(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        let cues = cues.map { cue in
            guard case .tell(let command) = cue.deed else { return cue }
            return SimulatedLine.Cue(moment: cue.moment, deed: .run { backstage.inbox.put(.command(command)) })
        }
        return Play(talk: await TalkRehearsal.run(conversation, backstage, cues: cues), session: session)
    }

    private static func says(_ text: String, at silence: Int = 300) async throws -> SimulatedLine.Cue {
        .init(moment: .agentSilent(silence), deed: .say(try await Studio.callee(text)))
    }

    private static func interrupts(_ text: String, after time: Int) async throws -> SimulatedLine.Cue {
        .init(moment: .agentSpeaking(time), deed: .say(try await Studio.callee(text)))
    }

    private static func hangsUp(after silence: Int) -> SimulatedLine.Cue {
        .init(moment: .agentSilent(silence), deed: .hangUp)
    }

    private static func call(_ name: String, _ arguments: String = "{}") -> ToolCall {
        ToolCall(id: "call_\(name)", name: name, arguments: arguments)
    }

    @Test("It greets, is answered at once what it was heard to say, uses tools, and hangs up when the goodbye is out")
    func wholeCall() async throws {
        let record = Self.call("record_result", #"{"field":"confirmed","value":true}"#)
        let play = try await Self.play(
            [
                .init(
                    words: "Great. See you on Thursday. Goodbye.",
                    length: 2400,
                    calls: [record, Self.call("end_call")]
                )
            ],
            heard: ["Yes, I can."],
            cues: [try await Self.says("yes i can come on thursday")]
        )
        let script = play.talk.script
        #expect(play.talk.record.reason == .agentHungUp, "\(script)")
        #expect(play.talk.record.fields == ["confirmed": true])
        let transcript = play.talk.record.transcript
        #expect(transcript.map(\.speaker) == [.agent, .callee, .agent], "\(script)")
        #expect(
            transcript.map(\.text).suffix(2) == ["Yes, I can.", "Great. See you on Thursday. Goodbye."],
            "\(script)"
        )
        // What the program said itself is known to the model, which is asked before anybody knows the callee's words.
        let greeting = "Hello, this is the automated assistant of Bright Dental. Can you come on Thursday?"
        #expect(play.commands.prefix(4) == [.law(.mu), .said(greeting), .commit(turn: 1), .answer(line: 2)])
        #expect(play.results == ["Noted.", "The call ends when you are heard out."])
        #expect(play.answers == 1)
        let account = try #require(play.talk.record.account)
        #expect(
            account.model == "marin"
                && account.usageByModel == ["marin": ModelUsage(promptTokens: 100, answerTokens: 50)]
        )
        #expect(account.disclosure?.isUninterrupted == true)
        let turn = try #require(account.turns.first)
        #expect(turn.recognition == 0 && (300...340).contains(turn.model) && turn.voice == 0, "\(turn)")
        #expect(turn.gap == transcript[2].start - transcript[1].end)
        // The whole turn was heard, and a little before it; silence was not.
        let speech = (transcript[1].end - transcript[1].start) * 8
        #expect((speech...(speech + 14_000)).contains(play.session.listened), "\(play.session.listened) of \(speech)")
    }

    @Test("Who breaks in stops it, and it is told how much of its answer was heard")
    func bargeIn() async throws {
        let words = (1...24).map { "word\($0)" }.joined(separator: " ")
        let play = try await Self.play(
            [
                .init(words: words, length: 6000),
                .init(words: "I see. Goodbye.", length: 900, calls: [Self.call("end_call")]),
            ],
            heard: ["Tell me more.", "No, stop, I cannot come at all."],
            cues: [
                try await Self.says("please tell me more about it"),
                try await Self.interrupts("no stop i can not come at all", after: 2000),
            ]
        )
        let answer = try #require(play.talk.record.transcript.first { $0.generated == words }, "\(play.talk.script)")
        let heard = try #require(play.truncated.first)
        #expect(play.truncated.count == 1 && (2000...3200).contains(heard), "\(heard)")
        // The same on the recording, but for what was held on suspicion.
        #expect(abs(answer.end - answer.start - heard) <= 600, "\(answer) \(heard)")
        let share = Double(answer.text.count) / Double(words.count)
        #expect(abs(share - Double(heard) / 6000) < 0.06, "\(answer.text)")
        #expect(!play.commands.contains { if case .cancel = $0 { true } else { false } }, "It was whole at the server")
        let place = try #require(play.commands.firstIndex { if case .truncate = $0 { true } else { false } })
        #expect(play.commands[place + 1] == .commit(turn: 2))
        #expect(play.talk.record.reason == .agentHungUp, "\(play.talk.script)")
    }

    @Test("An answer that is still being made is canceled before it is cut")
    func cancels() async throws {
        let play = try await Self.play(
            [.init(words: "one two three four five six", length: 4000, fate: .hangs)],
            heard: ["Go on."],
            cues: [
                try await Self.says("please go on with it"),
                try await Self.interrupts("no stop i can not come at all", after: 1000),
                Self.hangsUp(after: 1),
            ]
        )
        let commands = play.commands.drop { $0 != .answer(line: 2) }.dropFirst()
        #expect(commands.first == .cancel(line: 2))
        guard case .truncate(line: 2, _)? = commands.dropFirst().first else {
            Issue.record("\(commands)")
            return
        }
    }

    @Test("Without a greeting of the agent's the model greets; what is speaking is said in any case")
    func greets() async throws {
        let agent = Agent.talker { $0.greeting = "" }
        let play = try await Self.play(
            agent: agent,
            [.init(words: "Hi there!", length: 600)],
            cues: [Self.hangsUp(after: 500)]
        )
        #expect(play.notes.first?.hasPrefix("[The call was answered. Greet the callee. Say in this:") == true)
        let disclosure = try #require(play.talk.record.account?.disclosure)
        #expect(play.talk.record.transcript.map(\.text) == ["Hi there!", disclosure.text], "\(play.talk.script)")
        #expect(disclosure.isUninterrupted)
        let told = try await Self.play(
            agent: agent,
            [.init(words: "Hi! \(disclosure.text)", length: 2000)],
            cues: [Self.hangsUp(after: 500)]
        )
        #expect(told.talk.record.transcript.count == 1 && told.talk.record.account?.disclosure?.isUninterrupted == true)
    }

    @Test("A model that gives nothing is excused after four seconds, without a filler, and given up after ten")
    func hangs() async throws {
        let play = try await Self.play(
            [.init(fate: .hangs)],
            heard: ["Yes."],
            cues: [try await Self.says("yes i can come on thursday")]
        )
        #expect(play.talk.record.reason == .providerStalled, "\(play.talk.script)")
        let callee = try #require(play.talk.record.transcript.first { $0.speaker == .callee })
        let said = play.talk.record.transcript.drop { $0.speaker == .agent && $0.end <= callee.start }.dropFirst()
        #expect(said.map(\.text) == [TalkLines.wait, FlowLines.apology], "\(play.talk.script)")
        let waited = said.map { $0.start - callee.end }
        #expect(waited.count == 2 && (4200...5200).contains(waited[0]), "\(waited)")
        #expect(waited.count == 2 && (10_200...11_200).contains(waited[1]), "\(waited)")
    }

    @Test("Half an answer is heard, and the call goes on")
    func halfAnAnswer() async throws {
        let play = try await Self.play(
            [
                .init(words: "That would be", length: 800, fate: .hangs),
                .init(words: "Are you there? Goodbye.", length: 900, calls: [Self.call("end_call")]),
            ],
            heard: ["Yes."],
            cues: [try await Self.says("yes i can come on thursday")]
        )
        // Its sound stopped before its words.
        #expect(play.talk.said("That would"), "\(play.talk.script)")
        #expect(play.commands.contains(.cancel(line: 2)))
        #expect(play.notes.last?.contains("Ask whether they are still there") == true)
        #expect(play.talk.record.reason == .agentHungUp, "\(play.talk.script)")
    }

    @Test("An answer that drips is heard as it comes, and given up when it has kept the line silent for five seconds")
    func drips() async throws {
        let play = try await Self.play(
            [
                .init(words: "I think that it might be possible", length: 3000, drip: 600),
                .init(words: "Goodbye.", length: 600, calls: [Self.call("end_call")]),
            ],
            heard: ["Yes."],
            cues: [try await Self.says("yes i can come on thursday")]
        )
        let answer = try #require(play.talk.record.transcript.first { $0.text.hasPrefix("I") }, "\(play.talk.script)")
        #expect((5000...6500).contains(answer.end - answer.start), "\(play.talk.script)")
        #expect(
            play.commands.contains(.cancel(line: 2)) && play.talk.record.reason == .agentHungUp,
            "\(play.talk.script)"
        )
    }

    @Test("A model that fails is asked once more; one that is lost is heard out, and excused")
    func fails() async throws {
        let once = try await Self.play(
            [.init(fate: .fails), .init(words: "Fine. Goodbye.", length: 600, calls: [Self.call("end_call")])],
            heard: ["Yes."],
            cues: [try await Self.says("yes i can come on thursday")]
        )
        #expect(once.talk.record.reason == .agentHungUp && once.answers == 2, "\(once.talk.script)")
        let twice = try await Self.play(
            [.init(fate: .fails), .init(fate: .fails)],
            heard: ["Yes."],
            cues: [try await Self.says("yes i can come on thursday")]
        )
        #expect(twice.talk.record.reason == .providerStalled && twice.talk.said(FlowLines.apology))
        let lost = try await Self.play(
            [.init(words: "I was about to say", length: 1500, fate: .isLost)],
            heard: ["Yes."],
            cues: [try await Self.says("yes i can come on thursday")]
        )
        #expect(lost.talk.record.reason == .providerStalled, "\(lost.talk.script)")
        let said = lost.talk.record.transcript.filter { $0.speaker == .agent }.suffix(2)
        #expect(said.last?.text == FlowLines.apology && said.first?.text.hasPrefix("I was about") == true)
        #expect((said.first.map { $0.end - $0.start } ?? 0) == 1500, "\(lost.talk.script)")
    }

    @Test("What a request brings back is told to the model, which goes on")
    func tools() async throws {
        let requests = ScriptedRequests([.success(#"{"slot":"ten"}"#)])
        let agent = Agent.talker { agent in
            agent.tools = [
                HTTPTool(
                    name: "find_slot",
                    description: "Finds a free slot.",
                    parameters: ["type": "object", "properties": ["day": ["type": "string"]], "required": ["day"]],
                    request: RequestTemplate(method: .get, url: "https://crm.example/slots?day={{day}}")
                )
            ]
        }
        let play = try await Self.play(
            agent: agent,
            [
                .init(words: "Let me look.", length: 700, calls: [Self.call("find_slot", #"{"day":"friday"}"#)]),
                .init(words: "Ten is free. Shall I book it?", length: 1200, calls: [Self.call("end_call")]),
            ],
            heard: ["Friday, please."],
            requests: requests,
            cues: [try await Self.says("friday please"), Self.hangsUp(after: 1000)]
        )
        #expect(requests.log == [.init(tool: "find_slot", arguments: ["day": "friday"])])
        #expect(play.results.first == #"{"slot":"ten"}"#)
        #expect(play.talk.said("Ten is free."), "\(play.talk.script)")
        // A question is open: nobody hangs up.
        let use = try #require(play.talk.record.account?.tools.last)
        #expect(use.name == "end_call" && use.isRefused && play.talk.record.reason == nil, "\(play.talk.script)")
    }

    @Test(
        "Listening aloud is no interruption and wants no answer; other words over the agent are answered when it is done"
    )
    func listensAloud() async throws {
        let patient = Agent.talker { $0.settings.bargeInSpeech = 600 }
        let long = ScriptedSession.Answer(words: "a long story about the clinic and its rooms", length: 4000)
        let hum = try await Self.play(
            agent: patient,
            [long],
            heard: ["Go on.", "Uh-huh."],
            cues: [
                try await Self.says("please go on with it"), try await Self.interrupts("yes", after: 1500),
                Self.hangsUp(after: 1500),
            ]
        )
        #expect(hum.answers == 1 && hum.truncated.isEmpty, "\(hum.talk.script)")
        let words = try await Self.play(
            agent: patient,
            [long, .init(words: "Thursday it is.", length: 500)],
            heard: ["Go on.", "Thursday."],
            cues: [
                try await Self.says("please go on with it"), try await Self.interrupts("yes", after: 1500),
                Self.hangsUp(after: 1500),
            ]
        )
        #expect(
            words.answers == 2 && words.truncated.isEmpty && words.talk.said("Thursday it is."),
            "\(words.talk.script)"
        )
    }

    @Test("Who asks not to be called again is not, whatever the model does; last words before hanging up are on record")
    func lastWords() async throws {
        let play = try await Self.play(
            [.init(words: "I understand.", length: 500)],
            heard: ["Stop calling me.", "Never again, do you hear?"],
            cues: [
                try await Self.says("stop calling me"),
                .init(moment: .agentSilent(300), deed: .say(try await Studio.callee("never again do you hear me"))),
                .init(moment: .at(0), deed: .hangUp),
            ]
        )
        #expect(play.talk.record.optedOut)
        #expect(play.talk.events.contains { if case .optedOut = $0 { true } else { false } })
        #expect(play.notes.contains { $0.hasPrefix("[Noted: this number will not be called again") })
        #expect(play.talk.record.transcript.last?.text == "Never again, do you hear?", "\(play.talk.script)")
    }

    @Test("A muted agent hears, and answers when it may speak again")
    func muted() async throws {
        let play = try await Self.play(
            [.init(words: "Back again. Goodbye.", length: 700, calls: [Self.call("end_call")])],
            heard: ["Is anybody there?"],
            cues: [
                .init(moment: .agentSilent(100), deed: .tell(.mute)),
                .init(moment: .at(0), deed: .say(try await Studio.callee("is anybody there at all"))),
                .init(moment: .at(11_000), deed: .tell(.unmute)),
            ]
        )
        #expect(play.talk.record.transcript.contains { $0.text == "Is anybody there?" }, "\(play.talk.script)")
        let answer = try #require(play.talk.record.transcript.last)
        #expect(answer.text == "Back again. Goodbye." && answer.start >= 11_000, "\(play.talk.script)")
    }

    @Test(
        "Keys, and what it is told during the call, are known to the model; words asked for are said in the agent's voice"
    )
    func told() async throws {
        let note = ContextNote(
            at: Date(timeIntervalSince1970: 0),
            text: "The doctor is ill",
            variables: ["next": "Monday"]
        )
        let play = try await Self.play(
            [.init(words: "Thank you.", length: 500)],
            cues: [
                .init(moment: .agentSilent(100), deed: .tell(.know(note))), .init(moment: .at(0), deed: .press("4")),
                .init(moment: .at(0), deed: .press("#")),
                .init(moment: .agentSilent(200), deed: .tell(.say("Please hold.", interrupting: false))),
                Self.hangsUp(after: 300),
            ]
        )
        #expect(
            play.notes == [
                "[You are told during the call: The doctor is ill; next: Monday]", "[The callee pressed the keys 4#]",
            ]
        )
        #expect(play.answers == 1 && play.commands.last == .said("Please hold."), "\(play.commands)")
        #expect(
            play.talk.record.transcript.map(\.text).suffix(2) == ["Thank you.", "Please hold."],
            "\(play.talk.script)"
        )
    }
}
