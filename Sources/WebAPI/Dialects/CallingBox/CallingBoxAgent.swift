import Calls
import Engine
import FoundationEssentials
import Hummingbird

/// An agent as CallingBox writes it.
struct CallingBoxAgent: ResponseEncodable, Sendable {
    let id: String
    let orgId: String
    @Nullable var userId: String?
    let name: String
    let type: Agent.Direction
    @Nullable var persona: String?
    @Nullable var instructions: String?
    let voice: String
    let language: String
    @Nullable var returns: [String: JSONValue]?
    let tools: JSONValue
    @Nullable var webhookUrl: String?
    let voicemailAction: String
    @Nullable var primaryNumberId: String?
    let numbers: [CallingBoxNumber]
    @Nullable var archivedAt: String?
    let createdAt: String
    let updatedAt: String

    /// `owned` are the project's numbers.
    init(_ agent: Agent, project: Project.ID, owned: [OwnedNumber]) {
        id = agent.id.uuidText
        orgId = project.uuidText
        name = agent.name
        type = agent.direction
        persona = agent.persona.isEmpty ? nil : agent.persona
        instructions = agent.instructions.isEmpty ? nil : agent.instructions
        voice = Self.wishedVoice(of: agent) ?? agent.voice
        language = agent.language
        returns = agent.returns
        tools = Self.tools(of: agent) ?? []
        webhookUrl = agent.webhookURL
        voicemailAction = CallingBoxVoicemail(agent.voicemail.action).rawValue
        let isArchived = agent.status == .archived
        let attached =
            isArchived ? [] : agent.numbers.compactMap { number in owned.first { $0.number == number } }
        primaryNumberId = attached.first?.id.uuidText
        numbers = attached.map(CallingBoxNumber.init)
        archivedAt = isArchived ? Timestamp.text(agent.updatedAt) : nil
        createdAt = Timestamp.text(agent.createdAt)
        updatedAt = Timestamp.text(agent.updatedAt)
    }
}

// What an agent keeps for clients of this door: the voice they named, which need not be one of ours, and tools, which nothing calls.
extension CallingBoxAgent {
    private static let toolLimit = 16

    static func wishedVoice(of agent: Agent) -> String? {
        guard case .string(let voice)? = members(of: agent)["voice"] else { return nil }
        return voice
    }

    static func tools(of agent: Agent) -> JSONValue? { members(of: agent)["tools"] }

    static func keep(_ value: JSONValue?, as name: String, in agent: inout Agent) {
        var members = members(of: agent)
        members[name] = value
        agent.attributes[CallingBoxDialect.name] = members.isEmpty ? nil : .object(members)
    }

    private static func members(of agent: Agent) -> [String: JSONValue] {
        guard case .object(let members)? = agent.attributes[CallingBoxDialect.name] else { return [:] }
        return members
    }

    /// Nil if none were given.
    static func tools(in body: JSONObjectBody) throws -> JSONValue? {
        guard let tools = try body.value("tools") else { return nil }
        guard case .array(let list) = tools, list.allSatisfy(\.isObject) else {
            throw RequestProblem.invalidField("tools", message: "expected an array of objects")
        }
        guard list.count <= toolLimit else {
            throw RequestProblem.invalidField("tools", message: "at most \(toolLimit), got \(list.count)")
        }
        return tools
    }
}

extension JSONValue {
    fileprivate var isObject: Bool { if case .object = self { true } else { false } }
}

/// The part of an agent that a body sets. Read whole before anything is changed.
struct CallingBoxAgentChange: Sendable {
    private let name: String?
    private let texts: [String: String]
    private let voice: String?
    private let returns: [String: JSONValue]?
    private let tools: JSONValue?
    private let voicemail: Agent.Voicemail.Action?
    private let cleared: Set<String>

    init(_ body: JSONObjectBody) throws {
        name = try body.string("name")
        if let name, name.allSatisfy(\.isWhitespace) { throw RequestProblem.missingField("name") }
        var texts: [String: String] = [:]
        for field in ["persona", "instructions", "language", "webhook_url"] {
            texts[field] = try body.string(field, upTo: Agent.textLimit)
        }
        self.texts = texts
        voice = try body.string("voice")
        returns = try body.object("returns")
        tools = try CallingBoxAgent.tools(in: body)
        voicemail = try CallingBoxVoicemail.action(in: body)
        let fields = [
            "persona", "instructions", "voice", "language", "returns", "tools", "webhook_url", "voicemail_action",
        ]
        cleared = Set(fields.filter(body.isNull))
    }

    /// `voices` chooses one of ours for the one a client named; nil asks for the usual one.
    func apply(to agent: inout Agent, voices: (String?) -> String) {
        agent.name = name ?? agent.name
        agent.persona = cleared.contains("persona") ? "" : texts["persona"] ?? agent.persona
        agent.instructions = cleared.contains("instructions") ? "" : texts["instructions"] ?? agent.instructions
        agent.language = cleared.contains("language") ? "en-US" : texts["language"] ?? agent.language
        agent.webhookURL = cleared.contains("webhook_url") ? nil : texts["webhook_url"] ?? agent.webhookURL
        agent.returns = cleared.contains("returns") ? nil : returns ?? agent.returns
        agent.voicemail.action = cleared.contains("voicemail_action") ? .hangUp : voicemail ?? agent.voicemail.action
        if voice != nil || cleared.contains("voice") {
            agent.voice = voices(voice)
            CallingBoxAgent.keep(voice.map(JSONValue.string), as: "voice", in: &agent)
        }
        if tools != nil || cleared.contains("tools") { CallingBoxAgent.keep(tools, as: "tools", in: &agent) }
    }
}
