package import Calls
package import FoundationEssentials
import Yams

/// The written form of an agent, as `docs/agents.md` describes it.
package enum AgentFile {
    /// Reads `text`, or throws everything that is wrong with it. `voices` and `realtimeModels` are the names it may have, `problems` says what else is wrong with
    /// an agent that is in order by itself.
    package static func read(
        _ text: String,
        voices: [String],
        realtimeModels: [String] = [],
        problems: (Agent) -> [FlowProblem] = { _ in [] },
        now: Date
    ) throws(AgentFileError) -> Agent {
        var reader = NodeReader()
        guard let root = try compose(text) else {
            throw AgentFileError(problems: [.init(line: 1, column: 1, message: "Empty: an agent is expected")])
        }
        let agent = agent(root, &reader, now: now)
        if reader.problems.isEmpty {
            let found = FlowCheck.problems(in: agent, voices: voices, realtimeModels: realtimeModels)
            for problem in found { reader.report(problem) }
            if reader.problems.isEmpty { for problem in problems(agent) { reader.report(problem) } }
        }
        guard reader.problems.isEmpty else {
            throw AgentFileError(problems: reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        return agent
    }

    private static func compose(_ text: String) throws(AgentFileError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            throw AgentFileError(problems: [.init(error)])
        }
    }

    private static func agent(_ node: Node, _ reader: inout NodeReader, now: Date) -> Agent {
        let members = reader.members(
            node,
            of: "an agent",
            required: ["agent", "name"],
            optional: [
                "greeting", "flow", "persona", "instructions", "description", "status", "direction", "voice",
                "model", "language",
                "numbers", "caller_id", "goodbye", "returns", "voicemail", "answering", "disclosure", "webhook_url",
                "tools", "mcp", "transfers", "prefetch", "defaults", "pronunciations", "keywords", "settings", "policy",
            ]
        )
        reader.place("", node)
        var agent = Agent(
            id: Agent.ID(bornAt: now),
            slug: reader.slug(members["agent"]),
            name: reader.text(members["name"], at: "name") ?? "",
            numbers: reader.list(members["numbers"]).compactMap { reader.number($0) },
            greeting: reader.text(members["greeting"], at: "greeting") ?? "",
            flow: members["flow"].map { FlowFile.flow($0, &reader) },
            defaults: reader.values(members["defaults"], at: "defaults"),
            createdAt: now,
            updatedAt: now
        )
        if let voice = reader.text(members["voice"], at: "voice") { agent.voice = voice }
        agent.model = reader.text(members["model"], at: "model")
        if let language = reader.text(members["language"], at: "language") { agent.language = language }
        if let goodbye = reader.text(members["goodbye"], at: "goodbye") { agent.goodbye = goodbye }
        prompts(members, &reader, &agent)
        words(members, &reader, &agent)
        answering(members["answering"], &reader, &agent.answering)
        if let node = members["disclosure"] {
            let parts = reader.members(node, of: "disclosure", optional: ["enabled", "say"])
            if let isOn = reader.truth(parts["enabled"]) { agent.disclosure.isOn = isOn }
            agent.disclosure.say = reader.text(parts["say"], at: "disclosure.say")
        }
        settings(members["settings"], &reader, &agent.settings)
        ToolFile.read(members, &reader, &agent)
        return agent
    }

    private static func prompts(_ members: [String: Node], _ reader: inout NodeReader, _ agent: inout Agent) {
        agent.description = reader.text(members["description"], at: "description") ?? ""
        agent.persona = reader.text(members["persona"], at: "persona") ?? ""
        agent.instructions = reader.text(members["instructions"], at: "instructions") ?? ""
        agent.webhookURL = reader.text(members["webhook_url"], at: "webhookURL")
        if let node = members["policy"] { agent.policy = reader.values(node, at: "policy") }
        if let node = members["returns"] { agent.returns = reader.values(node, at: "returns") }
        if let node = members["status"] { agent.status = reader.word(node, of: Agent.Status.self) ?? .active }
        if let node = members["direction"] {
            agent.direction = reader.word(node, of: Agent.Direction.self) ?? .outbound
        }
        if let node = members["caller_id"] {
            agent.callerIDChoice = reader.word(node, of: Agent.CallerIDChoice.self) ?? .first
        }
        if let node = members["voicemail"] {
            let parts = reader.members(node, of: "voicemail", optional: ["action", "message", "audio"])
            if let action = parts["action"] {
                agent.voicemail.action = reader.word(action, of: Agent.Voicemail.Action.self) ?? .hangUp
            }
            agent.voicemail.message = reader.text(parts["message"], at: "voicemail.message")
            agent.voicemail.audio = reader.text(parts["audio"], at: "voicemail.audio")
        }
    }

    /// Of the voice and of the recogniser.
    private static func words(_ members: [String: Node], _ reader: inout NodeReader, _ agent: inout Agent) {
        for (word, node) in reader.pairs(members["pronunciations"], at: "pronunciations") {
            agent.pronunciations[word] = reader.text(node, at: "pronunciations.\(word)")
        }
        for (index, node) in reader.list(members["keywords"]).enumerated() {
            if let word = reader.text(node, at: "keywords.\(index)") { agent.keywords.append(word) }
        }
    }

    private static func answering(_ node: Node?, _ reader: inout NodeReader, _ answering: inout Agent.Answering) {
        guard let node else { return }
        let members = reader.members(
            node,
            of: "answering",
            optional: ["detect", "screener", "menu", "thresholds"]
        )
        if let detects = reader.truth(members["detect"]) { answering.detects = detects }
        if let node = members["screener"] {
            let parts = reader.members(node, of: "screener", optional: ["action", "say"])
            if let action = parts["action"].flatMap({ reader.word($0, of: Agent.Screener.Action.self) }) {
                answering.screener.action = action
            }
            answering.screener.say = reader.text(parts["say"], at: "answering.screener.say")
        }
        if let node = members["menu"] {
            let parts = reader.members(node, of: "menu", optional: ["action", "keys"])
            if let action = parts["action"].flatMap({ reader.word($0, of: Agent.Menu.Action.self) }) {
                answering.menu.action = action
            }
            answering.menu.keys = reader.text(parts["keys"], at: "answering.menu.keys") ?? answering.menu.keys
        }
        for (name, node) in reader.pairs(members["thresholds"], at: "answering.thresholds") {
            guard let value = reader.integer(node, at: "answering.thresholds.\(name)") else { continue }
            do {
                try answering.thresholds.set(name, to: value)
            } catch {
                reader.report(error.description, at: node)
            }
        }
    }

    private static func settings(_ node: Node?, _ reader: inout NodeReader, _ settings: inout Agent.Settings) {
        guard let node else { return }
        let members = reader.members(
            node,
            of: "settings",
            optional: [
                "ring_timeout_s", "max_duration_s", "silence_reprompts", "barge_in", "barge_in_ms", "eagerness",
                "hold_timeout_s", "record",
            ]
        )
        func integer(_ name: String, _ path: String, _ current: Int) -> Int {
            reader.integer(members[name], at: "settings.\(path)") ?? current
        }
        settings.ringTimeout = integer("ring_timeout_s", "ringTimeout", settings.ringTimeout)
        settings.maxDuration = integer("max_duration_s", "maxDuration", settings.maxDuration)
        settings.silenceReprompts = integer("silence_reprompts", "silenceReprompts", settings.silenceReprompts)
        settings.bargeInSpeech = integer("barge_in_ms", "bargeInSpeech", settings.bargeInSpeech)
        settings.holdTimeout = integer("hold_timeout_s", "holdTimeout", settings.holdTimeout / 1000) * 1000
        if let bargeIn = reader.truth(members["barge_in"]) { settings.bargeIn = bargeIn }
        if let node = members["eagerness"], let word = reader.word(node, of: Agent.Eagerness.self) {
            settings.eagerness = word
        }
        if let record = reader.truth(members["record"]) { settings.record = record }
    }
}

extension AgentFileError.Problem {
    /// What the YAML parser could not read.
    fileprivate init(_ error: any Error) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            self.init(line: mark.line, column: mark.column, message: "Not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context)?:
            let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            self.init(line: context.mark.line, column: context.mark.column, message: "Given twice: \(names)")
        case .reader(let problem, let offset, _, let yaml)?:
            let before = yaml.utf8.prefix(offset ?? 0)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            self.init(line: line, column: 1, message: "Not YAML: \(problem)")
        default:
            self.init(line: 1, column: 1, message: "Not YAML: \(error)")
        }
    }
}
