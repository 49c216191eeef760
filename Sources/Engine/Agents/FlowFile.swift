import Calls
import Yams

/// The written form of a flow: what stands under `flow` in an agent file.
enum FlowFile {
    static func flow(_ node: Node, _ reader: inout NodeReader) -> Flow {
        let members = reader.members(node, of: "a flow", required: ["start", "steps"])
        var steps: [String: Flow.Step] = [:]
        for (name, step) in reader.pairs(members["steps"], at: "steps") {
            steps[name] = self.step(step, at: "steps.\(name)", &reader)
        }
        return Flow(start: reader.text(members["start"], at: "start") ?? "", steps: steps)
    }

    private static func step(_ node: Node, at path: String, _ reader: inout NodeReader) -> Flow.Step {
        let members = reader.members(
            node,
            of: "a step",
            required: ["say"],
            optional: ["answers", "reprompt", "keypad", "next", "end", "answer_timeout_ms", "end_of_turn_ms"]
        )
        reader.place(path, node)
        var step = Flow.Step(say: reader.text(members["say"], at: "\(path).say") ?? "")
        for (index, answer) in reader.list(members["answers"]).enumerated() {
            if let answer = self.answer(answer, at: "\(path).answers[\(index)]", &reader) {
                step.answers.append(answer)
            }
        }
        step.reprompt = reader.text(members["reprompt"], at: "\(path).reprompt")
        step.keypadPrompt = reader.text(members["keypad"], at: "\(path).keypadPrompt")
        step.next = target(members, at: "\(path).next", node, isRequired: false, &reader)
        if let timeout = reader.integer(members["answer_timeout_ms"], at: "\(path).answerTimeout") {
            step.answerTimeout = timeout
        }
        if step.messageIndex != nil { step.endOfTurn = Flow.messagePause }
        if let endOfTurn = reader.integer(members["end_of_turn_ms"], at: "\(path).endOfTurn") {
            step.endOfTurn = endOfTurn
        }
        return step
    }

    private static func answer(_ node: Node, at path: String, _ reader: inout NodeReader) -> Flow.Answer? {
        let members = reader.members(
            node,
            of: "an answer",
            required: ["expect"],
            optional: ["name", "digit", "set", "reply", "next", "end", "again"]
        )
        reader.place(path, node)
        let expectation = self.expectation(members["expect"], at: "\(path).expects", &reader)
        let name = reader.text(members["name"], at: "\(path).name")
        let target = target(members, at: "\(path).then", node, isRequired: true, &reader)
        let set = reader.values(members["set"], at: "\(path).set")
        let reply = reader.text(members["reply"], at: "\(path).reply")
        let digit = reader.text(members["digit"], at: "\(path).digit")
        guard let expectation, let target else { return nil }
        if name == nil, case .phrases = expectation {
            reader.report("An answer that expects phrases needs a 'name'", at: node)
        }
        return Flow.Answer(
            name: name ?? expectation.word,
            expects: expectation,
            digit: digit,
            set: set,
            reply: reply,
            then: target
        )
    }

    private static func expectation(_ node: Node?, at path: String, _ reader: inout NodeReader) -> Flow.Expectation? {
        guard let node else { return nil }
        reader.place(path, node)
        switch node {
        case .scalar(let scalar):
            switch scalar.string {
            case "yes": return .yes
            case "no": return .no
            case "number": return .number
            case "day": return .day
            case "time": return .time
            case "message": return .message
            default:
                reader.report(
                    "'\(scalar.string)' is not one of yes, no, number, day, time, message, a list of phrases, and {digits: N}",
                    at: node
                )
                return nil
            }
        case .sequence(let phrases):
            return .phrases(
                phrases.enumerated().compactMap { reader.text($0.element, at: "\(path)[\($0.offset)]") }
            )
        case .mapping:
            let members = reader.members(node, of: "an expectation", required: ["digits"])
            return reader.integer(members["digits"], at: path).map { .digits(count: $0) }
        case .alias:
            return nil
        }
    }

    /// Where to go: at most one of `next: STEP`, `end: GOAL` and `again: true`.
    private static func target(
        _ members: [String: Node],
        at path: String,
        _ owner: Node,
        isRequired: Bool,
        _ reader: inout NodeReader
    ) -> Flow.Target? {
        let given = ["next", "end", "again"].filter { members[$0] != nil }
        guard let word = given.first, let node = members[word] else {
            if isRequired { reader.report("Where does this lead? Give one of 'next', 'end' and 'again'", at: owner) }
            return nil
        }
        if given.count > 1 {
            reader.report("Only one of 'next', 'end' and 'again' can be given", at: owner)
            return nil
        }
        reader.place(path, node)
        switch word {
        case "next": return reader.text(node, at: path).map { .step($0) }
        case "end": return reader.word(node, of: Goal.self).map { .end($0) }
        default:
            guard let isAgain = reader.truth(node) else { return nil }
            if !isAgain { reader.report("'again' can only be true", at: node) }
            return .again
        }
    }
}

extension Flow.Expectation {
    /// What an answer is called that has no name of its own.
    fileprivate var word: String {
        switch self {
        case .yes: "yes"
        case .no: "no"
        case .phrases: "phrase"
        case .digits: "digits"
        case .number: "number"
        case .day: "day"
        case .time: "time"
        case .message: "message"
        }
    }
}
