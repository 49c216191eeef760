import Calls
import Engine
import Hummingbird

/// An agent as our own API shows it. `definition` is what `POST` and `PUT` take: sent back unchanged, it is the same agent.
struct NativeAgent: ResponseEncodable, Sendable {
    let id: String
    let slug: String
    let name: String
    let voice: String
    let language: String
    let numbers: [String]
    let createdAt: String
    let updatedAt: String
    let definition: JSONValue

    init(_ agent: Agent) {
        id = agent.id.description
        slug = agent.slug
        name = agent.name
        voice = agent.voice
        language = agent.language
        numbers = agent.numbers.map(\.description)
        createdAt = Timestamp.text(agent.createdAt)
        updatedAt = Timestamp.text(agent.updatedAt)
        definition = agent.document
    }
}
