import Calls

/// Takes the times of one turn, in samples on the recording's clock, as its stages are passed.
struct TurnClock: Sendable {
    /// The callee's last sound.
    let silent: Int64
    /// It was decided that the callee is done.
    let decided: Int64
    /// The words were there.
    var heard: Int64?
    /// The first of the answer was there.
    var thought: Int64?
    /// The first sentence of it was sound.
    var voiced: Int64?
    var isBridged = false

    init(silent: Int64, decided: Int64) {
        self.silent = silent
        self.decided = max(silent, decided)
    }

    /// The times, when the sound went out at `played`. Nil if the turn did not come so far.
    func timing(played: Int64) -> TurnTiming? {
        guard let heard, let thought, let voiced else { return nil }
        // Cut into whole ms where the stages meet, so that the parts add up. What was done ahead of its time took none.
        var marks: [Int] = []
        for mark in [silent, decided, heard, thought, voiced, played] {
            marks.append(max(marks.last ?? 0, Int(mark / 8)))
        }
        let parts = zip(marks.dropFirst(), marks).map { $0 - $1 }
        return TurnTiming(
            at: marks[0],
            endpointing: parts[0],
            recognition: parts[1],
            model: parts[2],
            voice: parts[3],
            playout: parts[4],
            isBridged: isBridged
        )
    }
}
