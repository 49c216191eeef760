/// What is at the other end of an answered line: a value that is told what happens on the line and says what it does.
///
/// It has no clock of its own and does no I/O. Time is the line's, counted in ticks, so the same ticks always give the same answers.
package protocol Callee: Sendable {
    /// How closely it listens; what is not needed is not computed.
    var hearing: Hearing { get }
    /// What it may say, so that it is rendered while the line rings.
    var lines: [SpokenLine] { get }

    mutating func handle(_ event: LineEvent) -> [LineAction]
}

extension Callee {
    package var hearing: Hearing { .speech }
    package var lines: [SpokenLine] { [] }
}

package enum Hearing: Sendable, Hashable {
    /// The caller's audio is not looked at, beyond noting when the first of it came. For load.
    case nothing
    /// Speech and silence are told apart.
    case speech
    /// Speech and silence, and these phrases wherever they are said.
    case phrases([String])
}

package enum LineEvent: Sendable {
    /// The line was answered. Comes first, once.
    case answered
    case tick(LineTick)
    /// The caller pressed a key.
    case key(Character)
}

/// A stretch of the line as the callee lives it.
package struct LineTick: Sendable {
    /// How long it is, in ms: 20 or a multiple.
    package var duration: Int
    /// What the caller sent: 8,000 samples a second.
    package var samples: [Int16]
    /// Whether the caller is speaking at its end.
    package var isSpeech: Bool
    /// Phrases spotted in what the caller said, in the order in which they were.
    package var heard: [String]
    /// How much of what the callee said is still to go out, in samples.
    package var backlog: Int

    package init(duration: Int, samples: [Int16] = [], isSpeech: Bool, heard: [String] = [], backlog: Int) {
        self.duration = duration
        self.samples = samples
        self.isSpeech = isSpeech
        self.heard = heard
        self.backlog = backlog
    }

    package var isTalking: Bool { backlog > 0 }
}

package enum LineAction: Sendable, Hashable {
    case say(SpokenLine)
    /// Sends this sound behind what is still to go out; `name` is what the ledger calls it. Unnamed sound is not noted.
    case play([Int16], name: String?)
    case press(String)
    case hangUp
}

/// A sentence and the voice that says it.
package struct SpokenLine: Sendable, Hashable {
    package var text: String
    package var voice: String

    package init(_ text: String, voice: String) {
        self.text = text
        self.voice = voice
    }
}
