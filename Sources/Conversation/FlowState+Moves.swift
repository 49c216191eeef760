import Calls

// Where an answer leads.
extension FlowState {
    mutating func enter(_ name: String, _ move: inout FlowMove) {
        step = name
        phase = .asking
        message = nil
        misunderstandings = 0
        resumptions = 0
        keys = ""
        move.events.append(.entered(step: name))
        // A flow whose steps lead in a circle without listening would talk for ever; `FlowCheck` refuses it, a stored one may be old.
        guard let current, move.events.count < 50 else { return end(.undecided, .agentHungUp, &move) }
        move.say(question, step: name)
        if current.answers.isEmpty { follow(current.next ?? .end(.undecided), &move) }
    }

    mutating func follow(_ target: Flow.Target, _ move: inout FlowMove) {
        switch target {
        case .step(let name): enter(name, &move)
        case .end(let goal): end(goal, .agentHungUp, &move)
        case .again:
            if current?.answers.isEmpty ?? true { return end(.undecided, .agentHungUp, &move) }
            misunderstandings = 0
            ask(&move)
        }
    }

    mutating func take(_ index: Int, _ value: JSONValue, _ move: inout FlowMove) {
        guard let answer = current?.answers[index] else { return }
        phase = .asking
        move.intent = answer.name
        collect(answer, value, &move)
        reply(answer, answer.expects.reading(of: value), &move)
        follow(answer.then, &move)
    }

    func reply(_ answer: Flow.Answer, _ spoken: String, _ move: inout FlowMove) {
        guard let reply = answer.reply else { return }
        let text = Template(reply).filled { name in
            name == "answer" ? spoken : readings[name] ?? fields[name]?.spoken ?? variables[name]?.spoken
        }
        move.say(text, step: step)
    }

    /// Sets the fields that `answer` sets.
    mutating func collect(_ answer: Flow.Answer, _ value: JSONValue, _ move: inout FlowMove) {
        for (field, template) in answer.set.sorted(by: { $0.key < $1.key }) {
            let isWhole = template == "{{answer}}"
            let set = isWhole ? value : filled(template, answer: value)
            fields[field] = set
            readings[field] = isWhole ? answer.expects.reading(of: value) : nil
            move.events.append(.field(name: field, value: set))
        }
    }

    private func filled(_ template: JSONValue, answer: JSONValue) -> JSONValue {
        guard case .string(let text) = template else { return template }
        return .string(
            Template(text).filled { $0 == "answer" ? answer.spoken : fields[$0]?.spoken ?? variables[$0]?.spoken }
        )
    }

    mutating func respond(
        to intent: UniversalIntent,
        confidence: Double,
        unheard: String?,
        _ move: inout FlowMove
    ) {
        move.intent = intent.rawValue
        switch intent {
        case .optOut:
            if confidence < 0.5 { confirmOptOut(then: nil, &move) } else { optOut(&move) }
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

    mutating func ask(_ move: inout FlowMove) {
        phase = .asking
        message = nil
        move.say(question, step: step)
    }

    mutating func misunderstand(_ move: inout FlowMove) {
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

    mutating func confirmOptOut(then target: Flow.Target?, _ move: inout FlowMove) {
        phase = .confirmingOptOut(again: false)
        afterOptOut = target
        move.say(FlowLines.confirmOptOut, step: step)
    }

    mutating func optOut(_ move: inout FlowMove) {
        optedOut = true
        move.say(FlowLines.optedOut, step: step)
        end(.notMet, .agentHungUp, &move)
    }

    mutating func set(_ field: String, _ value: JSONValue, _ move: inout FlowMove) {
        fields[field] = value
        move.events.append(.field(name: field, value: value))
    }

    mutating func end(_ goal: Goal, _ reason: EndReason, _ move: inout FlowMove) {
        self.goal = goal == .undecided ? agent.openGoal : goal
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

extension Agent {
    /// The goal of a conversation that nothing was decided in. That the built-in flow took no message is always known.
    var openGoal: Goal { flow == nil ? .notMet : .undecided }
}
