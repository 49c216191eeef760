import Calls
import FoundationEssentials

/// An agent as the vendor's API reference shows it.
struct TruedyAgent: Encodable, Sendable {
    struct Number: Encodable, Sendable {
        let id: String
        let phoneNumber: String

        init(_ number: OwnedNumber) {
            id = number.id.description
            phoneNumber = number.number.description
        }
    }

    let id: String
    let name: String
    @Nullable var description: String?
    @Nullable var voiceId: JSONValue?
    let systemPrompt: String
    let instructions: String
    @Nullable var model: JSONValue?
    @Nullable var greeting: String?
    let joinTimeout: String
    let maxDuration: String
    let status: String
    let inboundPhoneNumbers: [Number]
    let outboundPhoneNumbers: [Number]
    let createdAt: String
    let updatedAt: String

    /// `numbers` are all of the project's.
    init(_ agent: Agent, numbers: [OwnedNumber]) {
        id = agent.id.description
        name = agent.name
        description = agent.description.isEmpty ? nil : agent.description
        voiceId = agent.attributes["voice_id"] ?? .string(agent.voice)
        systemPrompt = agent.instructions
        instructions = agent.instructions
        model = agent.attributes["model"]
        greeting = agent.greeting.isEmpty ? nil : agent.greeting
        joinTimeout = "\(agent.settings.ringTimeout)s"
        maxDuration = "\(agent.settings.maxDuration)s"
        status = agent.status.rawValue
        inboundPhoneNumbers = numbers.filter { $0.inboundAgent == agent.id }.map(Number.init)
        outboundPhoneNumbers = numbers.filter { $0.outboundAgents.contains(agent.id) }.map(Number.init)
        createdAt = TruedyTime.text(agent.createdAt)
        updatedAt = TruedyTime.text(agent.updatedAt)
    }
}
