import Calls

// What the model does beside talking.
extension TalkLoop {
    /// Carries out the tools that an answer called, and has the model go on where it has to say something about it.
    func use(_ reply: Reply) async {
        let text = reply.text
        // What is open is what the agent asked last, in this answer or before it.
        let isAsking = dialogue.lastWords?.hasSuffix("?") ?? false
        let tools = reply.calls.map { call in
            (call, Result { try TalkTool(call, for: brief.agent, remote: brief.remote) })
        }
        // What bridges the wait belongs to the line that calls the tools.
        var line = reply.line
        if text.isEmpty, let bridge = tools.lazy.compactMap({ try? $1.get().say }).first {
            await say(script.filled(bridge))
            line = lines
        }
        dialogue.calls(reply.calls, line: line)
        // A menu waits for keys, not for words.
        var needsWords = text.isEmpty && menuEnd == nil
        var isTransferring = false
        for (call, tool) in tools {
            do {
                switch try tool.get() {
                case .request(let tool, let arguments):
                    guard let requests = brief.requests else {
                        throw TalkTool.Refusal(words: "This tool cannot be used here.")
                    }
                    let variables = brief.variables.merging(brief.facts) { $1 }
                    try send(call, line: reply.line) { () async throws(RequestFailure) -> String in
                        try await requests.call(tool, arguments, variables: variables)
                    }
                case .remote(let name, let arguments, _):
                    let remote = brief.remote
                    try send(call, line: reply.line) { () async throws(RequestFailure) -> String in
                        try await remote.call(name, arguments)
                    }
                case .transfer(let destination):
                    try transfer(to: destination, call, line: reply.line)
                    isTransferring = true
                case let tool: note(call, try carryOut(tool, isAsking: isAsking))
                }
            } catch let refusal as TalkTool.Refusal {
                note(call, refusal.words, isRefused: true)
                if call.name != "end_call" { needsWords = true }
            } catch {
                note(call, "It failed.", isRefused: true)
            }
        }
        if errands.values.contains(where: { $0.line == reply.line }) {
            self.reply?.isOnErrand = true
            waiting = isTransferring ? nil : Waiting(limits: parts.limits.waiting, since: position)
        } else if isTakingLeave {
            self.reply = nil
            waiting = nil
            if text.isEmpty { await say(script.filled(brief.agent.goodbye)) }
        } else if needsWords, reply.rounds < parts.limits.rounds {
            self.reply?.rounds += 1
            ask(dialogue)
        } else {
            self.reply = nil
            waiting = nil
        }
    }

    /// Returns what the model is told of it. Throws `TalkTool.Refusal`.
    private func carryOut(_ tool: TalkTool, isAsking: Bool) throws -> String {
        switch tool {
        case .endCall:
            guard !isAsking else {
                throw TalkTool.Refusal(words: "You have just asked something. Wait for the answer.")
            }
            guard errands.isEmpty else {
                throw TalkTool.Refusal(words: "Another tool has no outcome yet. Wait for it.")
            }
            isTakingLeave = true
            return "The call ends when you are heard out."
        case .sendDigits(let keys):
            chronicle.report(.press(keys))
            chronicle.addPressed(keys, at: position, step: nil, intent: nil)
            return "Pressed."
        case .record(let field, let value):
            fields[field] = value
            chronicle.report(.field(name: field, value: value))
            return "Noted."
        case .optOut:
            optOut()
            return "This number will not be called again. Say so, and goodbye."
        case .callBack(let minutes, let reason):
            chronicle.report(.callBack(minutes: minutes, reason: reason))
            return "This number will be called again in \(minutes) minutes, within the hours in which it may be called."
        case .request, .remote, .transfer: return ""
        }
    }

    func optOut() {
        guard !optedOut else { return }
        optedOut = true
        chronicle.report(.optedOut)
    }

    /// Writes down what came of a tool, and tells the model.
    func note(
        _ call: ToolCall,
        _ result: String,
        since start: Int64? = nil,
        isRefused: Bool = false,
        isFailed: Bool = false
    ) {
        dialogue.result(result, of: call)
        parts.realtime?.send(.result(of: call.id, result))
        let use = ConversationAccount.ToolUse(
            name: String(call.name.prefix(64)),
            arguments: brief.keepsWords ? String(call.arguments.prefix(2000)) : "",
            start: Int((start ?? position) / 8),
            end: Int(position / 8),
            result: brief.keepsWords ? String(result.prefix(4000)) : "",
            isRefused: isRefused,
            isFailed: isFailed
        )
        account.tools.append(use)
        chronicle.report(.used(use))
    }
}
