/// What is known, and what was begun, because the callee may be done.
struct Guess {
    let number: Int
    /// What they said, if they are.
    let speech: TurnTaking.Speech
    let prosody: Prosody
    /// Finds out the words. Nil if the recogniser tells them by itself.
    var work: Work?
    var words: String?
    var isCalled = false
    /// What came of `work`.
    var result: Result<Recognition, any Error>?

    var signs: EndOfTurn.Signs { .init(words: words, prosody: prosody, isCalled: isCalled) }
}

extension ModelRequest {
    /// Whether `other` asks the same. Marks and capitals in the last words make no difference: recognisers put them there when they are sure that
    /// a sentence is over.
    func isSame(as other: ModelRequest) -> Bool {
        guard case .user(let own)? = messages.last, case .user(let others)? = other.messages.last else {
            return self == other
        }
        var (left, right) = (self, other)
        left.messages.removeLast()
        right.messages.removeLast()
        return left == right && Self.letters(of: own) == Self.letters(of: others)
    }

    private static func letters(of text: String) -> [Substring] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }
    }
}
