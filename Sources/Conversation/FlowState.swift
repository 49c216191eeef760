import Calls

/// Where a flow is and what it has learned. Knows no audio and no time: it is told what was understood and answers with what to say next.
///
/// ```
/// asking ──answer──► asking (next step) ──► … ──► ending
///   │ ▲                                            ▲
///   │ └─ holding ("hold on")                       │
///   └─► confirmingOptOut (an opt-out half heard) ──┘
/// ```
/// At a step that takes a message, what is said is collected by `MessageTaking` until it is known what it was.
struct FlowState: Sendable {
    enum Phase: Sendable, Hashable {
        case asking
        /// Waiting for a callee who asked to wait.
        case holding
        /// Asked whether an uncertain opt-out was meant.
        case confirmingOptOut(again: Bool)
        /// The last words are being said.
        case ending
    }

    let agent: Agent
    /// Whether free speech may be kept in words.
    let keepsWords: Bool
    let flow: Flow
    var variables: [String: JSONValue]
    var phase = Phase.asking
    /// The step last entered.
    var step: String
    var fields: [String: JSONValue] = [:]
    var goal: Goal
    var optedOut = false
    /// What is being said at a step that takes a message.
    var message: MessageTaking?
    /// Where the messages are on the recording, in ms.
    var messages: [Range<Int>] = []
    /// Where a callee who did not opt out goes on. Nil: with the question.
    var afterOptOut: Flow.Target?
    /// How a field is read aloud, where that is not how it is written: digits one by one.
    var readings: [String: String] = [:]
    var misunderstandings = 0
    var resumptions = 0
    var silences = 0
    var humanRequests = 0
    var keys = ""

    init(agent: Agent, variables: [String: JSONValue], keepsWords: Bool = true) {
        self.agent = agent
        self.variables = agent.defaults.merging(variables) { $1 }
        self.keepsWords = keepsWords
        flow = agent.conducted
        step = flow.start
        goal = agent.openGoal
        for answer in flow.steps.values.flatMap(\.answers) where answer.expects == .message {
            fields[answer.messageFields.taken] = false
        }
    }

    /// The greeting, then the first step.
    mutating func begin() -> FlowMove {
        var move = FlowMove()
        move.say(filled(agent.opening), step: nil)
        enter(flow.start, &move)
        return move
    }

    /// Something of `vocabulary` was said. `unheard` is the part of the agent's words that it cut off.
    mutating func heard(_ meaning: StepVocabulary.Meaning, confidence: Double, unheard: String?) -> FlowMove {
        silences = 0
        keys = ""
        var move = FlowMove()
        if meaning == .universal(.goodbye), let held = message?.held, case .answer(let index, let value)? = held.meaning
        {
            // "No. Goodbye."
            takeHeld(held, index, value, &move)
            move.intent = UniversalIntent.goodbye.rawValue
            return move
        }
        keepMessage(&move)
        switch (phase, meaning) {
        case (.ending, .universal(.optOut)) where confidence >= 0.5:
            // There is no time left to ask whether it was meant.
            optedOut = true
            move.intent = UniversalIntent.optOut.rawValue
        case (.ending, _): break
        case (.confirmingOptOut, .answer(index: 0, _)), (.confirmingOptOut, .universal(.optOut)): optOut(&move)
        case (.confirmingOptOut, .answer): if let afterOptOut { follow(afterOptOut, &move) } else { ask(&move) }
        case (_, .answer(let index, let value)): take(index, value, &move)
        case (_, .universal(let intent)): respond(to: intent, confidence: confidence, unheard: unheard, &move)
        }
        return move
    }

    /// The callee has put the agent on hold without a word: waits as for one who said so.
    mutating func hold() {
        if phase == .asking { phase = .holding }
    }

    /// The callee said something that fits nothing.
    mutating func notUnderstood(unheard: String?) -> FlowMove {
        silences = 0
        var move = FlowMove()
        switch phase {
        case .ending: break
        case .holding: ask(&move)
        case .confirmingOptOut(again: false):
            phase = .confirmingOptOut(again: true)
            move.say(FlowLines.confirmOptOut, step: step)
        case .confirmingOptOut(again: true): optOut(&move)
        case .asking:
            if let unheard, resumptions < 2 {
                // The question was not out yet: what was said cannot have been an answer that failed.
                resumptions += 1
                move.say(unheard, step: step)
            } else {
                misunderstand(&move)
            }
        }
        return move
    }

    /// Nobody said anything for as long as `listening` waits.
    mutating func silence() -> FlowMove {
        if let move = endMessage() { return move }
        var move = FlowMove()
        keys = ""
        switch phase {
        case .ending: break
        case .holding:
            move.say(FlowLines.stillThere, step: step)
            ask(&move)
        case .confirmingOptOut: optOut(&move)
        case .asking:
            silences += 1
            if silences > agent.settings.silenceReprompts {
                end(.undecided, .silence, &move)
            } else {
                if silences > 1 { move.say(FlowLines.stillThere, step: step) }
                move.say(misunderstandings > 1 ? keypadPrompt ?? question : reprompt ?? question, step: step)
            }
        }
        return move
    }

    /// A key was pressed. Nil if it means nothing here.
    mutating func pressed(_ key: Character) -> (move: FlowMove?, keys: String, intent: String?)? {
        guard phase == .asking || phase == .holding, !hasMessage, let current else { return nil }
        if let index = current.answers.firstIndex(where: { $0.digit == String(key) }) {
            var move = FlowMove()
            take(index, .string(String(key)), &move)
            return (move, String(key), current.answers[index].name)
        }
        for (index, answer) in current.answers.enumerated() {
            guard case .digits(let count) = answer.expects else { continue }
            if key == "*" { keys = "" }
            if key.isNumber { keys.append(key) }
            guard keys.count == count else { return (nil, keys, nil) }
            let value = keys
            var move = FlowMove()
            take(index, .string(value), &move)
            return (move, value, answer.name)
        }
        return nil
    }

    /// The call has lasted as long as it may.
    mutating func timeUp() -> FlowMove {
        var move = FlowMove()
        keepMessage(&move)
        move.say(FlowLines.timeUp, step: step)
        end(goal, .maxDuration, &move)
        return move
    }

    /// Something of `vocabulary` was said while the agent may not act. Returns what it was taken for. An opt-out counts whenever it is said.
    mutating func overheard(_ meaning: StepVocabulary.Meaning, confidence: Double) -> String? {
        switch meaning {
        case .answer(let index, _): return vocabulary.answers[index].name
        case .universal(let intent):
            if intent == .optOut, confidence >= 0.5 { optedOut = true }
            return intent.rawValue
        }
    }

    /// Values of placeholders from now on. What the conversation itself found out counts for more.
    mutating func know(_ values: [String: JSONValue]) {
        variables.merge(values) { $1 }
    }

    /// The agent may speak again: says what was cut off of its words or, if something was said to it meanwhile, asks again.
    mutating func resume(unheard: String?, wasSpokenTo: Bool) -> FlowMove {
        silences = 0
        keys = ""
        var move = FlowMove()
        guard phase != .ending else { return move }
        if let unheard {
            move.say(unheard, step: step)
        } else if wasSpokenTo {
            if case .confirmingOptOut = phase { move.say(FlowLines.confirmOptOut, step: step) } else { ask(&move) }
        }
        return move
    }

    /// Somebody asked the agent to end the conversation.
    mutating func sayGoodbye() -> FlowMove {
        var move = FlowMove()
        keepMessage(&move)
        end(goal, .endedByRequest, &move)
        return move
    }

    /// The line went down: there is nothing more to say, but what was being said counts.
    mutating func lineDown() -> FlowMove {
        var move = FlowMove()
        if !hasMessage, let held = message?.held, case .answer(let index, let value)? = held.meaning {
            takeHeld(held, index, value, &move)
        } else {
            keepMessage(&move)
        }
        return move
    }
}

// What is said and expected now.
extension FlowState {
    var current: Flow.Step? { flow.steps[step] }
    var question: String { filled(current?.say ?? "") }
    var reprompt: String? { current?.reprompt.map(filled) }
    var keypadPrompt: String? { current?.keypadPrompt.map(filled) }

    /// What is listened for.
    var vocabulary: StepVocabulary {
        switch phase {
        case .asking, .holding, .ending: StepVocabulary(answers: current?.answers ?? [])
        case .confirmingOptOut: FlowLines.optOutAnswers
        }
    }

    /// How long, in ms, the callee may stay silent now, and how much silence ends what they say.
    var patience: (silence: Int, endOfTurn: Int) {
        if takesMessage, let current { return patience(with: current) }
        let endOfTurn = current?.endOfTurn ?? 700
        return switch phase {
        case .asking, .ending: (current?.answerTimeout ?? 6000, endOfTurn)
        case .holding: (agent.settings.holdTimeout, endOfTurn)
        case .confirmingOptOut: (6000, endOfTurn)
        }
    }

    /// What may well be said next, for rendering it beforehand. Lines that depend on the answer are left out.
    var likelyLines: [String] {
        guard let current else { return [] }
        let replies = current.answers.flatMap { answer -> [String] in
            var lines = [answer.reply].compactMap(\.self)
            switch answer.then {
            case .step(let name): lines += [flow.steps[name]?.say].compactMap(\.self)
            case .end: lines.append(agent.goodbye)
            case .again: break
            }
            let dependent = Set(answer.set.keys).union(["answer"])
            return lines.filter { dependent.isDisjoint(with: Template($0).variables) }.map(filled)
        }
        let misunderstood = reprompt.map { [$0] } ?? [FlowLines.notUnderstood]
        return replies + misunderstood + [keypadPrompt, filled(agent.goodbye)].compactMap(\.self)
    }

    /// What is left in a mailbox.
    var voicemailMessage: String {
        agent.voicemail.audio.map(Agent.Voicemail.mark) ?? filled(agent.voicemail.message ?? agent.opening)
    }

    /// What a screener is told: who is calling, and why.
    var introduction: String { filled(agent.answering.screener.say ?? agent.opening) }

    /// What may be said to what is no person.
    var linesForMachines: [String] {
        (agent.voicemail.action == .leaveMessage ? [voicemailMessage] : [])
            + (agent.answering.screener.action == .answer ? [introduction] : [])
    }

    func filled(_ text: String) -> String {
        Template(text).filled { readings[$0] ?? fields[$0]?.spoken ?? variables[$0]?.spoken }
    }
}
