/// What a flow agent says and listens for: named steps, each with a prompt, the answers it expects and where they lead.
///
/// Deterministic, so that what an agent will say can be read beforehand. `docs/agents.md` shows the written form.
package struct Flow: Sendable, Hashable, Codable {
    /// The step spoken after the greeting.
    package var start: String
    package var steps: [String: Step]

    package init(start: String, steps: [String: Step]) {
        self.start = start
        self.steps = steps
    }

    /// One thing said and, unless it ends the call or leads straight on, one answer listened for.
    package struct Step: Sendable, Hashable, Codable {
        /// Spoken with `{{variables}}` filled in.
        package var say: String
        /// What may be answered, in order of preference where two fit. Empty: nothing is listened for.
        package var answers: [Answer]
        /// Said when nothing was understood the first time; `say` again if nil.
        package var reprompt: String?
        /// Said when two tries failed and the keypad takes over: "Press 1 for yes…". Nil: no keypad.
        package var keypadPrompt: String?
        /// Where to go without an answer: straight on if `answers` is empty, else when every try failed.
        package var next: Target?
        /// How long the callee may stay silent before it counts as no answer, in ms.
        package var answerTimeout: Int
        /// How much silence ends the callee's turn, in ms. Raise it where people think or spell.
        package var endOfTurn: Int

        package init(
            say: String,
            answers: [Answer] = [],
            reprompt: String? = nil,
            keypadPrompt: String? = nil,
            next: Target? = nil,
            answerTimeout: Int = 6000,
            endOfTurn: Int = 700
        ) {
            self.say = say
            self.answers = answers
            self.reprompt = reprompt
            self.keypadPrompt = keypadPrompt
            self.next = next
            self.answerTimeout = answerTimeout
            self.endOfTurn = endOfTurn
        }
    }

    /// One kind of answer to a step.
    package struct Answer: Sendable, Hashable, Codable {
        /// Names the answer in the transcript and the result.
        package var name: String
        package var expects: Expectation
        /// The keypad digit that means the same, for steps with a `keypadPrompt`.
        package var digit: String?
        /// Fields set when this is the answer; `{{answer}}` is what was heard (for slots: its value).
        package var set: [String: JSONValue]
        /// Said before going on.
        package var reply: String?
        package var then: Target

        package init(
            name: String,
            expects: Expectation,
            digit: String? = nil,
            set: [String: JSONValue] = [:],
            reply: String? = nil,
            then: Target
        ) {
            self.name = name
            self.expects = expects
            self.digit = digit
            self.set = set
            self.reply = reply
            self.then = then
        }
    }

    package enum Expectation: Sendable, Hashable, Codable {
        case yes
        case no
        /// Any of these, in words, with `[optional]` parts and `( one | other )` choices.
        case phrases([String])
        /// Exactly this many digits, spoken or keyed.
        case digits(count: Int)
        /// A whole number from 0 to 999, spoken in words.
        case number
        /// A weekday, `today` or `tomorrow`.
        case day
        /// A time of day on the quarter hour, as in "half past three" or "three fifteen p m".
        case time
        /// Anything, in any words and of any length up to `longestMessage`, that is nothing else which may be said at the step. Over when the
        /// callee has been silent for the step's `endOfTurn`, or pressed `#`.
        case message
    }

    /// How long a message may be, in ms.
    package static let longestMessage = 60_000
    /// How much silence ends a message unless its step says otherwise, in ms.
    package static let messagePause = 2000

    package enum Target: Sendable, Hashable, Codable {
        case step(String)
        /// Say the goodbye and hang up, the call's goal being met or not.
        case end(Goal)
        /// Listen again to the same step.
        case again
    }
}

extension Flow.Step {
    /// The answer that is a message, if the step takes one.
    package var messageIndex: Int? { answers.firstIndex { $0.expects == .message } }
}

extension Flow.Answer {
    /// The fields that a message sets by itself, beside those of `set`: its words if they were understood, whether one was left, and where it
    /// is on the recording, in ms.
    package var messageFields: (words: String, taken: String, start: String, length: String) {
        (name, "\(name)_taken", "\(name)_start_ms", "\(name)_length_ms")
    }
}

/// Whether a conversation did what it was for.
package enum Goal: String, Sendable, Hashable, Codable, CaseIterable {
    case met
    case notMet = "not_met"
    /// Nobody can say: the call ended before it was decided.
    case undecided
}
