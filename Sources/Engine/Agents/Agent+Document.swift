package import Calls

extension Agent {
    /// The agent in the form that `AgentControl.apply` reads, as JSON: what is written here and applied again is the same agent.
    package var document: JSONValue {
        var members: [String: JSONValue] = [
            "agent": .string(slug),
            "name": .string(name),
            "status": .string(status.rawValue),
            "direction": .string(direction.rawValue),
            "voice": .string(voice),
            "language": .string(language),
            "numbers": .array(numbers.map { .string($0.description) }),
            "caller_id": .string(callerIDChoice.rawValue),
            "greeting": .string(greeting),
            "goodbye": .string(goodbye),
            "voicemail": voicemail.document,
            "answering": answering.document,
            "defaults": .object(defaults),
            "settings": settings.document,
        ]
        members["flow"] = flow.map { flow in
            .object(["start": .string(flow.start), "steps": .object(flow.steps.mapValues(\.document))])
        }
        for (name, text) in [("description", description), ("persona", persona), ("instructions", instructions)]
        where !text.isEmpty {
            members[name] = .string(text)
        }
        members["model"] = model.map(JSONValue.string)
        members["returns"] = returns.map(JSONValue.object)
        var disclosure: [String: JSONValue] = ["enabled": .bool(self.disclosure.isOn)]
        disclosure["say"] = self.disclosure.say.map(JSONValue.string)
        members["disclosure"] = .object(disclosure)
        members["webhook_url"] = webhookURL.map(JSONValue.string)
        if !policy.isEmpty { members["policy"] = .object(policy) }
        if !pronunciations.isEmpty { members["pronunciations"] = .object(pronunciations.mapValues(JSONValue.string)) }
        if !keywords.isEmpty { members["keywords"] = .array(keywords.map(JSONValue.string)) }
        return .object(members.merging(toolDocument) { $1 })
    }
}

extension Agent.Voicemail {
    fileprivate var document: JSONValue {
        var members: [String: JSONValue] = ["action": .string(action.rawValue)]
        members["message"] = message.map(JSONValue.string)
        members["audio"] = audio.map(JSONValue.string)
        return .object(members)
    }
}

extension Agent.Answering {
    fileprivate var document: JSONValue {
        var screener: [String: JSONValue] = ["action": .string(self.screener.action.rawValue)]
        screener["say"] = self.screener.say.map(JSONValue.string)
        var members: [String: JSONValue] = [
            "detect": .bool(detects),
            "screener": .object(screener),
            "menu": ["action": .string(menu.action.rawValue), "keys": .string(menu.keys)],
        ]
        if !thresholds.changes.isEmpty {
            let changes = thresholds.changes.map { ($0.key.rawValue, JSONValue.integer(Int64($0.value))) }
            members["thresholds"] = .object(Dictionary(uniqueKeysWithValues: changes))
        }
        return .object(members)
    }
}

extension Agent.Settings {
    fileprivate var document: JSONValue {
        .object([
            "ring_timeout_s": .integer(Int64(ringTimeout)),
            "max_duration_s": .integer(Int64(maxDuration)),
            "silence_reprompts": .integer(Int64(silenceReprompts)),
            "barge_in": .bool(bargeIn),
            "barge_in_ms": .integer(Int64(bargeInSpeech)),
            "eagerness": .string(eagerness.rawValue),
            "hold_timeout_s": .integer(Int64(holdTimeout / 1000)),
            "record": .bool(record),
        ])
    }
}

extension Flow.Step {
    fileprivate var document: JSONValue {
        var members: [String: JSONValue] = [
            "say": .string(say),
            "answer_timeout_ms": .integer(Int64(answerTimeout)),
            "end_of_turn_ms": .integer(Int64(endOfTurn)),
        ]
        if !answers.isEmpty { members["answers"] = .array(answers.map(\.document)) }
        members["reprompt"] = reprompt.map(JSONValue.string)
        members["keypad"] = keypadPrompt.map(JSONValue.string)
        return .object(members.merging(next?.members ?? [:]) { $1 })
    }
}

extension Flow.Answer {
    fileprivate var document: JSONValue {
        var members: [String: JSONValue] = ["name": .string(name), "expect": expects.document]
        members["digit"] = digit.map(JSONValue.string)
        members["reply"] = reply.map(JSONValue.string)
        if !set.isEmpty { members["set"] = .object(set) }
        return .object(members.merging(then.members) { $1 })
    }
}

extension Flow.Expectation {
    fileprivate var document: JSONValue {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .number: "number"
        case .day: "day"
        case .time: "time"
        case .message: "message"
        case .digits(let count): .object(["digits": .integer(Int64(count))])
        case .phrases(let phrases): .array(phrases.map(JSONValue.string))
        }
    }
}

extension Flow.Target {
    fileprivate var members: [String: JSONValue] {
        switch self {
        case .step(let name): ["next": .string(name)]
        case .end(let goal): ["end": .string(goal.rawValue)]
        case .again: ["again": true]
        }
    }
}
