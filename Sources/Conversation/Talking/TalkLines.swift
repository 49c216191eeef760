/// What a talking agent says in words of its own making, because its model cannot: rendered before they are needed.
enum TalkLines {
    static let filler = "One moment, please."
    static let wait = "I am sorry, this is taking a little longer."
    static let stillThere = "Are you still there?"
    static let notUnderstood = "Sorry, I did not get that."
    static let disclosure = "I am an automated assistant."

    static let all = [
        filler, wait, stillThere, notUnderstood, FlowLines.apology, FlowLines.timeUp, FlowLines.optedOut,
    ]

    /// Whether `text` says that an automaton is speaking.
    static func discloses(_ text: String) -> Bool {
        let words = text.lowercased().split { !$0.isLetter && $0 != "'" }
        let telling: Set<Substring> = ["automated", "ai", "robot", "bot", "artificial", "automaton", "computer"]
        return words.contains(where: telling.contains) || text.lowercased().contains("virtual assistant")
    }
}
