import Calls
import FoundationEssentials

/// An agent as Telzino shows it: the page “Get Agent”. What our agents have no place for is given back as it was sent.
struct TelzinoAgent: Encodable, Sendable {
    let id: String
    let organizationId: String
    let name: String
    @Nullable var description: String?
    @Nullable var greetingMessage: String?
    @Nullable var systemPrompt: String?
    let agentType: JSONValue
    let model: JSONValue
    let voiceModel: JSONValue
    let sttModel: JSONValue
    let ttsModel: JSONValue
    let voiceSettings: JSONValue
    let config: JSONValue
    let extensions: JSONValue
    let integrations: JSONValue
    let transferEnabled: JSONValue
    let language: String
    let enableRecording: Bool
    let externalId: JSONValue
    let status: Agent.Status
    let isActive: Bool
    let createdAt: String
    let updatedAt: String

    init(_ agent: Agent, project: Project.ID) {
        let kept = TelzinoAttributes(agent, project: project)
        id = agent.id.uuidText
        organizationId = kept.organization
        name = agent.name
        description = agent.description.isEmpty ? nil : agent.description
        greetingMessage = agent.greeting.isEmpty ? nil : agent.greeting
        systemPrompt = agent.instructions.isEmpty ? nil : agent.instructions
        agentType = kept["agentType"] ?? "simple"
        model = kept["model"] ?? .null
        voiceModel = kept["voiceModel"] ?? .null
        sttModel = kept["sttModel"] ?? .null
        ttsModel = kept["ttsModel"] ?? .null
        voiceSettings = kept["voiceSettings"] ?? ["voice_id": .string(agent.voice), "speed": 1]
        config = kept["config"] ?? ["enable_recording": .bool(agent.settings.record)]
        extensions = kept["extensions"] ?? []
        integrations = kept["integrations"] ?? []
        transferEnabled = kept["transferEnabled"] ?? false
        language = agent.language
        enableRecording = agent.settings.record
        externalId = kept["externalId"] ?? .null
        status = agent.status
        isActive = agent.status == .active
        createdAt = Timestamp.milliseconds(agent.createdAt)
        updatedAt = Timestamp.milliseconds(agent.updatedAt)
    }
}

/// What an agent keeps for the vendor's clients, under the names in which they send it.
struct TelzinoAttributes: Sendable {
    private let values: [String: JSONValue]
    /// The organization that the client said the agent belongs to. A key has one project, so it decides nothing; without one it is the project.
    let organization: String

    private static let attribute = "telzino"
    private static let organizationName = "organizationId"

    init(_ agent: Agent, project: Project.ID) {
        if case .object(let values)? = agent.attributes[Self.attribute] { self.values = values } else { values = [:] }
        if case .string(let id)? = values[Self.organizationName] {
            organization = id
        } else {
            organization = project.uuidText
        }
    }

    subscript(_ name: String) -> JSONValue? { values[name] }

    static func keep(_ values: [String: JSONValue], organization: UUID, in agent: inout Agent) {
        var values = values
        values[organizationName] = .string(organization.uuidString.lowercased())
        agent.attributes[attribute] = .object(values)
    }
}
