/// A tone while it lasts: frames whose frequency stays, or moves evenly.
struct ToneRun: Sendable {
    /// Whether it is two tones at once.
    let isPair: Bool
    /// In ms since the first frame.
    private(set) var start: Int
    /// What was heard just before, in dB.
    private var before: Double
    /// The end of the last frame that belongs to it.
    private(set) var end: Int
    private(set) var frames = 1
    /// Frames since then that do not belong to it: a lost packet is one or two.
    var missing = 0
    /// The frequencies, in Hz, of the first whole frame.
    private(set) var frequency: Double
    private(set) var second: Double
    private(set) var last: Double
    /// Of its loudest frame, in dB.
    private(set) var peak: Double
    /// The last frames but the very first of the tone, which may hold little of it. What went wrong longer ago is forgotten, so that a lost
    /// packet spoils no long beep.
    private var recent: [ToneFrame] = []
    /// Hz from frame to frame.
    private var slope = 0.0

    private static let remembered = 8
    /// In ms.
    private static let longestGap = 100

    init(_ frame: ToneFrame, isPair: Bool, start: Int, before: Double) {
        self.isPair = isPair
        self.start = start
        self.before = before
        end = start + 20
        frequency = frame.frequency
        second = frame.second
        last = frame.frequency
        peak = frame.level
    }

    var length: Int { end - start }

    /// Whether it was much quieter just before.
    var followsQuiet: Bool { before < peak - 7 }

    /// Whether a frame may go on with it.
    func holds(_ frame: ToneFrame, isPair: Bool) -> Bool {
        guard isPair == self.isPair, frame.level > peak - 12 else { return false }
        let steps = Double(missing + 1)
        if isPair { return abs(frame.frequency - frequency) < 25 && abs(frame.second - second) < 25 }
        // The first frame may hold little of the tone, and its frequency be far off; and what moves may move fast.
        let expected = frames <= 2 ? last : last + slope * steps
        let tolerance = frames <= 2 ? 260 : max(25, abs(slope) * 0.6) * steps
        return abs(frame.frequency - expected) < tolerance
    }

    /// Whether what begins with `frame` at `time` is the same tone after a gap that lost packets explain. Its first frame may hold little of it.
    func isCut(by frame: ToneFrame, isPair: Bool, at time: Int) -> Bool {
        guard isPair == self.isPair, time - end <= Self.longestGap, frame.level > peak - 12 else { return false }
        if isPair { return abs(frame.frequency - frequency) < 60 && abs(frame.second - second) < 60 }
        return abs(frame.frequency - last) < 60
    }

    /// Is the same tone as `other`, which was cut off.
    mutating func goOn(from other: ToneRun) {
        start = other.start
        before = other.before
    }

    mutating func add(_ frame: ToneFrame, until now: Int) {
        let step = (frame.frequency - last) / Double(missing + 1)
        if frames == 1 {
            frequency = frame.frequency
            second = frame.second
        }
        slope = frames <= 2 ? step : 0.5 * slope + 0.5 * step
        last = frame.frequency
        peak = max(peak, frame.level)
        recent.append(frame)
        if recent.count > Self.remembered { recent.removeFirst() }
        frames += 1
        missing = 0
        end = now
    }

    /// The last `count` frames, for judging them; without the very last if the tone is over, which may hold little of it.
    func shape(of count: Int, isOver: Bool = false) -> ToneShape {
        ToneShape(recent.dropLast(isOver ? 1 : 0).suffix(count), isPair: isPair)
    }
}

/// How even some frames of a tone are.
struct ToneShape: Sendable {
    let count: Int
    /// Between the loudest and the quietest, in dB.
    let unevenness: Double
    /// The smallest share of the power that lies in the tone.
    let purity: Double
    /// The largest distance from the mean frequency, or, if it moves, from an even movement; in Hz.
    let wander: Double
    /// The largest distance from an even movement, from frame to frame, in Hz.
    let jitter: Double
    /// Whether it moves by more than a steady tone would.
    let isChirp: Bool
    /// Within how many of them the level sank far: two tones close together beat.
    let dips: Int

    init(_ frames: ArraySlice<ToneFrame>, isPair: Bool) {
        count = frames.count
        let levels = frames.map(\.level)
        unevenness = (levels.max() ?? 0) - (levels.min() ?? 0)
        purity = frames.map { isPair ? $0.pairPurity : $0.purity }.min() ?? 0
        dips = frames.count { $0.dip < -7 }
        let frequencies = frames.map(\.frequency)
        let mean = frequencies.reduce(0, +) / Double(max(1, count))
        let span = (frequencies.last ?? 0) - (frequencies.first ?? 0)
        let step = span / Double(max(1, count - 1))
        isChirp = abs(span) > 60
        jitter = zip(frequencies, frequencies.dropFirst()).map { abs($1 - $0 - step) }.max() ?? 0
        wander = isChirp ? jitter : frequencies.map { abs($0 - mean) }.max() ?? 0
    }
}
