import Audio

/// Notices when the callee has put the line on hold and music plays in their place: nobody hears the agent, and what is heard is nobody's words.
///
/// Both kinds of agent hear the line through it. Time is the position on the recording, in samples at 8 kHz.
struct HoldMusic: Sendable {
    enum Change: Sendable, Hashable {
        /// Music plays since this position.
        case began(Int64)
        /// It played so long, and somebody has spoken since, or nobody.
        case ended(Range<Int64>, speech: TurnTaking.Speech?)
    }

    /// Less speech behind the music, in ms, is none.
    private static let shortestSpeech = 60

    private var detector = MusicDetector()
    /// Where music began that plays still. Nil: none plays.
    private(set) var since: Int64?
    var isPlaying: Bool { since != nil }
    /// Where speech was since the music began, by the callee's side's own measure: the last of it may be behind the music.
    private var speech: [Int64] = []

    /// The callee's next 20 ms, which begin at `position`.
    mutating func hear(_ frame: ArraySlice<Int16>, _ sound: TurnTaking.Sound, at position: Int64) -> Change? {
        let end = position + Int64(frame.count)
        if since != nil, sound == .speech {
            speech.append(position)
            // Only what follows the music is of interest.
            if speech.count > 200 { speech.removeFirst(100) }
        }
        switch detector.hear(frame) {
        case nil: return nil
        case .began(let ago)?:
            let start = max(0, end - Int64(ago) * 8)
            since = start
            speech = []
            return .began(start)
        case .ended(let ago)?:
            guard let start = since else { return nil }
            since = nil
            let last = end - Int64(ago) * 8
            let later = speech.filter { $0 >= last }
            guard let first = later.first, let final = later.last, later.count * 20 >= Self.shortestSpeech else {
                return .ended(start..<max(start, last), speech: nil)
            }
            return .ended(
                start..<max(start, last),
                speech: TurnTaking.Speech(start: first, end: final + 160, voiced: later.count * 20)
            )
        }
    }
}
