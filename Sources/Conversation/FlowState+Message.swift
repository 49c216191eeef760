import Calls

// A step that takes a message.
extension FlowState {
    /// How much silence ends a phrase of a message, in ms: as much as ends a turn elsewhere.
    private static let phrasePause = 700
    /// How long "hold on" within a message is waited for, in ms.
    private static let longestHold = 10_000

    /// Whether speech now is a phrase of what may be a message.
    var takesMessage: Bool { phase == .asking && current?.messageIndex != nil }

    /// Whether `meaning` is the message that the step takes: any words.
    func isMessage(_ meaning: StepVocabulary.Meaning) -> Bool {
        guard case .answer(let index, _) = meaning else { return false }
        return index == current?.messageIndex
    }

    /// A message is being left.
    var hasMessage: Bool { message?.isMessage == true }

    /// Where on the recording the message has to end, in ms. Nil while nothing is being said.
    var messageLimit: Int? { (message?.extent?.lowerBound).map { $0 + Flow.longestMessage } }

    /// How long, in ms, the callee may stay silent now, and how much silence ends a phrase.
    func patience(with step: Flow.Step) -> (silence: Int, endOfTurn: Int) {
        let pause = min(Self.phrasePause, step.endOfTurn)
        guard let message, message.extent != nil else { return (step.answerTimeout, pause) }
        let hold = min(Self.longestHold, agent.settings.holdTimeout)
        return (message.isHolding ? hold : step.endOfTurn - pause, pause)
    }

    /// Something was said while a message may be. True if it has to be dealt with as what it means.
    mutating func said(_ phrase: MessageTaking.Phrase) -> Bool {
        guard let index = current?.messageIndex else { return true }
        silences = 0
        keys = ""
        var taking = message ?? MessageTaking(answer: index)
        let verdict = taking.add(phrase)
        message = taking
        return verdict == .react
    }

    /// The callee has been silent for long enough, has pressed the key or used up the time. Nil if nothing was said.
    mutating func endMessage() -> FlowMove? {
        guard let message, message.extent != nil else { return nil }
        var move = FlowMove()
        if message.isMessage {
            let answer = current?.answers[message.answer]
            keepMessage(&move)
            if let answer { reply(answer, message.words ?? "", &move) }
            if message.hasDoubtfulOptOut {
                confirmOptOut(then: answer?.then, &move)
            } else if let answer {
                follow(answer.then, &move)
            }
        } else if let held = message.held, case .answer(let index, let value)? = held.meaning {
            takeHeld(held, index, value, &move)
        } else {
            keepMessage(&move)
            if message.hasDoubtfulOptOut { confirmOptOut(then: nil, &move) } else { misunderstand(&move) }
        }
        return move
    }

    /// What was said so far goes into the record: as the message if it is one. The conversation goes elsewhere.
    mutating func keepMessage(_ move: inout FlowMove) {
        guard let message else { return }
        self.message = nil
        guard message.isMessage, let answer = current?.answers[message.answer], let extent = message.extent else {
            move.said += message.phrases.map { FlowMove.Said($0, step: step, intent: nil) }
            return
        }
        let words = keepsWords ? message.words : nil
        let names = answer.messageFields
        set(names.words, words.map { .string($0) } ?? .null, &move)
        set(names.taken, true, &move)
        set(names.start, .integer(Int64(extent.lowerBound)), &move)
        set(names.length, .integer(Int64(extent.count)), &move)
        collect(answer, words.map { .string($0) } ?? .null, &move)
        messages.append(extent)
        if case .end(let goal) = answer.then { self.goal = goal }
        let voiced = message.phrases.reduce(0) { $0 + $1.voiced }
        move.said.append(
            FlowMove.Said(
                text: message.text,
                start: extent.lowerBound,
                end: extent.upperBound,
                voiced: voiced,
                step: step,
                intent: answer.name
            )
        )
    }

    /// The answer that was held back, because a message might have followed it, was one.
    mutating func takeHeld(_ held: MessageTaking.Phrase, _ index: Int, _ value: JSONValue, _ move: inout FlowMove) {
        let others = message?.phrases.filter { $0 != held } ?? []
        message = nil
        move.said += others.map { FlowMove.Said($0, step: step, intent: nil) }
        move.said.append(FlowMove.Said(held, step: step, intent: current?.answers[index].name))
        take(index, value, &move)
        move.intent = nil
    }
}

extension FlowMove.Said {
    fileprivate init(_ phrase: MessageTaking.Phrase, step: String?, intent: String?) {
        self.init(
            text: phrase.words ?? Chronicle.unintelligible,
            start: phrase.start,
            end: phrase.end,
            voiced: phrase.voiced,
            step: step,
            intent: intent
        )
    }
}
