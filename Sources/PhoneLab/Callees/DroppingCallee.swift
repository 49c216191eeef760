/// Hangs up sooner than the caller would like.
package struct DroppingCallee: Callee {
    package enum Moment: Sendable, Hashable {
        case atOnce
        /// So many ms into its own sentence.
        case afterSpeaking(Int, SpokenLine)
        /// When the caller has been speaking for so many ms in all.
        case afterListening(Int)
    }

    private let moment: Moment
    private var left: Int

    package init(_ moment: Moment) {
        self.moment = moment
        left =
            switch moment {
            case .atOnce: 0
            case .afterSpeaking(let time, _), .afterListening(let time): time
            }
    }

    package var lines: [SpokenLine] {
        if case .afterSpeaking(_, let line) = moment { [line] } else { [] }
    }

    package mutating func handle(_ event: LineEvent) -> [LineAction] {
        switch (event, moment) {
        case (.answered, .atOnce): return [.hangUp]
        case (.answered, .afterSpeaking(_, let line)): return [.say(line)]
        case (.tick(let tick), .afterSpeaking) where tick.isTalking: left -= tick.duration
        case (.tick(let tick), .afterListening) where tick.isSpeech: left -= tick.duration
        default: return []
        }
        return left <= 0 ? [.hangUp] : []
    }
}
