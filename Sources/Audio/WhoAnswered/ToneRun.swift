/// A tone while it lasts: frames whose frequency stays, or moves evenly.
struct ToneRun: Sendable {
    /// Whether it is two tones at once.
    let isPair: Bool
    /// In ms since the first frame.
    let start: Int
    /// Whether it was much quieter just before.
    let followsQuiet: Bool
    /// The end of the last frame that belongs to it.
    private(set) var end: Int
    private(set) var frames = 1
    /// Frames since then that do not belong to it: a lost packet is one or two.
    var missing = 0
    /// The frequencies, in Hz, of the first whole frame.
    private(set) var frequency: Double
    private(set) var second: Double
    private(set) var last: Double
    /// Hz from frame to frame.
    private(set) var slope = 0.0
    /// The largest step between two frames that the slope did not foretell, in Hz.
    private(set) var wander = 0.0
    /// Of its loudest frame, in dB.
    private(set) var peak: Double
    /// Of its inner frames: the first and the last may hold it in part.
    private(set) var quietest = 0.0
    private(set) var impurest = 1.0
    /// Inner frames within which the level sank far: two tones close together beat.
    private(set) var dips = 0
    private var latest: ToneFrame

    init(_ frame: ToneFrame, isPair: Bool, start: Int, followsQuiet: Bool) {
        self.isPair = isPair
        self.start = start
        self.followsQuiet = followsQuiet
        end = start + 20
        frequency = frame.frequency
        second = frame.second
        last = frame.frequency
        peak = frame.level
        latest = frame
    }

    var length: Int { end - start }

    /// Moves by more than a steady tone would.
    var isChirp: Bool { abs(last - frequency) > 60 && frames > 2 }

    /// In dB, over its inner frames.
    var unevenness: Double { frames > 2 ? peak - quietest : 0 }

    /// Whether a frame may go on with it.
    func holds(_ frame: ToneFrame, isPair: Bool) -> Bool {
        guard isPair == self.isPair, frame.level > peak - 12 else { return false }
        let steps = Double(missing + 1)
        if isPair { return abs(frame.frequency - frequency) < 25 && abs(frame.second - second) < 25 }
        // The first frame may hold little of the tone, and its frequency be far off.
        let expected = frames == 1 ? last : last + slope * steps
        let tolerance = frames == 1 ? 260 : max(25, abs(slope) * 0.6) * steps
        return abs(frame.frequency - expected) < tolerance
    }

    mutating func add(_ frame: ToneFrame, until now: Int) {
        let step = (frame.frequency - last) / Double(missing + 1)
        if frames == 1 {
            frequency = frame.frequency
            second = frame.second
            slope = step
        } else {
            note(inner: latest)
            if frames == 2 {
                slope = step
            } else {
                wander = max(wander, abs(step - slope))
                slope = 0.5 * slope + 0.5 * step
            }
        }
        last = frame.frequency
        peak = max(peak, frame.level)
        latest = frame
        frames += 1
        missing = 0
        end = now
    }

    private mutating func note(inner frame: ToneFrame) {
        // The first inner frame is the second of all.
        if frames == 2 {
            quietest = frame.level
        } else {
            quietest = min(quietest, frame.level)
        }
        impurest = min(impurest, isPair ? frame.pairPurity : frame.purity)
        if frame.dip < -7 { dips += 1 }
    }
}
