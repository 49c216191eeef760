/// How a simulated person behaves on the telephone: what they say first, and what they do about what they hear.
///
/// `docs/lab.md` describes the written form (YAML). Times are in ms. Everything drawn at random is drawn from the line's seed.
package struct PersonScript: Sendable, Hashable {
    package var name: String
    /// The lab number the person answers.
    package var number: LabNumber.Digits
    /// A flite voice: `slt`, `rms`, `awb` or `kal`.
    package var voice: String
    /// How long it rings before they pick up, in ms. Nil: the lab's usual.
    package var rings: ClosedRange<Int>?
    /// How long after picking up the opening line comes, in ms.
    package var helloDelay: Int
    /// What they do first. Empty: they wait to be spoken to.
    package var hello: [Step]
    /// How long the agent must be silent before they take it to have finished, in ms.
    package var pause: ClosedRange<Int>
    package var replies: [Reply]
    /// What they do when no reply fits.
    package var otherwise: [Step]
    package var interruption: Interruption?
    package var backchannel: Backchannel?
    package var afterSilence: Silence?

    package init(
        name: String,
        number: LabNumber.Digits,
        voice: String = "rms",
        rings: ClosedRange<Int>? = nil,
        helloDelay: Int = 300,
        hello: [Step] = [.say("Hello?")],
        pause: ClosedRange<Int> = 400...600,
        replies: [Reply] = [],
        otherwise: [Step] = [],
        interruption: Interruption? = nil,
        backchannel: Backchannel? = nil,
        afterSilence: Silence? = nil
    ) {
        self.name = name
        self.number = number
        self.voice = voice
        self.rings = rings
        self.helloDelay = helloDelay
        self.hello = hello
        self.pause = pause
        self.replies = replies
        self.otherwise = otherwise
        self.interruption = interruption
        self.backchannel = backchannel
        self.afterSilence = afterSilence
    }

    /// One thing a person does. A list of them is done in order, each after the one before has ended.
    package enum Step: Sendable, Hashable {
        case say(String)
        /// Presses keys: `0`–`9`, `*`, `#`.
        case press(String)
        /// Does nothing for so many ms.
        case wait(Int)
        /// Puts the caller on hold, with music for so many ms.
        case music(Int)
        case hangUp
    }

    /// What they do about one kind of thing they hear.
    package struct Reply: Sendable, Hashable {
        /// Fits if any of these was spotted in the agent's turn. Empty: words do not matter.
        package var hear: [String]
        /// Fits the agent's n-th turn only, counted from 1.
        package var turn: Int?
        /// Fits the key the caller pressed, at once, whoever is speaking. For menus.
        package var key: Character?
        /// How often it may be given in one call. Nil: always.
        package var times: Int?
        package var steps: [Step]

        package init(
            hear: [String] = [],
            turn: Int? = nil,
            key: Character? = nil,
            times: Int? = nil,
            steps: [Step]
        ) {
            self.hear = hear
            self.turn = turn
            self.key = key
            self.times = times
            self.steps = steps
        }
    }

    /// Breaking in while the agent speaks. It counts as the answer to that turn if the agent stops for it.
    package struct Interruption: Sendable, Hashable {
        /// How long the agent has been speaking, in ms.
        package var after: Int
        /// The agent's turn it happens in, counted from 1. Nil: the first one that lasts long enough.
        package var turn: Int?
        package var times: Int
        package var steps: [Step]

        package init(after: Int, turn: Int? = nil, times: Int = 1, steps: [Step]) {
            self.after = after
            self.turn = turn
            self.times = times
            self.steps = steps
        }
    }

    /// "Uh-huh": said while the agent speaks, and no answer to anything.
    package struct Backchannel: Sendable, Hashable {
        /// How much unbroken speech of the agent draws one, in ms.
        package var every: Int
        /// Said in turn, over and over.
        package var says: [String]
        /// How many in one call. Nil: no limit.
        package var times: Int?

        package init(every: Int, says: [String], times: Int? = nil) {
            self.every = every
            self.says = says
            self.times = times
        }
    }

    /// What they do when nobody has spoken for a while.
    package struct Silence: Sendable, Hashable {
        /// How long nobody has spoken, in ms.
        package var after: Int
        package var times: Int
        package var steps: [Step]

        package init(after: Int, times: Int = 2, steps: [Step]) {
            self.after = after
            self.times = times
            self.steps = steps
        }
    }

    /// Everything they may be listening for, without repetition.
    package var phrases: [String] {
        var seen: Set<String> = []
        return replies.flatMap(\.hear).filter { seen.insert($0).inserted }
    }

    /// Everything they may say, so that it can be rendered while it rings.
    package var lines: [String] {
        let steps =
            hello + replies.flatMap(\.steps) + otherwise + (interruption?.steps ?? []) + (afterSilence?.steps ?? [])
        let said = steps.compactMap { step -> String? in
            if case .say(let text) = step { text } else { nil }
        }
        return said + (backchannel?.says ?? [])
    }
}
