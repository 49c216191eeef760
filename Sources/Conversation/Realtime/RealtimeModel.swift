package import Audio

/// Hears, thinks and speaks by itself: the sound of a callee's turn goes in, the sound of the answer comes out. Who has the turn is not its to
/// decide.
package protocol RealtimeModel: Sendable {
    /// What agents name as their `model`; names it in logs and on the call's record too.
    var name: String { get }

    /// Begins the session of one call, and returns when the server has agreed to it. What comes of it is given to `tell`, in order. The session
    /// ends with `close`, or when nobody holds it any more. Throws `ModelFailure`.
    func open(
        _ setup: RealtimeSetup,
        tell: @escaping @Sendable (RealtimeEvent) -> Void
    ) async throws -> any RealtimeSession
}

/// What a realtime model is told when a call begins.
package struct RealtimeSetup: Sendable, Hashable {
    /// Its part.
    package var instructions: String
    package var tools: [ModelTool] = []
    /// What the callee speaks, as an RFC 5646 tag.
    package var language = "en-US"
    /// Names and rare words to expect from the callee.
    package var keywords: [String] = []

    package init(instructions: String) {
        self.instructions = instructions
    }
}

/// A realtime model in one call.
package protocol RealtimeSession: Sendable {
    /// Returns at once. Everything is done in the order in which it is sent; once the session is lost, nothing is.
    func send(_ command: RealtimeCommand)

    /// Returns when the words of every committed turn are known, or no more will come.
    func settle() async

    /// Ends the session. Nothing is told any more.
    func close()
}

/// What a realtime model is sent. A line is one answer, a turn one stretch of the callee's speech; both are numbered by whoever sends.
///
/// Audio is 8,000 Hz mono. It crosses as G.711 in the law of the line, which loses nothing: samples that came out of a G.711 code have that
/// code, and codes that are decoded to be played are what is written into the packets.
package enum RealtimeCommand: Sendable, Hashable {
    /// The law of the line, before any audio: µ-law unless this says otherwise.
    case law(G711.Law)
    /// More of what the callee says.
    case hear([Int16])
    /// What was heard since the last time is a turn.
    case commit(turn: Int)
    /// What was heard since the last time is none.
    case forget
    /// Something that happened, to be known.
    case note(String)
    /// The program said this in the agent's place.
    case said(String)
    /// What came of the tool call with this id.
    case result(of: String, String)
    /// Answer, now. Only one line at a time: one that goes on is to be canceled first.
    case answer(line: Int)
    /// No more of this line. Nothing if it is whole.
    case cancel(line: Int)
    /// The callee heard only so much of this line, in ms.
    case truncate(line: Int, heard: Int)
}

/// What comes of a realtime model.
package enum RealtimeEvent: Sendable {
    /// More of the sound of a line, 8,000 Hz mono: the samples of G.711 codes.
    case sound(line: Int, [Int16])
    /// More of its words, which may come before their sound or after it.
    case words(line: Int, String)
    /// A whole call of a tool.
    case called(line: Int, ToolCall)
    /// Nothing more comes of the line.
    case ended(line: Int, ModelEnding)
    case failed(line: Int, ModelFailure)
    /// What the callee said in a turn. Nil: nobody knows.
    case heard(turn: Int, String?)
    /// The session is over. The last that is told.
    case lost(ModelFailure)
}
