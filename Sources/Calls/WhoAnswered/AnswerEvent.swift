/// What listening to the beginning of a call brings.
package enum AnswerEvent: Sendable, Hashable {
    /// It is now another one who answered, as far as one can tell.
    case verdict(AnswerVerdict)
    /// A tone began (`end` is nil: only for what may be a beep) or is over. A beep is over once no other followed it for a moment, so that a
    /// double beep is one.
    case tone(HeardTone)
    /// What is not a person has finished speaking, and waits: by a beep, or by silence. `at` is in ms since the first frame. Comes again when it speaks
    /// again and finishes again.
    case greetingEnded(at: Int)
}
