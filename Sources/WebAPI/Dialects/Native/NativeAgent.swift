import Calls
import Engine
import Hummingbird

/// An agent as our own API shows it. `definition` is what `POST` and `PUT` take: sent back unchanged, it is the same agent.
struct NativeAgent: ResponseEncodable, Sendable {
    let id: String
    let slug: String
    let name: String
    let status: Agent.Status
    let direction: Agent.Direction
    let voice: String
    let language: String
    let numbers: [String]
    let createdAt: String
    let updatedAt: String
    let definition: JSONValue
    /// What its maker should know: that it needs a language model and there is none, for instance.
    let notices: [String]

    init(_ agent: Agent, lack: TalkLack?) {
        id = agent.id.description
        slug = agent.slug
        name = agent.name
        status = agent.status
        direction = agent.direction
        voice = agent.voice
        language = agent.language
        numbers = agent.numbers.map(\.description)
        createdAt = Timestamp.text(agent.createdAt)
        updatedAt = Timestamp.text(agent.updatedAt)
        definition = agent.document
        notices =
            lack.map {
                ["The agent goes by instructions and \($0): it greets, takes a message and says goodbye"]
            } ?? []
    }
}
