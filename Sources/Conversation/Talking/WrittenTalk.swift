package import Calls
import Synchronization

/// A talk with an agent in writing: its model, its prompt and its tools, without a line, a voice or a recogniser. Tools are checked as in a call.
/// Those of the agent's own send their requests; the others change nothing outside.
package struct WrittenTalk: Sendable {
    /// What the agent did about one thing that was written to it.
    package struct Answer: Sendable {
        package var text = ""
        package var tools: [ConversationAccount.ToolUse] = []
        /// Until the first word. Nil if there was none.
        package var firstWord: Duration?
        package var whole = Duration.zero
        /// The agent has hung up.
        package var isOver = false
        /// The model said the same again and again, and was not heard out.
        package var isCutShort = false
    }

    /// What it says before anything is written to it.
    package let opening: [String]
    /// What was noted.
    package private(set) var fields: [String: JSONValue] = [:]
    private let agent: Agent
    private let variables: [String: JSONValue]
    private let requests: (any AgentRequests)?
    private let remote: RemoteTools
    private let goodbye: String
    private let model: any LanguageModel
    private let rounds = TalkLimits().rounds
    private var dialogue: Dialogue
    private var lines = 0

    /// `brief` is that of a call, as if one were made.
    package init(_ brief: ConversationBrief, model: any LanguageModel) {
        let script = FlowState(agent: brief.agent, variables: brief.variables)
        let account = ConversationAccount(brief, model: model.name, hasTools: model.abilities.tools)
        agent = brief.agent
        variables = brief.variables
        requests = brief.requests
        remote = brief.remote
        goodbye = script.filled(brief.agent.goodbye)
        self.model = model
        dialogue = Dialogue(system: account.prompt)
        let greeting = script.filled(brief.agent.opening)
        let disclosure = account.disclosure?.text ?? greeting
        opening = disclosure == greeting ? [greeting] : [greeting, disclosure]
        for line in opening {
            lines += 1
            dialogue.agent(line, line: lines)
        }
    }

    /// Takes up a talk where it was: `words` were written, and the agent said `answer` to them.
    package mutating func recall(_ words: String, answered answer: String) {
        dialogue.callee(words)
        guard !answer.isEmpty else { return }
        lines += 1
        dialogue.agent(answer, line: lines)
    }

    /// Has the agent answer `words`, in the sentences that it would say. Throws `ModelFailure`.
    package mutating func answer(_ words: String) async throws -> Answer {
        dialogue.callee(words)
        var answer = Answer()
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<rounds {
            lines += 1
            var request = ModelRequest(messages: dialogue.messages)
            if model.abilities.tools { request.tools = TalkTool.offered(to: agent, remote: remote) }
            let came = Mutex(Came())
            do {
                _ = try await model.answer(request) { piece in
                    try came.withLock { try $0.take(piece, at: clock.now) }
                }
            } catch is Repetition {
                answer.isCutShort = true
            }
            let (text, calls, first) = came.withLock { ($0.end(), $0.calls, $0.first) }
            if answer.firstWord == nil { answer.firstWord = first.map { $0 - start } }
            if !text.isEmpty {
                dialogue.agent(text, line: lines)
                answer.text += text
            }
            let needsWords =
                await use(calls, in: &answer) { Int((clock.now - start) / .milliseconds(1)) } || text.isEmpty
            if answer.isOver || calls.isEmpty || !needsWords { break }
        }
        if answer.isOver, answer.text.isEmpty {
            answer.text = goodbye
        }
        answer.whole = clock.now - start
        return answer
    }

    /// What came of one answer.
    private struct Came {
        var calls: [ToolCall] = []
        /// When its first words did.
        var first: ContinuousClock.Instant?
        private var sentences: [String] = []
        private var stream = SentenceStream()

        mutating func take(_ piece: ModelPiece, at now: ContinuousClock.Instant) throws {
            switch piece {
            case .call(let call): calls.append(call)
            case .text(let text):
                first = first ?? now
                sentences += stream.take(text)
                if stream.isRepeating { throw Repetition() }
            }
        }

        /// All its words.
        mutating func end() -> String {
            (sentences + stream.end()).joined(separator: " ")
        }
    }

    /// Returns whether the agent has to say something about what came of it.
    private mutating func use(_ calls: [ToolCall], in answer: inout Answer, _ time: () -> Int) async -> Bool {
        guard !calls.isEmpty else { return false }
        let isAsking = dialogue.lastWords?.hasSuffix("?") ?? false
        dialogue.calls(calls, line: lines)
        var needsWords = false
        for call in calls {
            let start = time()
            var result: String
            var (isRefused, isFailed) = (false, false)
            do {
                let tool = try TalkTool(call, for: agent, remote: remote)
                if tool == .endCall, isAsking { throw TalkTool.Refusal(words: "You have just asked something.") }
                if tool == .endCall { answer.isOver = true }
                if case .record(let field, let value) = tool { fields[field] = value }
                if case .transfer = tool { answer.isOver = true }
                if case .request(let tool, let arguments) = tool {
                    guard let requests else { throw TalkTool.Refusal(words: "This tool cannot be used here.") }
                    needsWords = true
                    result = try await requests.call(tool, arguments, variables: variables)
                } else if case .remote(let name, let arguments, _) = tool {
                    needsWords = true
                    result = try await remote.call(name, arguments)
                } else {
                    result = "Done."
                }
            } catch let failure as RequestFailure {
                result = failure.description
                (isRefused, isFailed) = (failure.isRefused, !failure.isRefused)
            } catch {
                result = (error as? TalkTool.Refusal)?.words ?? "It failed."
                isRefused = true
                needsWords = needsWords || call.name != "end_call"
            }
            dialogue.result(result, of: call)
            answer.tools.append(
                ConversationAccount.ToolUse(
                    name: call.name,
                    arguments: call.arguments,
                    start: start,
                    end: time(),
                    result: result,
                    isRefused: isRefused,
                    isFailed: isFailed
                )
            )
        }
        return needsWords
    }
}
