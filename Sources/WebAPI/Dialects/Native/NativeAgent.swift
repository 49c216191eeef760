import Calls
import Hummingbird

/// An agent as our own API shows it.
struct NativeAgent: ResponseEncodable, Sendable {
    let id: String
    let slug: String
    let name: String
    let kind: String
    let voice: String
    let language: String
    let numbers: [String]
    let greeting: String
    let goodbye: String
    let flow: NativeFlow
    let defaults: [String: JSONValue]
    let settings: Settings
    let createdAt: String
    let updatedAt: String

    /// Limits and manners; seconds where nothing else is said.
    struct Settings: Encodable, Sendable {
        let ringTimeout: Int
        let maxDuration: Int
        let silenceReprompts: Int
        let bargeIn: Bool
        let bargeInSpeechMs: Int
        let holdTimeoutMs: Int
        let record: Bool
    }

    init(_ agent: Agent) {
        id = agent.id.description
        slug = agent.slug
        name = agent.name
        kind = "flow"
        voice = agent.voice
        language = agent.language
        numbers = agent.numbers.map(\.description)
        greeting = agent.greeting
        goodbye = agent.goodbye
        flow = NativeFlow(agent.flow)
        defaults = agent.defaults
        settings = Settings(
            ringTimeout: agent.settings.ringTimeout,
            maxDuration: agent.settings.maxDuration,
            silenceReprompts: agent.settings.silenceReprompts,
            bargeIn: agent.settings.bargeIn,
            bargeInSpeechMs: agent.settings.bargeInSpeech,
            holdTimeoutMs: agent.settings.holdTimeout,
            record: agent.settings.record
        )
        createdAt = Timestamp.text(agent.createdAt)
        updatedAt = Timestamp.text(agent.updatedAt)
    }
}

/// A flow as it is shown: steps by name, each answer with what it is and where it leads.
struct NativeFlow: Encodable, Sendable {
    let start: String
    let steps: [String: Step]

    struct Step: Encodable, Sendable {
        let say: String
        let answers: [Answer]
        @Nullable var reprompt: String?
        @Nullable var keypadPrompt: String?
        @Nullable var next: String?
        let answerTimeoutMs: Int
        let endOfTurnMs: Int
    }

    struct Answer: Encodable, Sendable {
        let name: String
        let expects: String
        @Nullable var phrases: [String]?
        @Nullable var digit: String?
        let set: [String: JSONValue]
        @Nullable var reply: String?
        let then: String
    }

    init(_ flow: Flow) {
        start = flow.start
        steps = flow.steps.mapValues { step in
            Step(
                say: step.say,
                answers: step.answers.map(Answer.init),
                reprompt: step.reprompt,
                keypadPrompt: step.keypadPrompt,
                next: step.next.map(Self.word),
                answerTimeoutMs: step.answerTimeout,
                endOfTurnMs: step.endOfTurn
            )
        }
    }

    /// `step:NAME`, `again`, or `end:met` and its like.
    fileprivate static func word(_ target: Flow.Target) -> String {
        switch target {
        case .step(let name): "step:\(name)"
        case .end(let goal): "end:\(goal.rawValue)"
        case .again: "again"
        }
    }
}

extension NativeFlow.Answer {
    init(_ answer: Flow.Answer) {
        name = answer.name
        expects =
            switch answer.expects {
            case .yes: "yes"
            case .no: "no"
            case .phrases: "phrases"
            case .digits(let count): "digits:\(count)"
            case .number: "number"
            case .day: "day"
            case .time: "time"
            }
        phrases = if case .phrases(let phrases) = answer.expects { phrases } else { nil }
        digit = answer.digit
        set = answer.set
        reply = answer.reply
        then = NativeFlow.word(answer.then)
    }
}
