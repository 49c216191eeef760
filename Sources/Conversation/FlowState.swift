import Calls

/// Where a flow is and what it has learned. Knows no audio and no time: it is told what was understood and answers with what to say next.
///
/// ```
/// asking ──answer──► asking (next step) ──► … ──► ending
///   │ ▲                                            ▲
///   │ └─ holding ("hold on")                       │
///   └─► confirmingOptOut (an opt-out half heard) ──┘
/// ```
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
    private let flow: Flow
    private let variables: [String: JSONValue]
    private(set) var phase = Phase.asking
    /// The step last entered.
    private(set) var step: String
    private(set) var fields: [String: JSONValue] = [:]
    private(set) var goal = Goal.undecided
    private(set) var optedOut = false
    /// How a field is read aloud, where that is not how it is written: digits one by one.
    private var readings: [String: String] = [:]
    private var misunderstandings = 0
    private var resumptions = 0
    private var silences = 0
    private var humanRequests = 0
    private var keys = ""

    init(agent: Agent, variables: [String: JSONValue]) {
        self.agent = agent
        self.variables = agent.defaults.merging(variables) { $1 }
        flow = agent.conducted
        step = flow.start
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
        switch (phase, meaning) {
        case (.ending, .universal(.optOut)) where confidence >= 0.5:
            // There is no time left to ask whether it was meant.
            optedOut = true
            move.intent = UniversalIntent.optOut.rawValue
        case (.ending, _): break
        case (.confirmingOptOut, .answer(index: 0, _)), (.confirmingOptOut, .universal(.optOut)): optOut(&move)
        case (.confirmingOptOut, .answer): ask(&move)
        case (_, .answer(let index, let value)): take(index, value, &move)
        case (_, .universal(let intent)): respond(to: intent, confidence: confidence, unheard: unheard, &move)
        }
        return move
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
        guard phase == .asking || phase == .holding, let current else { return nil }
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
        move.say(FlowLines.timeUp, step: step)
        end(goal, .maxDuration, &move)
        return move
    }

    /// Somebody asked the agent to end the conversation.
    mutating func sayGoodbye() -> FlowMove {
        var move = FlowMove()
        end(goal, .endedByRequest, &move)
        return move
    }
}

// What is said and expected now.
extension FlowState {
    private var current: Flow.Step? { flow.steps[step] }
    private var question: String { filled(current?.say ?? "") }
    private var reprompt: String? { current?.reprompt.map(filled) }
    private var keypadPrompt: String? { current?.keypadPrompt.map(filled) }

    /// What is listened for.
    var vocabulary: StepVocabulary {
        switch phase {
        case .asking, .holding, .ending: StepVocabulary(answers: current?.answers ?? [])
        case .confirmingOptOut: FlowLines.optOutAnswers
        }
    }

    /// How long, in ms, the callee may stay silent now, and how much silence ends what they say.
    var patience: (silence: Int, endOfTurn: Int) {
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

    func filled(_ text: String) -> String {
        Template(text).filled { readings[$0] ?? fields[$0]?.spoken ?? variables[$0]?.spoken }
    }
}

// Moves.
extension FlowState {
    private mutating func enter(_ name: String, _ move: inout FlowMove) {
        step = name
        phase = .asking
        misunderstandings = 0
        resumptions = 0
        keys = ""
        move.events.append(.entered(step: name))
        // A flow whose steps lead in a circle without listening would talk for ever; `FlowCheck` refuses it, a stored one may be old.
        guard let current, move.events.count < 50 else { return end(.undecided, .agentHungUp, &move) }
        move.say(question, step: name)
        if current.answers.isEmpty { follow(current.next ?? .end(.undecided), &move) }
    }

    private mutating func follow(_ target: Flow.Target, _ move: inout FlowMove) {
        switch target {
        case .step(let name): enter(name, &move)
        case .end(let goal): end(goal, .agentHungUp, &move)
        case .again:
            if current?.answers.isEmpty ?? true { return end(.undecided, .agentHungUp, &move) }
            misunderstandings = 0
            ask(&move)
        }
    }

    private mutating func take(_ index: Int, _ value: JSONValue, _ move: inout FlowMove) {
        guard let answer = current?.answers[index] else { return }
        phase = .asking
        move.intent = answer.name
        let spoken = answer.expects.reading(of: value)
        for (field, template) in answer.set.sorted(by: { $0.key < $1.key }) {
            let isWhole = template == "{{answer}}"
            let set = isWhole ? value : filled(template, answer: value)
            fields[field] = set
            readings[field] = isWhole ? spoken : nil
            move.events.append(.field(name: field, value: set))
        }
        if let reply = answer.reply {
            let text = Template(reply).filled { name in
                name == "answer" ? spoken : readings[name] ?? fields[name]?.spoken ?? variables[name]?.spoken
            }
            move.say(text, step: step)
        }
        follow(answer.then, &move)
    }

    private func filled(_ template: JSONValue, answer: JSONValue) -> JSONValue {
        guard case .string(let text) = template else { return template }
        return .string(
            Template(text).filled { $0 == "answer" ? answer.spoken : fields[$0]?.spoken ?? variables[$0]?.spoken }
        )
    }

    private mutating func respond(
        to intent: UniversalIntent,
        confidence: Double,
        unheard: String?,
        _ move: inout FlowMove
    ) {
        move.intent = intent.rawValue
        switch intent {
        case .optOut:
            if confidence < 0.5 {
                phase = .confirmingOptOut(again: false)
                move.say(FlowLines.confirmOptOut, step: step)
            } else {
                optOut(&move)
            }
        case .wrongNumber:
            set("wrong_number", true, &move)
            move.say(FlowLines.wrongNumber, step: step)
            end(.notMet, .agentHungUp, &move)
        case .who:
            move.say(agent.who, step: step)
            ask(&move)
        case .repeat: ask(&move)
        case .human:
            humanRequests += 1
            set("wants_human", true, &move)
            move.say(FlowLines.noHuman, step: step)
            if humanRequests > 1 { end(.undecided, .agentHungUp, &move) } else { ask(&move) }
        case .hold:
            phase = .holding
            move.say(FlowLines.hold, step: step)
        case .hello:
            if let unheard { move.say(unheard, step: step) } else { ask(&move) }
        case .goodbye:
            // "Um" can pass for "um, bye". Who really takes leave hangs up, or says it again.
            if confidence < 0.75 { misunderstand(&move) } else { end(.undecided, .agentHungUp, &move) }
        case .backchannel:
            if let unheard { move.say(unheard, step: step) } else { misunderstand(&move) }
        }
    }

    private mutating func ask(_ move: inout FlowMove) {
        phase = .asking
        move.say(question, step: step)
    }

    private mutating func misunderstand(_ move: inout FlowMove) {
        misunderstandings += 1
        switch (misunderstandings, keypadPrompt) {
        case (1, _):
            if let reprompt {
                move.say(reprompt, step: step)
            } else {
                move.say(FlowLines.notUnderstood, step: step)
                move.say(question, step: step)
            }
        case (2, let prompt?): move.say(prompt, step: step)
        default:
            if let next = current?.next { return follow(next, &move) }
            move.say(FlowLines.givesUp, step: step)
            end(.undecided, .agentHungUp, &move)
        }
    }

    private mutating func optOut(_ move: inout FlowMove) {
        optedOut = true
        move.say(FlowLines.optedOut, step: step)
        end(.notMet, .agentHungUp, &move)
    }

    private mutating func set(_ field: String, _ value: JSONValue, _ move: inout FlowMove) {
        fields[field] = value
        move.events.append(.field(name: field, value: value))
    }

    private mutating func end(_ goal: Goal, _ reason: EndReason, _ move: inout FlowMove) {
        self.goal = goal
        phase = .ending
        move.say(filled(agent.goodbye), step: step)
        move.leave = reason
    }
}

extension Flow.Expectation {
    /// How a slot's value is read back: digits one by one.
    fileprivate func reading(of value: JSONValue) -> String {
        guard case .digits = self, case .string(let digits) = value else { return value.spoken }
        return digits.map(String.init).joined(separator: " ")
    }
}
