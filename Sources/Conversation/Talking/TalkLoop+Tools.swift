import Calls

// What the model does beside talking.
extension TalkLoop {
    /// Carries out the tools that an answer called, and has the model go on where it has to say something about it.
    func use(_ reply: Reply) async {
        let text = reply.text
        // What is open is what the agent asked last, in this answer or before it.
        let isAsking = dialogue.lastWords?.hasSuffix("?") ?? false
        dialogue.calls(reply.calls, line: reply.line)
        var needsWords = text.isEmpty
        for call in reply.calls {
            do {
                let result = try carryOut(try TalkTool(call, for: brief.agent), isAsking: isAsking)
                note(call, result, isRefused: false)
            } catch let refusal as TalkTool.Refusal {
                note(call, refusal.words, isRefused: true)
                if call.name != "end_call" { needsWords = true }
            } catch {
                note(call, "It failed.", isRefused: true)
            }
        }
        if isTakingLeave {
            self.reply = nil
            waiting = nil
            if text.isEmpty { await say(script.filled(brief.agent.goodbye)) }
        } else if needsWords, reply.rounds < parts.limits.rounds {
            self.reply?.rounds += 1
            ask()
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
        }
    }

    func optOut() {
        guard !optedOut else { return }
        optedOut = true
        chronicle.report(.optedOut)
    }

    private func note(_ call: ToolCall, _ result: String, isRefused: Bool) {
        dialogue.result(result, of: call)
        let time = Int(position / 8)
        account.tools.append(
            ConversationAccount.ToolUse(
                name: String(call.name.prefix(64)),
                arguments: String(call.arguments.prefix(2000)),
                start: time,
                end: time,
                result: result,
                isRefused: isRefused
            )
        )
    }
}
