import Logging

/// Hears single phrases anywhere in speech, whatever stands around them.
package protocol PhraseSpotter: Sendable {
    /// Makes ready to listen to one line for `phrases`: lowercase words.
    func listen(for phrases: [String]) async throws -> any SpottedLine
}

/// One line being listened to.
package protocol SpottedLine: Sendable {
    /// The next 8,000 Hz mono samples, without gaps. Returns the phrases that are complete since the last time.
    func hear(_ samples: [Int16]) async throws -> [String]
}

/// Listens to what may be a recording. Makes ready only then: most calls are answered by people.
struct RecordingEar: Sendable {
    private let spotter: any PhraseSpotter
    private let deadline: Duration
    private let logger: Logger
    private var line: (any SpottedLine)?
    private var hasFailed = false

    /// `deadline` is how long the spotter may take over one portion; one that takes longer is not asked again.
    init(spotter: any PhraseSpotter, deadline: Duration, logger: Logger) {
        self.spotter = spotter
        self.deadline = deadline
        self.logger = logger
    }

    mutating func hear(_ samples: [Int16]) async -> [String] {
        guard !samples.isEmpty, !hasFailed else { return [] }
        do {
            let spotter = spotter
            let open = line
            let (line, phrases) = try await withDeadline(deadline) {
                let line = if let open { open } else { try await spotter.listen(for: MachinePhrases.all) }
                return (line, try await line.hear(samples))
            }
            self.line = line
            return phrases
        } catch {
            hasFailed = true
            line = nil
            logger.warning("Cannot listen for phrases", metadata: ["error": "\(error)"])
            return []
        }
    }

    /// Lets go of the spotter, which takes some megabytes. What is heard after this begins anew.
    mutating func rest() {
        line = nil
    }
}

/// What is listened for in a recording that answers. A spotter misses some and imagines some, so that one phrase alone makes a machine of
/// nobody; which machine it is, they tell by number.
package enum MachinePhrases {
    static let screener = [
        "screening service", "screening this call", "call screening", "say your name", "state your name",
        "record your name", "why you are calling", "reason for calling", "reason for your call", "stay on the line",
        "person you are calling", "if this person is available",
    ]
    static let menu = [
        "press one", "press two", "press three", "press four", "press zero", "press star", "press pound", "main menu",
        "following options", "menu options", "listen carefully", "to speak to", "be with you shortly", "next available",
        "call is important", "your call may be recorded",
    ]
    /// Those that sound alike stand together, and count once.
    static let mailbox = [
        [
            "leave a message", "leave your name", "leave your message", "leave us a message", "leave me a message",
            "leave a short message", "short message", "record your message", "when you have finished",
        ],
        ["after the tone", "after the beep", "at the tone"],
        [
            "come to the telephone", "come to the phone", "take your call", "is not available", "is unavailable",
            "missed your call", "away from my desk",
        ],
        ["voice mail", "mailbox", "mailbox is full", "cannot accept", "more messages"],
        [
            "person you have called", "person you are trying to reach", "number you have dialed",
            "number you have reached", "number you have called",
        ],
        ["call you back", "return your call"],
        ["you have reached"],
        [
            "not in service", "check the number", "has been disconnected", "cannot be completed", "circuits are busy",
            "no further information", "try again later", "try your call again", "call again later",
        ],
    ]

    /// Long enough, ten sounds and more, to be imagined very seldom, and said by nobody who picks up: one of them convicts. None was heard in 812 people
    /// of the corpus they were chosen on.
    static let sure: Set<String> = [
        "screening service", "screening this call", "call screening", "state your name", "record your name",
        "why you are calling", "reason for calling", "reason for your call", "if this person is available",
        "following options", "menu options", "listen carefully", "be with you shortly", "next available",
        "call is important", "your call may be recorded", "leave your message", "leave us a message",
        "leave me a message", "leave a short message", "record your message", "when you have finished",
        "come to the telephone", "come to the phone", "is not available", "is unavailable", "missed your call",
        "away from my desk", "mailbox is full", "cannot accept", "more messages", "person you have called",
        "person you are trying to reach", "number you have dialed", "number you have reached", "number you have called",
        "return your call", "not in service", "check the number", "has been disconnected", "cannot be completed",
        "circuits are busy", "no further information", "try again later", "try your call again", "call again later",
    ]

    /// What a spotter is to listen for.
    package static let all = screener + menu + mailbox.flatMap(\.self)

    /// Those of `heard` that tell what it was, once it is known that it is no person. One word of a menu may be chance.
    static func telling(_ heard: [String]) -> [String] {
        let screener = heard.filter(screener.contains)
        let menu = heard.filter(menu.contains)
        let mailbox = heard.filter(mailbox.joined().contains)
        if screener.count > max(menu.count, mailbox.count) { return screener }
        return menu.count >= 2 && menu.count > mailbox.count ? menu : []
    }

    /// Those of `heard` by which it is no person, whatever it sounds like: a long one, of two kinds, or two that a screener says.
    static func convicting(_ heard: [String]) -> [String] {
        let sure = heard.filter(sure.contains)
        if !sure.isEmpty { return sure }
        let kinds = mailbox.filter { kind in heard.contains(where: kind.contains) }
        if kinds.count >= 2 { return heard.filter(kinds.joined().contains) }
        let screener = heard.filter(screener.contains)
        return Set(screener).count >= 2 ? screener : []
    }
}
