import Calls
import Engine
import FoundationEssentials

/// The common fields of an agent, as they were filled in. What has no field here stays as it is, and is changed in the agent's document.
struct AgentForm {
    /// By the names of the form's fields.
    private(set) var values: [String: String]
    /// Of what the form was filled with when it was opened: a change that was made meanwhile is not overwritten unseen.
    var basis: String?
    var problems = FormProblems()

    /// What is said and told, and who says it.
    static let texts = [
        "name", "description", "greeting", "goodbye", "persona", "instructions", "voicemail_message", "webhook_url",
    ]
    static let numbers = ["ring_timeout_s", "max_duration_s", "silence_reprompts"]
    static let switches = ["record", "barge_in"]

    init(_ agent: Agent) {
        values = [
            "name": agent.name, "description": agent.description, "greeting": agent.greeting,
            "goodbye": agent.goodbye, "persona": agent.persona, "instructions": agent.instructions,
            "voice": agent.voice, "language": agent.language, "voicemail_action": agent.voicemail.action.rawValue,
            "voicemail_message": agent.voicemail.message ?? "", "webhook_url": agent.webhookURL ?? "",
            "numbers": agent.numbers.map(\.description).joined(separator: "\n"),
            "caller_id": agent.callerIDChoice.rawValue, "ring_timeout_s": "\(agent.settings.ringTimeout)",
            "max_duration_s": "\(agent.settings.maxDuration)",
            "silence_reprompts": "\(agent.settings.silenceReprompts)",
        ]
        if agent.settings.record { values["record"] = "yes" }
        if agent.settings.bargeIn { values["barge_in"] = "yes" }
        basis = Timestamp.text(agent.updatedAt)
    }

    init(_ fields: FormFields) {
        values = [:]
        for name in Self.texts { values[name] = fields.verbatim(name).replacing("\r\n", with: "\n") }
        for name in ["voice", "language", "voicemail_action", "numbers", "caller_id"] + Self.numbers {
            values[name] = fields[name] ?? ""
        }
        for name in Self.switches { values[name] = fields[name] }
        basis = fields["basis"]
    }

    subscript(_ name: String) -> String { values[name] ?? "" }

    /// Puts in what the form has no fields for.
    mutating func keep(_ others: [String: String]) { values.merge(others) { $1 } }

    func isOn(_ name: String) -> Bool { values[name] != nil }

    /// `agent` with what the form says. What cannot be read is noted in `problems`.
    mutating func applied(to agent: Agent) -> Agent {
        var agent = agent
        agent.name = trimmed("name")
        if agent.name.isEmpty { problems.note("who is it, in the words it says itself?", at: "name") }
        agent.description = self["description"]
        agent.greeting = self["greeting"]
        agent.goodbye = self["goodbye"]
        agent.persona = self["persona"]
        agent.instructions = self["instructions"]
        agent.voice = self["voice"]
        agent.language = self["language"].isEmpty ? agent.language : self["language"]
        agent.webhookURL = trimmed("webhook_url").isEmpty ? nil : trimmed("webhook_url")
        agent.voicemail.action = Agent.Voicemail.Action(rawValue: self["voicemail_action"]) ?? agent.voicemail.action
        agent.voicemail.message = trimmed("voicemail_message").isEmpty ? nil : self["voicemail_message"]
        agent.callerIDChoice = Agent.CallerIDChoice(rawValue: self["caller_id"]) ?? agent.callerIDChoice
        agent.numbers = phoneNumbers()
        agent.settings.ringTimeout = whole("ring_timeout_s", agent.settings.ringTimeout)
        agent.settings.maxDuration = whole("max_duration_s", agent.settings.maxDuration)
        agent.settings.silenceReprompts = whole("silence_reprompts", agent.settings.silenceReprompts)
        agent.settings.record = isOn("record")
        agent.settings.bargeIn = isOn("barge_in")
        return agent
    }

    /// Notes what is wrong with the agent at the fields that it is wrong with.
    mutating func note(_ found: [FlowProblem]) {
        let fields = [
            "settings.ringTimeout": "ring_timeout_s", "settings.maxDuration": "max_duration_s",
            "settings.silenceReprompts": "silence_reprompts", "voicemail.message": "voicemail_message",
        ]
        for problem in found {
            let field = fields[problem.path] ?? problem.path
            if values[field] != nil || Self.texts.contains(field) {
                problems.note(problem.message, at: field)
            } else {
                problems.note(problem.path.isEmpty ? problem.message : "\(problem.path): \(problem.message)", at: "")
            }
        }
    }

    private func trimmed(_ name: String) -> String {
        let start = self[name].drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) } ?? ""
    }

    private mutating func phoneNumbers() -> [PhoneNumber] {
        var numbers: [PhoneNumber] = []
        for part in self["numbers"].split(whereSeparator: { $0.isNewline || $0 == "," || $0 == ";" }) {
            let text = part.filter { !$0.isWhitespace }
            guard !text.isEmpty else { continue }
            guard let number = PhoneNumber(text) else {
                problems.note("'\(text)' is no number like +15550100000", at: "numbers")
                continue
            }
            if !numbers.contains(number) { numbers.append(number) }
        }
        return numbers
    }

    private mutating func whole(_ name: String, _ current: Int) -> Int {
        guard let value = Int(self[name]) else {
            problems.note("a whole number is expected", at: name)
            return current
        }
        return value
    }
}
