import Calls

/// A conversation as its language model is told it: what was heard of the agent's words, not what it was going to say.
///
/// Words count as heard from when they are queued until it is known better: a model that is asked again meanwhile, because of a tool, has to
/// know what is being said.
struct Dialogue: Sendable {
    private enum Item: Sendable {
        case callee(String)
        /// Something that happened, for the model to know.
        case note(String)
        case agent(line: Int, text: String, calls: [ToolCall])
        case result(id: String, String)
    }

    private let system: String
    /// What the callee is called, where it is the caller that is listened to.
    private let other: String
    private var items: [Item] = []

    init(system: String, other: String = Side.caller.other) {
        self.system = system
        self.other = other
    }

    /// The callee said something.
    mutating func callee(_ words: String) {
        items.append(.callee(words))
    }

    mutating func note(_ text: String) {
        items.append(.note(text))
    }

    /// The agent says `text`, behind what it says in the same line.
    mutating func agent(_ text: String, line: Int) {
        if let index = index(of: line), case .agent(_, let said, let calls) = items[index] {
            items[index] = .agent(line: line, text: said.isEmpty ? text : "\(said) \(text)", calls: calls)
        } else {
            items.append(.agent(line: line, text: text, calls: []))
        }
    }

    /// The agent called tools with this line.
    mutating func calls(_ calls: [ToolCall], line: Int) {
        if let index = index(of: line), case .agent(_, let said, let others) = items[index] {
            items[index] = .agent(line: line, text: said, calls: others + calls)
        } else {
            items.append(.agent(line: line, text: "", calls: calls))
        }
    }

    /// What came of a tool call, in place of what was said of it before. Servers want it right behind the call, whatever was said since.
    mutating func result(_ text: String, of call: ToolCall) {
        let known = items.lastIndex { if case .result(call.id, _) = $0 { true } else { false } }
        let called = items.lastIndex {
            if case .agent(_, _, let calls) = $0 { calls.contains { $0.id == call.id } } else { false }
        }
        if let known, known > called ?? -1 {
            items[known] = .result(id: call.id, text)
            return
        }
        items.append(.result(id: call.id, text))
    }

    /// The callee cut the line off: only `heard` of it counts.
    mutating func cutOff(line: Int, heard: String) {
        guard let index = index(of: line), case .agent(_, _, let calls) = items[index] else { return }
        if heard.isEmpty, calls.isEmpty {
            items.remove(at: index)
        } else {
            items[index] = .agent(line: line, text: heard.isEmpty ? "" : "\(heard) …", calls: calls)
        }
    }

    /// What the agent last said or is saying, if the callee has said nothing since.
    var lastWords: String? {
        for item in items.reversed() {
            switch item {
            case .agent(_, let text, _) where !text.isEmpty: return text
            case .callee: return nil
            case .agent, .note, .result: continue
            }
        }
        return nil
    }

    /// Whether the callee said something that the agent has not answered.
    var isUnanswered: Bool {
        for item in items.reversed() {
            switch item {
            case .callee: return true
            case .agent(_, let text, let calls) where !text.isEmpty || !calls.isEmpty: return false
            case .agent, .note, .result: continue
            }
        }
        return false
    }

    /// In the order that servers insist on: the system's words, then user and agent by turns, the user first.
    var messages: [ModelMessage] {
        var messages: [ModelMessage] = [.system(system)]
        func user(_ text: String) {
            if case .user(let before)? = messages.last {
                messages[messages.count - 1] = .user("\(before)\n\(text)")
            } else {
                messages.append(.user(text))
            }
        }
        for item in items {
            switch item {
            case .callee(let words): user(words)
            case .note(let text): user("[\(text)]")
            case .result(let id, let text): messages.append(.result(of: id, text))
            case .agent(_, let text, let calls):
                if messages.count == 1 { user("[The call was answered.]") }
                if case .agent(let before, calls: [])? = messages.last {
                    messages[messages.count - 1] = .agent("\(before) \(text)", calls: calls)
                } else {
                    messages.append(.agent(text, calls: calls))
                }
            }
        }
        if case .agent? = messages.last { user("[The \(other) is silent.]") }
        if messages.count == 1 { user("[The call was answered.]") }
        return messages
    }

    private func index(of line: Int) -> Int? {
        items.lastIndex { if case .agent(line, _, _) = $0 { true } else { false } }
    }
}
