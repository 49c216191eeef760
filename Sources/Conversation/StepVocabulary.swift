import Calls

/// What may be said at a step, for a recogniser: the step's own answers, then what may be said anywhere.
struct StepVocabulary {
    /// What an utterance turned out to be.
    enum Meaning: Hashable {
        /// The place of the answer in the step, and its value.
        case answer(index: Int, value: JSONValue)
        case universal(UniversalIntent)
    }

    let vocabulary: Vocabulary
    let answers: [Flow.Answer]

    init(answers: [Flow.Answer]) {
        self.answers = answers
        let own = answers.enumerated().filter { $0.element.expects != .message }.map { index, answer in
            Vocabulary.Entry(name: "answer.\(index)", expansions: answer.expects.expansions, lenience: .ordinary)
        }
        vocabulary = Vocabulary(
            entries: own + UniversalIntent.allCases.map(\.entry),
            dictation: answers.firstIndex { $0.expects == .message }.map { "answer.\($0)" }
        )
    }

    /// For callees who speak `language`.
    func vocabulary(in language: String) -> Vocabulary {
        var vocabulary = vocabulary
        vocabulary.language = language
        return vocabulary
    }

    /// What entry `name` with `words` means. Nil if a slot's words have no value.
    func meaning(of name: String, words: String) -> Meaning? {
        if let intent = UniversalIntent(rawValue: name) { return .universal(intent) }
        guard name.hasPrefix("answer."), let index = Int(name.dropFirst("answer.".count)),
            answers.indices.contains(index),
            let value = answers[index].expects.value(of: words)
        else {
            return nil
        }
        return .answer(index: index, value: value)
    }
}

extension Flow.Expectation {
    /// The ways to say it, as rule expansions.
    var expansions: [String] {
        switch self {
        case .yes:
            [
                "( yes | yeah | yep | sure | correct | absolutely | right | okay ) [ please | it is | that's right | that's fine | "
                    + "that's correct | that works [for me] | sounds good | of course | i can | i will | i am | i do | speaking ]",
                "( of course | that's right | that's correct | that's fine | sounds good | that works [for me] | speaking )",
            ]
        case .no:
            [
                "( no | nope | nah ) [ thanks | thank you | sorry | it isn't | i can't | i don't | i won't | i'm not | not really | "
                    + "that's wrong | that's not right | that doesn't work [for me] ]",
                "( not really | i don't think so | i'm afraid not | that's wrong | that's not right )",
            ]
        case .phrases(let phrases): phrases
        case .digits(let count): [SpokenSlot.digits(count: count)]
        case .number: SpokenSlot.numbers
        case .day: [SpokenSlot.days]
        case .time: SpokenSlot.times
        case .message: []
        }
    }

    /// What `words` stand for: the words themselves unless this is a slot.
    func value(of words: String) -> JSONValue? {
        let words = words.split(separator: " ").map(String.init)
        return switch self {
        case .yes, .no, .phrases, .message: .string(words.joined(separator: " "))
        case .digits(let count): SpokenSlot.digits(in: words, count: count).map { .string($0) }
        case .number: SpokenSlot.number(in: words).map { .integer(Int64($0)) }
        case .day: SpokenSlot.day(in: words).map { .string($0) }
        case .time: SpokenSlot.time(in: words).map { .string($0) }
        }
    }
}
