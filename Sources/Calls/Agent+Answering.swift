extension Agent {
    /// What is done about who or what answers, beside `voicemail`. A person is talked to in every case.
    package struct Answering: Sendable, Hashable {
        /// Whether machines, screeners and menus are told from people. If not, whatever answers is talked to.
        package var detects = true
        package var screener = Screener()
        package var menu = Menu()
        /// Of the decision who answered.
        package var thresholds = AnswerThresholds()

        package init() {}
    }

    /// What is done when a telephone or a carrier asks who is calling, before a person is put through.
    package struct Screener: Sendable, Hashable, Codable {
        package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
            /// Says who is calling and why, and waits for the person.
            case answer
            case hangUp = "hang_up"
            /// Treats it like a person.
            case talk
        }

        package var action = Action.answer
        /// What it is told, with `{{variables}}`. Nil: the greeting.
        package var say: String?

        package init(action: Action = .answer, say: String? = nil) {
            self.action = action
            self.say = say
        }
    }

    /// What is done when a menu answers ("press 1 for…").
    package struct Menu: Sendable, Hashable, Codable {
        package enum Action: String, Sendable, Hashable, Codable, CaseIterable {
            /// Treats it like a person.
            case talk
            case hangUp = "hang_up"
            /// Presses keys when it has spoken, then waits for whoever answers next.
            case press
        }

        package var action = Action.hangUp
        /// What is pressed: `0`–`9`, `*`, `#`. One menu after another takes the next of the parts between commas.
        package var keys = "0"

        package init(action: Action = .hangUp, keys: String = "0") {
            self.action = action
            self.keys = keys
        }
    }
}

// Written by hand, because agents are kept: what an older version did not store has its default.
extension Agent.Answering: Codable {
    private enum Key: String, CodingKey {
        case detects, screener, menu, thresholds
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: Key.self)
        detects = try values.decodeIfPresent(Bool.self, forKey: .detects) ?? detects
        screener = try values.decodeIfPresent(Agent.Screener.self, forKey: .screener) ?? screener
        menu = try values.decodeIfPresent(Agent.Menu.self, forKey: .menu) ?? menu
        thresholds = try values.decodeIfPresent(AnswerThresholds.self, forKey: .thresholds) ?? thresholds
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(detects, forKey: .detects)
        try values.encode(screener, forKey: .screener)
        try values.encode(menu, forKey: .menu)
        try values.encode(thresholds, forKey: .thresholds)
    }
}
