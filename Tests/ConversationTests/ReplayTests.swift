import Calls
import Foundation
import Logging
import Telephony
import Testing

@testable import Conversation

@Suite("A call that is heard again", .timeLimit(.minutes(1)))
struct ReplayTests {
    /// Both sides of a call in which a callee says these, one after the other, some ms after the agent.
    private static func recorded(
        _ agent: Agent,
        _ words: [(String, Int)]
    ) async throws -> (callee: RecordedCallee, rehearsal: Rehearsal) {
        var cues: [SimulatedLine.Cue] = []
        var clips: [[Int16]] = []
        for (text, silence) in words {
            let clip = try await Studio.callee(text)
            clips.append(clip)
            cues.append(.init(moment: .agentSilent(silence), deed: .say(clip)))
        }
        let rehearsal = try await Rehearsal.run(agent, cues: cues)
        let line = rehearsal.line
        var callee = [Int16](repeating: 0, count: line.sent.count)
        for (clip, start) in zip(clips, line.cuePositions) {
            for (index, sample) in clip.enumerated() where start * 8 + index < callee.count {
                callee[start * 8 + index] = sample
            }
        }
        return (RecordedCallee(callee: callee, agent: line.sent, calleeHungUp: false), rehearsal)
    }

    private static func replay(
        _ callee: RecordedCallee,
        to agent: Agent
    ) async throws -> (record: ConversationRecord, line: RecordedLine) {
        var brief = ConversationBrief(
            call: Call.ID(bornAt: Date(timeIntervalSince1970: 0)),
            agent: agent,
            variables: ["name": "Maria"],
            maxDuration: 600
        )
        let works = WorkCount()
        brief.works = works
        let line = RecordedLine(callee: callee, works: works, longest: 600)
        let prepared = try await Studio.conversations().prepare(brief)
        let record = await prepared.run(
            on: line,
            digits: AsyncStream { $0.finish() },
            commands: AsyncStream { $0.finish() }
        ) { _ in }
        return (record, line)
    }

    @Test("The same agent has the same conversation, to the millisecond, however often")
    func same() async throws {
        let (callee, before) = try await Self.recorded(.reminder(), [("no", 700), ("friday", 900), ("yes", 600)])
        #expect(callee.stretches.count == 3)
        let (first, line) = try await Self.replay(callee, to: .reminder())
        let (second, again) = try await Self.replay(callee, to: .reminder())
        let said = before.record.transcript.filter { $0.speaker == .agent }.map(\.text)
        #expect(first.transcript.filter { $0.speaker == .agent }.map(\.text) == said, "\(before.script)")
        #expect(first.fields == before.record.fields && first.goal == before.record.goal)
        #expect(first == second)
        #expect(line.duration == again.duration)
    }

    @Test("Another agent is answered when it has spoken, however long it takes")
    func changed() async throws {
        let (callee, before) = try await Self.recorded(.reminder(), [("yes", 700)])
        let longer = Agent.reminder { agent in
            agent.greeting += " I am calling because we would like to know whether you are going to come this time."
        }
        let (record, line) = try await Self.replay(callee, to: longer)
        #expect(record.fields == before.record.fields && record.goal == .met)
        #expect(line.duration > before.line.duration + 3000)
        let said = record.transcript.map(\.speaker)
        #expect(said.firstIndex(of: .callee).map { $0 > 1 } == true)
    }

    @Test("A callee who spoke over the agent does so again; one who hung up is gone then")
    func moments() {
        let silence = [Int16](repeating: 0, count: 8000)
        func tone(_ seconds: Double) -> [Int16] {
            (0..<Int(seconds * 8000)).map { Int16(9000 * sin(2 * .pi * 300 * Double($0) / 8000)) }
        }
        // Agent: 1 s to 4 s, 6 s to 7 s. Callee: at 3 s for 0.5 s, at 4.6 s for 0.5 s, then hangs up at 9 s.
        let agent = silence + tone(3) + silence + silence + tone(1) + silence + silence
        var callee = [Int16](repeating: 0, count: agent.count)
        for start in [24_000, 36_800] {
            for (index, sample) in tone(0.5).enumerated() { callee[start + index] = sample }
        }
        let recorded = RecordedCallee(callee: callee, agent: agent, calleeHungUp: true)
        #expect(recorded.stretches.count == 2)
        guard recorded.stretches.count == 2 else { return }
        guard case .duringAgent(let over) = recorded.stretches[0].moment,
            case .afterAgent(let after) = recorded.stretches[1].moment, case .afterAgent(let end)? = recorded.hangUp
        else {
            Issue.record("\(recorded.stretches.map(\.moment)), \(String(describing: recorded.hangUp))")
            return
        }
        #expect(abs(over - 1880) <= 60 && abs(after - 480) <= 60 && abs(end - 2000) <= 60)
    }

    @Test("Tools answer with what is on the record, once for each time, and nothing else is asked")
    func tools() async throws {
        var account = ConversationAccount(model: "small", prompt: "")
        for (arguments, result) in [(#"{"day": "friday"}"#, "ten"), (#"{"day":"friday"}"#, "eleven")] {
            account.tools.append(
                ConversationAccount.ToolUse(
                    name: "find_slot",
                    arguments: arguments,
                    start: 0,
                    end: 0,
                    result: result,
                    isRefused: false,
                    isFailed: false
                )
            )
        }
        let requests = RecordedRequests(account)
        let tool = HTTPTool(
            name: "find_slot",
            description: "Finds.",
            request: RequestTemplate(method: .get, url: "https://crm.example/")
        )
        #expect(try await requests.call(tool, ["day": "friday"], variables: [:]) == "ten")
        await #expect(throws: RequestFailure.self) { try await requests.call(tool, ["day": "monday"], variables: [:]) }
        #expect(try await requests.call(tool, ["day": "friday"], variables: [:]) == "eleven")
        await #expect(throws: RequestFailure.self) { try await requests.call(tool, ["day": "friday"], variables: [:]) }
    }
}
