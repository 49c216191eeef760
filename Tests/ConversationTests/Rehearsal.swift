import Calls
import Conversation
import Foundation
import Logging
import Providers
import Speech
import Synchronization
import Telephony

/// The real voice and the real recogniser, started once for all tests.
enum Studio {
    private static let sharedVoice = Result {
        PhraseCache().remembering(EmbeddedVoice(try FliteSynthesizer()), provider: "embedded")
    }
    private static let sharedSpotter = Result { EmbeddedSpotter(try KeyphraseModel()) }
    private static let sharedRecognizer = Result { EmbeddedRecognizer(try GrammarRecognizer()) }

    static func conversations(
        spotter: (any PhraseSpotter)? = nil,
        sounds: (any SoundLibrary)? = nil
    ) throws -> FlowConversations {
        // A loaded machine may take its time; only a real stall may end a test's call.
        FlowConversations(
            voice: try sharedVoice.get(),
            recognizer: try sharedRecognizer.get(),
            spotter: try spotter ?? sharedSpotter.get(),
            sounds: sounds,
            deadline: .seconds(60),
            bargeInDeadline: .seconds(60),
            spotterDeadline: .seconds(60),
            logger: Logger(label: "test")
        )
    }

    static func voice() throws -> any Voice { try sharedVoice.get() }

    /// What a callee says, in another voice than the agent's.
    static func callee(_ text: String, voice name: String = "rms") async throws -> [Int16] {
        try await sharedVoice.get().render(text, voice: name)
    }
}

/// One conversation from answer to end, and what it left.
struct Rehearsal {
    let record: ConversationRecord
    let line: SimulatedLine
    let events: [ConversationEvent]

    static func run(
        _ agent: Agent,
        variables: [String: JSONValue] = ["name": "Maria"],
        maxDuration: Int = 600,
        keepsWords: Bool = true,
        cues: [SimulatedLine.Cue],
        echo: SimulatedLine.Echo? = nil,
        commands: AsyncStream<ConversationCommand>? = nil,
        spotter: (any PhraseSpotter)? = nil
    ) async throws -> Rehearsal {
        let line = SimulatedLine(cues: cues, echo: echo)
        var brief = ConversationBrief(
            call: Call.ID(bornAt: Date()),
            agent: agent,
            variables: variables,
            maxDuration: maxDuration
        )
        brief.keepsWords = keepsWords
        let prepared = try await Studio.conversations(spotter: spotter).prepare(brief)
        let events = Mutex<[ConversationEvent]>([])
        let record = await prepared.run(
            on: line,
            digits: line.keypad.stream,
            commands: commands ?? line.commands.stream
        ) {
            event in
            events.withLock { $0.append(event) }
        }
        return Rehearsal(record: record, line: line, events: events.withLock(\.self))
    }

    /// The transcript as lines, for failures that explain themselves.
    var script: String {
        record.transcript.map { entry in
            "\(entry.start)-\(entry.end) \(entry.speaker.rawValue): \(entry.text) (\(entry.intent ?? "-"))"
        }.joined(separator: "\n")
    }

    func said(_ text: String) -> Bool {
        record.transcript.contains { $0.speaker == .agent && $0.text.contains(text) }
    }

    var agentLines: [TranscriptEntry] { record.transcript.filter { $0.speaker == .agent } }
    var calleeLines: [TranscriptEntry] { record.transcript.filter { $0.speaker == .callee } }
}

extension Agent {
    /// A dentist's reminder.
    static func reminder(_ change: (inout Agent) -> Void = { _ in }) -> Agent {
        let confirm = Flow.Step(
            say: "You have an appointment on Thursday at three. Can you make it?",
            answers: [
                Flow.Answer(
                    name: "yes",
                    expects: .yes,
                    digit: "1",
                    set: ["confirmed": true],
                    reply: "Great, we will see you then.",
                    then: .end(.met)
                ),
                Flow.Answer(name: "no", expects: .no, digit: "2", set: ["confirmed": false], then: .step("day")),
            ],
            reprompt: "I did not get that. Can you come on Thursday at three?",
            keypadPrompt: "Please press one for yes, or two for no."
        )
        let day = Flow.Step(
            say: "Which day would be better for you?",
            answers: [
                Flow.Answer(name: "day", expects: .day, set: ["day": "{{answer}}"], then: .step("read_back"))
            ]
        )
        let readBack = Flow.Step(
            say: "Shall I put you down for {{day}}?",
            answers: [
                Flow.Answer(name: "yes", expects: .yes, then: .step("code")),
                Flow.Answer(name: "no", expects: .no, then: .step("day")),
            ]
        )
        let code = Flow.Step(
            say: "What are the last four digits of your phone number?",
            answers: [
                Flow.Answer(
                    name: "code",
                    expects: .digits(count: 4),
                    set: ["code": "{{answer}}"],
                    reply: "I heard {{answer}}.",
                    then: .end(.met)
                )
            ]
        )
        var agent = Agent(
            id: Agent.ID(bornAt: Date(timeIntervalSince1970: 0)),
            slug: "reminder",
            name: "Bright Dental",
            numbers: [],
            greeting: "Hello {{name}}, this is Bright Dental calling about your appointment this week.",
            goodbye: "Thank you for your time. Goodbye.",
            flow: Flow(start: "confirm", steps: ["confirm": confirm, "day": day, "read_back": readBack, "code": code]),
            createdAt: Date(timeIntervalSince1970: 0),
            updatedAt: Date(timeIntervalSince1970: 0)
        )
        change(&agent)
        return agent
    }
}
