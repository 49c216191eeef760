import Calls

/// Finds out who answered, listening for phrases where there is a spotter, and tells whoever watches.
struct AnswerWatch {
    private var reception: Reception?
    private var ear: RecordingEar?
    private let chronicle: Chronicle

    /// Without `ear` a screener or a menu is taken for a mailbox.
    init(_ agent: Agent, ear: RecordingEar?, chronicle: Chronicle) {
        reception = agent.answering.detects ? Reception(agent, hasSpotter: ear != nil) : nil
        self.ear = ear
        self.chronicle = chronicle
    }

    /// Whether it is asked who answered.
    var isOn: Bool { reception != nil }
    /// Whether the agent does something else than converse, because it is not a person, so far, that it is with.
    var isHolding: Bool { reception?.holdsFlow ?? false }
    /// Whether it has been found to be a person that the agent is with, or is not asked.
    var isWithPerson: Bool { reception?.isWithPerson ?? true }
    /// What has been found out. Nil if it is not asked.
    var record: AnswerRecord? { reception?.record }

    /// The callee's next 20 ms. Returns what the agent is to do now.
    mutating func hear(_ samples: ArraySlice<Int16>, _ frame: TurnTaking.Frame) async -> [AnswerHandling.Action] {
        guard let news = reception?.hear(samples, frame) else { return [] }
        for phrase in await ear?.hear(news.recording) ?? [] { reception?.spot(phrase) }
        if reception?.listensForPhrases != true { ear?.rest() }
        if let record = news.record { chronicle.report(.answeredBy(record)) }
        return news.actions
    }

    /// Words that a recogniser understood.
    mutating func hear(words: String) {
        reception?.hear(words: words)
    }

    /// A question was answered: whatever it sounds like, it is a person.
    mutating func confirmPerson() {
        reception?.confirmPerson()
        ear?.rest()
    }

    /// The line went down: what was said until then counts. `isHungUp`: the callee's side put it down, and not behind the agent's goodbye.
    mutating func lineDown(isHungUp: Bool) {
        reception?.lineDown(isHungUp: isHungUp)
    }
}
