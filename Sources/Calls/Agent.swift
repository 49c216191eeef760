package import FoundationEssentials

/// Who speaks for the caller: voice, words, limits and what to do with each answer.
package struct Agent: Sendable, Hashable, Identified {
    package typealias ID = Identifier<Agent>
    package static let identifierPrefix = "agent"
    /// The slug of the agent that doors use for a request that names none.
    package static let defaultSlug = "default"
    /// The most that anything may have which the agent says or is told, in bytes.
    package static let textLimit = 32 * 1024

    package var id: ID
    /// Names the agent in requests: lowercase letters, digits, hyphens and underscores, unique in its project.
    package var slug: String
    package var name: String
    /// For people; nobody speaks it.
    package var description: String = ""
    package var status: Status = .active
    package var direction: Direction = .outbound
    package var voice: String
    /// BCP 47.
    package var language: String
    /// Numbers it may call from, the usual one first.
    package var numbers: [PhoneNumber]
    package var callerIDChoice: CallerIDChoice = .first
    /// The first thing said, with `{{variables}}`. Empty: a greeting made of the name.
    package var greeting: String
    /// The last thing said when a flow ends.
    package var goodbye: String
    /// Who it is: the first part of a language model's prompt.
    package var persona: String = ""
    /// What it is to do: the second part of a language model's prompt.
    package var instructions: String = ""
    /// What is asked and answered, step by step. Nil: the agent goes by `instructions`, which needs a language model.
    package var flow: Flow?
    /// The name of the realtime model that hears, thinks and speaks for it, in place of a recogniser, a language model and a voice. Nil: none does.
    package var model: String?
    /// The fields that are to be found out, each with its type (`boolean`, `string`, `number`) or schema. Nil: none are asked for.
    package var returns: [String: JSONValue]?
    /// What its language model may ask of other servers during a call.
    package var tools: [HTTPTool] = []
    /// Servers whose tools its language model may use beside those.
    package var toolServers: [ToolServer] = []
    /// Where it may hand its callee over to; nowhere else.
    package var transfers: [TransferDestination] = []
    /// What is asked before a call is dialed.
    package var prefetch: Prefetch?
    package var voicemail = Voicemail()
    package var answering = Answering()
    package var disclosure = Disclosure()
    /// Gets the webhooks of calls that name no receiver of their own.
    package var webhookURL: String?
    /// Values for variables that a call does not give.
    package var defaults: [String: JSONValue]
    /// Words that the voice says wrong, each with how it is to be read. Case does not matter.
    package var pronunciations: [String: String] = [:]
    /// Names and rare words to expect from the callee, for a recogniser that can.
    package var keywords: [String] = []
    package var settings: Settings
    /// Lies over the project's policy, for this agent's calls.
    package var policy: DialPolicyChanges = [:]
    /// What a door keeps for its clients: stored and given back, read by nobody else.
    package var attributes: [String: JSONValue] = [:]
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
        flow: Flow?,
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

    /// Whether the agent takes calls.
    package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// Being written: places no calls yet.
        case draft
        case active
        case paused
        /// Kept for the sake of its past calls; in no list, and never to be used again.
        case archived
    }

    package enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
        case outbound
        /// Cannot place calls.
        case inbound
    }

    /// Which of its numbers a call without `from` shows.
    package enum CallerIDChoice: String, Sendable, Hashable, Codable, CaseIterable {
        case first
        /// Spread over all of them; the same callee always sees the same one.
        case rotate
    }

    /// What is done when a machine answers.
    package struct Voicemail: Sendable, Hashable, Codable {
        package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
            case hangUp = "hang_up"
            case leaveMessage = "leave_message"
            /// Treats it like a person.
            case talk
        }

        package var action = Action.hangUp
        /// What is left after the beep, with `{{variables}}`.
        package var message: String?
        /// The name of a recording that is left in its place. The text is left if it cannot be played.
        package var audio: String?

        package init(action: Action = .hangUp, message: String? = nil, audio: String? = nil) {
            self.action = action
            self.message = message
            self.audio = audio
        }
    }

    /// How an agent that is led by a language model says that it is an automaton.
    package struct Disclosure: Sendable, Hashable, Codable {
        package var isOn = true
        /// Said after the greeting, with `{{variables}}`. Nil: a sentence of the program's, unless the greeting says it already.
        package var say: String?

        package init(isOn: Bool = true, say: String? = nil) {
            self.isOn = isOn
            self.say = say
        }
    }

    /// How soon the callee's silence is taken for the end of what they have to say, by an agent that is led by a language model.
    package enum Eagerness: String, Sendable, Hashable, Codable, CaseIterable {
        /// For people who think, spell or look things up while they speak.
        case patient
        case balanced
        case eager
    }

    /// Limits and manners. Times in ms unless they say seconds.
    package struct Settings: Sendable, Hashable {
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
        package var eagerness = Eagerness.balanced
        /// How long "hold on" is waited for, in ms.
        package var holdTimeout: Int = 60_000
        /// Whether both sides are recorded.
        package var record: Bool = true

        package init() {}
    }

    /// The words for "not in the flow": what the agent says to questions that any callee may ask at any step.
    package var who: String { "This is \(name), an automated assistant." }
}
