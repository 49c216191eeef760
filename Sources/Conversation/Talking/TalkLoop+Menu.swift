import Calls

// An automatic menu in place of the callee, who may have put the agent through to one: it wants keys, or patience, and no words.
extension TalkLoop {
    /// How long a menu that has said all its choices is silent, in samples.
    private static let endOfMenu: Int64 = 12_000

    /// Whether a menu said `words`. Whoever is called hears none.
    func isMenu(_ words: String) -> Bool { brief.side == .caller && AnswerPhrases.areOfMenu(words) }

    /// A menu has said `words`. What is to be done about it is decided when it has said all.
    func hearMenu(_ words: String) {
        if isTakingLeave { return }
        _ = interrupt()
        (waiting, clock) = (nil, nil)
        menuEnd = position
        (isHolding, holdingSince) = (true, position)
        isOwed = true
        inform("An automatic menu says, in place of the \(brief.side.other): \"\(words)\"")
    }

    /// Has the model choose, once the menu is silent. How long that takes is nobody's wait.
    func answerMenu(since end: Int64) {
        guard position - end >= Self.endOfMenu else { return }
        let choice =
            parts.realtime != nil || parts.model?.abilities.tools == true ? "Choose with send_dtmf, or wait. " : ""
        inform(
            "The menu has ended. It hears no words: say nothing to it. \(choice)If a person answers, tell them who you are and why you call"
        )
        answer(nil)
        clock = nil
    }
}
