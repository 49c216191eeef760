package import FoundationEssentials

/// Who speaks for the caller: voice, words, limits and what to do with each answer.
package struct Agent: Sendable, Hashable, Codable, Identified {
    package typealias ID = Identifier<Agent>
    package static let identifierPrefix = "agent"

    package var id: ID
    /// Names the agent in requests: lowercase letters, digits and hyphens, unique in its project.
    package var slug: String
    package var name: String
    package var voice: String
    /// BCP 47.
    package var language: String
    /// Numbers it may call from, the primary one first.
    package var numbers: [PhoneNumber]
    /// The first thing said, with `{{variables}}`.
    package var greeting: String
    /// The last thing said when a flow ends.
    package var goodbye: String
    package var flow: Flow
    /// Values for variables that a call does not give.
    package var defaults: [String: JSONValue]
    package var settings: Settings
    package var createdAt: Date
    package var updatedAt: Date

    package init(
        id: ID,
        slug: String,
        name: String,
        voice: String = "slt",
        language: String = "en-US",
        numbers: [PhoneNumber],
        greeting: String,
        goodbye: String = "Goodbye.",
        flow: Flow,
        defaults: [String: JSONValue] = [:],
        settings: Settings = Settings(),
        createdAt: Date,
        updatedAt: Date
    ) {
        self.id = id
        self.slug = slug
        self.name = name
        self.voice = voice
        self.language = language
        self.numbers = numbers
        self.greeting = greeting
        self.goodbye = goodbye
        self.flow = flow
        self.defaults = defaults
        self.settings = settings
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Limits and manners. Times in ms unless they say seconds.
    package struct Settings: Sendable, Hashable, Codable {
        /// How long it may ring, in seconds, before the INVITE is canceled.
        package var ringTimeout: Int = 45
        /// The longest a conversation may last, in seconds.
        package var maxDuration: Int = 600
        /// How often the callee is asked again when silent, before the agent says goodbye.
        package var silenceReprompts: Int = 2
        /// Whether the callee may interrupt.
        package var bargeIn: Bool = true
        /// Continuous speech, in ms, that counts as an interruption.
        package var bargeInSpeech: Int = 240
        /// How long "hold on" is waited for, in ms.
        package var holdTimeout: Int = 60_000
        /// Whether both sides are recorded.
        package var record: Bool = true

        package init() {}
    }

    /// The words for "not in the flow": what the agent says to questions that any callee may ask at any step.
    package var who: String { "This is \(name), an automated assistant." }
}
