/// One thing in an agent that cannot work.
package struct FlowProblem: Sendable, Hashable {
    /// Where, as in `steps.confirm.answers[0].then`; empty for the agent as a whole.
    package var path: String
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

/// Reads an agent before it is ever on the phone: everything found here would otherwise surprise a callee.
package enum FlowCheck {
    /// Everything wrong with `agent`, in the order of its parts. `voices` are the names that can speak, `realtimeModels` those of models that do
    /// all by themselves. One that `mayHaveNoTask` needs neither flow nor instructions: its calls bring them.
    package static func problems(
        in agent: Agent,
        voices: [String],
        realtimeModels: [String] = [],
        mayHaveNoTask: Bool = false
    ) -> [FlowProblem] {
        var problems: [FlowProblem] = []
        if !voices.contains(agent.voice) {
            let known = voices.joined(separator: ", ")
            problems.append(FlowProblem(path: "voice", message: "no voice '\(agent.voice)'; there are \(known)"))
        }
        problems += model(of: agent, among: realtimeModels)
        problems += template(agent.greeting, at: "greeting", answers: false)
        problems += template(agent.goodbye, at: "goodbye", answers: false)
        problems += template(agent.persona, at: "persona", answers: false)
        problems += template(agent.instructions, at: "instructions", answers: false)
        problems += answering(agent)
        problems += words(agent)
        problems += settings(agent.settings)
        problems += policy(agent.policy)
        problems += tools(agent)
        guard let flow = agent.flow else { return problems + (mayHaveNoTask ? [] : withoutFlow(agent)) }
        if agent.greeting.allSatisfy(\.isWhitespace) {
            problems.append(FlowProblem(path: "greeting", message: "nothing is said"))
        }
        return problems + self.problems(in: flow)
    }

    private static func model(of agent: Agent, among known: [String]) -> [FlowProblem] {
        guard let model = agent.model else { return [] }
        if agent.flow != nil {
            let message = "a flow says itself what is said: leave out the flow, or the realtime model"
            return [FlowProblem(path: "model", message: message)]
        }
        guard !known.contains(model) else { return [] }
        let names = known.isEmpty ? "none is configured" : "there are \(known.joined(separator: ", "))"
        return [FlowProblem(path: "model", message: "no realtime model '\(model)'; \(names)")]
    }

    private static func answering(_ agent: Agent) -> [FlowProblem] {
        var problems = template(agent.voicemail.message ?? "", at: "voicemail.message", answers: false)
        if let problem = agent.voicemail.audio.flatMap(Agent.Voicemail.problem(withAudio:)) {
            problems.append(FlowProblem(path: "voicemail.audio", message: problem))
        }
        problems += template(agent.answering.screener.say ?? "", at: "answering.screener.say", answers: false)
        let menu = agent.answering.menu
        if menu.keys.isEmpty || !menu.keys.allSatisfy("0123456789*#,".contains) {
            problems.append(FlowProblem(path: "answering.menu.keys", message: "expected some of 0 to 9, * and #"))
        }
        return problems
    }

    private static func words(_ agent: Agent) -> [FlowProblem] {
        var problems: [FlowProblem] = []
        for (word, reading) in agent.pronunciations.sorted(by: { $0.key < $1.key }) {
            let isWord = word.contains { $0.isLetter || $0.isNumber }
            guard !isWord || reading.allSatisfy(\.isWhitespace) || word.count > 100 || reading.count > 200 else {
                continue
            }
            problems.append(
                FlowProblem(path: "pronunciations.\(word)", message: "expected a word and how it is to be read")
            )
        }
        for (index, word) in agent.keywords.enumerated() where word.allSatisfy(\.isWhitespace) || word.count > 100 {
            problems.append(FlowProblem(path: "keywords.\(index)", message: "expected a word or two"))
        }
        for (path, count, limit) in [
            ("pronunciations", agent.pronunciations.count, 500), ("keywords", agent.keywords.count, 50),
        ] where count > limit {
            problems.append(FlowProblem(path: path, message: "may have \(limit), got \(count)"))
        }
        return problems
    }

    private static func policy(_ changes: DialPolicyChanges) -> [FlowProblem] {
        do throws(DialPolicyProblem) {
            try DialPolicy.checkForAgent(changes)
            return []
        } catch {
            return [FlowProblem(path: "policy.\(error.path)", message: error.message)]
        }
    }

    private static func tools(_ agent: Agent) -> [FlowProblem] {
        var problems = agent.tools.enumerated().flatMap { $1.problems(at: "tools[\($0)]") }
        problems += agent.transfers.enumerated().flatMap { $1.problems(at: "transfers[\($0)]") }
        problems += agent.toolServers.enumerated().flatMap { $1.problems(at: "mcp[\($0)]") }
        problems += agent.prefetch?.problems(at: "prefetch") ?? []
        for (part, names, most) in [
            ("tools", agent.tools.map(\.name), HTTPTool.most),
            ("transfers", agent.transfers.map(\.name), TransferDestination.most),
            ("mcp", agent.toolServers.map(\.name), ToolServer.most),
        ] {
            if names.count > most { problems.append(FlowProblem(path: part, message: "may be \(most)")) }
            for (index, name) in names.enumerated() where names[..<index].contains(name) {
                problems.append(FlowProblem(path: "\(part)[\(index)].name", message: "'\(name)' is there already"))
            }
        }
        var names = Set(agent.tools.map(\.name))
        for (index, server) in agent.toolServers.enumerated() {
            for name in server.tools where !names.insert(name).inserted {
                problems.append(
                    FlowProblem(path: "mcp[\(index)].tools", message: "there is another tool with the name '\(name)'")
                )
            }
        }
        return problems
    }

    private static func withoutFlow(_ agent: Agent) -> [FlowProblem] {
        guard agent.instructions.allSatisfy(\.isWhitespace), agent.persona.allSatisfy(\.isWhitespace) else { return [] }
        return [
            FlowProblem(path: "", message: "neither 'flow' nor 'instructions': the agent would not know what to do")
        ]
    }

    /// Everything wrong with `flow` alone.
    package static func problems(in flow: Flow) -> [FlowProblem] {
        var problems: [FlowProblem] = []
        if flow.steps[flow.start] == nil {
            problems.append(FlowProblem(path: "start", message: "no step '\(flow.start)'"))
        }
        for (name, step) in flow.steps.sorted(by: { $0.key < $1.key }) {
            problems += StepCheck(path: "steps.\(name)", step: step, flow: flow).problems
        }
        return problems + FlowGraph(flow).problems
    }

    static func template(_ text: String, at path: String, answers: Bool) -> [FlowProblem] {
        guard text.utf8.count <= Agent.textLimit else {
            return [FlowProblem(path: path, message: "may have \(Agent.textLimit) bytes, got \(text.utf8.count)")]
        }
        let template = Template(text)
        var problems: [FlowProblem] = []
        if !template.isWellFormed {
            problems.append(FlowProblem(path: path, message: "a '{{' without a name and '}}' behind it"))
        }
        if !answers, template.variables.contains("answer") {
            problems.append(FlowProblem(path: path, message: "{{answer}} exists only in an answer's 'set' and 'reply'"))
        }
        return problems
    }

    private static func settings(_ settings: Agent.Settings) -> [FlowProblem] {
        [
            range(settings.ringTimeout, 5...180, "settings.ringTimeout", "seconds"),
            range(settings.maxDuration, 10...14_400, "settings.maxDuration", "seconds"),
            range(settings.silenceReprompts, 0...10, "settings.silenceReprompts", "times"),
            range(settings.bargeInSpeech, 100...2000, "settings.bargeInSpeech", "ms"),
            range(settings.holdTimeout, 1000...600_000, "settings.holdTimeout", "ms"),
        ].compactMap(\.self)
    }

    static func range(_ value: Int, _ allowed: ClosedRange<Int>, _ path: String, _ unit: String) -> FlowProblem? {
        guard !allowed.contains(value) else { return nil }
        return FlowProblem(
            path: path,
            message: "\(value) is outside \(allowed.lowerBound) to \(allowed.upperBound) \(unit)"
        )
    }
}

/// What one step shows by itself.
private struct StepCheck {
    let path: String
    let step: Flow.Step
    let flow: Flow

    var problems: [FlowProblem] {
        prompts + limits + keypad + message + names + step.answers.enumerated().flatMap(answer)
            + target(step.next, at: "\(path).next")
    }

    private var prompts: [FlowProblem] {
        var problems = FlowCheck.template(step.say, at: "\(path).say", answers: false)
        if step.say.allSatisfy(\.isWhitespace) {
            problems.append(FlowProblem(path: "\(path).say", message: "nothing is said"))
        }
        if step.answers.isEmpty, step.next == nil {
            problems.append(FlowProblem(path: path, message: "neither 'answers' nor 'next': the call would stop here"))
        }
        if step.answers.isEmpty, step.next == .again {
            problems.append(FlowProblem(path: "\(path).next", message: "'again' without answers would never end"))
        }
        problems += step.reprompt.map { FlowCheck.template($0, at: "\(path).reprompt", answers: false) } ?? []
        problems += step.keypadPrompt.map { FlowCheck.template($0, at: "\(path).keypadPrompt", answers: false) } ?? []
        return problems
    }

    private var limits: [FlowProblem] {
        [
            FlowCheck.range(step.answerTimeout, 1000...120_000, "\(path).answerTimeout", "ms"),
            FlowCheck.range(step.endOfTurn, 200...5000, "\(path).endOfTurn", "ms"),
        ].compactMap(\.self)
    }

    private var takesDigits: Bool {
        step.answers.contains { if case .digits = $0.expects { true } else { false } }
    }

    private var keypad: [FlowProblem] {
        let keyed = step.answers.contains { $0.digit != nil } || takesDigits
        guard step.keypadPrompt != nil, !keyed else { return [] }
        return [FlowProblem(path: "\(path).keypadPrompt", message: "no answer of this step has a 'digit'")]
    }

    /// Any words are a message: nothing that has many forms can be told from one.
    private var message: [FlowProblem] {
        guard let place = step.messageIndex else { return [] }
        var problems: [FlowProblem] = []
        if step.answers[place].digit != nil {
            problems.append(at(place, "digit", "a message cannot be keyed"))
        }
        for (index, answer) in step.answers.enumerated() {
            if answer.digit == "#" { problems.append(at(index, "digit", "'#' ends the message of this step")) }
            switch answer.expects {
            case .yes, .no, .phrases, .message: break
            case .digits, .number, .day, .time:
                problems.append(at(index, "expects", "cannot be told from the message that this step takes"))
            }
        }
        return problems
    }

    private var names: [FlowProblem] {
        var problems: [FlowProblem] = []
        for (index, answer) in step.answers.enumerated() {
            let earlier = step.answers[..<index]
            if earlier.contains(where: { $0.name == answer.name }) {
                problems.append(at(index, "name", "'\(answer.name)' names an earlier answer too"))
            }
            if earlier.contains(where: { $0.expects == answer.expects }) {
                problems.append(at(index, "expects", "an earlier answer expects the same, so this one is never chosen"))
            }
            if let digit = answer.digit, earlier.contains(where: { $0.digit == digit }) {
                problems.append(at(index, "digit", "'\(digit)' belongs to an earlier answer too"))
            }
        }
        return problems
    }

    private func answer(_ index: Int, _ answer: Flow.Answer) -> [FlowProblem] {
        var problems: [FlowProblem] = []
        if answer.name.isEmpty { problems.append(at(index, "name", "empty")) }
        if let digit = answer.digit, digit.count != 1 || !digit.allSatisfy("0123456789*#".contains) {
            problems.append(at(index, "digit", "'\(digit)' is not one of 0 to 9, * and #"))
        }
        if answer.digit != nil, takesDigits {
            problems.append(at(index, "digit", "this step collects digits, so a single one cannot mean an answer"))
        }
        problems += expectation(index, answer.expects)
        problems +=
            answer.reply.map { FlowCheck.template($0, at: "\(path).answers[\(index)].reply", answers: true) } ?? []
        for (field, value) in answer.set.sorted(by: { $0.key < $1.key }) {
            guard case .string(let text) = value else { continue }
            problems += FlowCheck.template(text, at: "\(path).answers[\(index)].set.\(field)", answers: true)
        }
        return problems + target(answer.then, at: "\(path).answers[\(index)].then")
    }

    private func expectation(_ index: Int, _ expectation: Flow.Expectation) -> [FlowProblem] {
        switch expectation {
        case .yes, .no, .number, .day, .time, .message: []
        case .digits(let count):
            (1...20).contains(count) ? [] : [at(index, "expects", "\(count) digits; 1 to 20 can be collected")]
        case .phrases(let phrases):
            phrases.isEmpty
                ? [at(index, "expects", "no phrases")]
                : phrases.enumerated().compactMap { place, phrase in
                    do throws(PhrasePatternError) {
                        _ = try PhrasePattern(phrase)
                        return nil
                    } catch {
                        return at(index, "expects[\(place)]", "'\(phrase)': \(error)")
                    }
                }
        }
    }

    private func target(_ target: Flow.Target?, at path: String) -> [FlowProblem] {
        guard case .step(let name)? = target, flow.steps[name] == nil else { return [] }
        return [FlowProblem(path: path, message: "no step '\(name)'")]
    }

    private func at(_ index: Int, _ member: String, _ message: String) -> FlowProblem {
        FlowProblem(path: "\(path).answers[\(index)].\(member)", message: message)
    }
}
