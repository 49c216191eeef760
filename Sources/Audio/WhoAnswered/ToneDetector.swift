package import Calls

/// Hears beeps and the tones of networks and faxes.
///
/// A beep is one tone, or two, that begins at once, keeps its level, and keeps its frequency or moves it evenly. It is told of twice: when it has
/// lasted for a tenth of a second, and when it is over and no other followed.
package struct ToneDetector: Sendable {
    private let thresholds: AnswerThresholds
    private var ear = ToneEar()
    /// The last one.
    private(set) var frame = ToneFrame()
    private var now = 0
    /// Levels of the last frames, in dB, the newest last.
    private var levels: [Double] = []
    private var run: ToneRun?
    /// The one before it.
    private var last: ToneRun?
    /// A beep that was told of and is not over.
    private var beep: Beep?
    /// When a tone that may be a calling fax's last began.
    private var faxStart: Int?
    /// Told of already, so that it is not told of again while it lasts.
    private var isNamed = false
    private var isFax = false
    /// Frames since a tone was last heard.
    private var quiet = 100

    /// Below this, in Hz, voices have their strongest tones.
    private static let low = 520.0
    private static let lowPurity = 0.9
    private static let shortLowPurity = 0.94
    /// In ms.
    private static let shortestAnsweringTone = 1_500

    private struct Beep: Sendable {
        var start: Int
        var end: Int
        /// Of each tone in turn.
        var frequencies: [Double]
        var longest = 0
    }

    package init(thresholds: AnswerThresholds = AnswerThresholds()) {
        self.thresholds = thresholds
    }

    /// Whether a tone sounds now that is no voice, or did a moment ago.
    package var isTone: Bool {
        if quiet < 4 { return true }
        guard let run, run.missing == 0 else { return false }
        let shape = run.shape(of: 2)
        return shape.count == 2 && shape.purity > 0.95
    }

    /// The next 20 ms. Returns what is known now that was not before.
    package mutating func hear(_ samples: ArraySlice<Int16>) -> [HeardTone] {
        frame = ear.hear(samples)
        now += 20
        var heard: [HeardTone] = []
        follow(frame, &heard)
        name(&heard)
        close(&heard)
        quiet = isNamed && run?.missing == 0 ? 0 : quiet + 1
        levels.append(frame.level)
        if levels.count > 6 { levels.removeFirst() }
        return heard
    }

    private mutating func follow(_ frame: ToneFrame, _ heard: inout [HeardTone]) {
        let shape = shape(of: frame)
        let frame = shape == .pair ? frame.ascending : frame
        if let shape, var current = run, current.holds(frame, isPair: shape == .pair) {
            current.add(frame, until: now)
            run = current
            return
        }
        if var current = run {
            current.missing += 1
            run = current
            if current.missing == 2 { endShort(current, frame, &heard) }
            // Another tone right after it, or silence that no lost packet explains.
            guard shape != nil || current.missing > 2 else { return }
            end()
        }
        guard let shape else { return }
        // Not the very last frame, which may hold the tone's beginning.
        let before = levels.dropLast().suffix(3)
        let level = before.isEmpty ? -100 : before.reduce(0, +) / Double(before.count)
        run = ToneRun(frame, isPair: shape == .pair, start: now - 20, before: level)
        // Lost packets cut a tone to pieces: what goes on with it began when it did.
        if let last, last.isCut(by: frame, isPair: shape == .pair, at: now - 20) {
            run?.goOn(from: last)
        }
        isNamed = false
    }

    private enum Shape {
        case single
        case pair
    }

    private func shape(of frame: ToneFrame) -> Shape? {
        // What rings on in the older part of the window is over.
        if let run, frame.level < run.peak - 12 { return nil }
        let purity = Double(thresholds[.beepPurity]) / 100
        if frame.purity >= purity { return .single }
        if frame.pairPurity >= purity + 0.05, frame.twist < 10 { return .pair }
        return nil
    }

    /// A run that has lasted long enough gets its name.
    private mutating func name(_ heard: inout [HeardTone]) {
        guard let run, run.missing == 0 else { return }
        if !isNamed {
            if run.frames >= 5, let kind = network(run) {
                isNamed = true
                if kind != .key { heard.append(tone(kind, run, end: nil)) }
            } else if isBeep(run) {
                begin(run, &heard)
            }
        }
        if run.length >= Self.shortestAnsweringTone, !isFax, NetworkTones.faxAnswering.contains(run.last) {
            isFax = true
            heard.append(tone(.faxAnswering, run, end: nil))
        }
    }

    /// A short one is known for a beep only by the silence after it.
    private mutating func endShort(_ run: ToneRun, _ frame: ToneFrame, _ heard: inout [HeardTone]) {
        guard !isNamed, run.followsQuiet, run.frames >= 4, frame.level < run.peak - 8, network(run) == nil else {
            return
        }
        let shape = run.shape(of: 8, isOver: true)
        let isLow = run.frequency < Self.low
        guard shape.count >= 2, isInRange(run), isEven(shape, run, strictly: isLow),
            !isLow || shape.purity >= Self.shortLowPurity
        else { return }
        begin(run, &heard)
    }

    private func network(_ run: ToneRun) -> HeardTone.Kind? {
        if run.isPair { return NetworkTones.kind(of: run.frequency, and: run.second) }
        // 440 and 480 Hz, 400 and 450, 350 and 440 are too close to tell apart; they beat.
        let shape = run.shape(of: 8)
        guard (345.0...500).contains(run.frequency), shape.dips * 3 >= shape.count else { return nil }
        return run.frequency < 398 ? .dialTone : .ringback
    }

    /// Whether its last frames are those of a beep. Voices sing low tones, and hold them for a moment: for those, and for what follows speech without a
    /// pause, it takes longer.
    private func isBeep(_ run: ToneRun) -> Bool {
        let isLow = run.frequency < Self.low
        let needed = run.followsQuiet ? (isLow ? 5 : 4) : 8
        let shape = run.shape(of: needed)
        return shape.count >= needed && isInRange(run) && isEven(shape, run, strictly: isLow || !run.followsQuiet)
    }

    private func isInRange(_ run: ToneRun) -> Bool {
        let range = Double(thresholds[.beepLowest])...Double(thresholds[.beepHighest])
        return range.contains(run.frequency) && range.contains(run.last)
    }

    private func isEven(_ shape: ToneShape, _ run: ToneRun, strictly isStrict: Bool) -> Bool {
        guard shape.unevenness < (isStrict ? 2 : 5) else { return false }
        if run.isPair { return run.followsQuiet }
        if shape.isChirp { return run.followsQuiet && shape.wander < 40 && shape.purity >= 0.8 }
        if run.followsQuiet, shape.jitter < 6, shape.purity >= 0.95 { return true }
        return shape.wander < (isStrict ? 7 : 12) && (!isStrict || shape.purity >= Self.lowPurity)
    }

    private mutating func begin(_ run: ToneRun, _ heard: inout [HeardTone]) {
        isNamed = true
        if beep != nil {
            beep?.end = run.end
            beep?.frequencies.append(run.frequency)
            return
        }
        beep = Beep(start: run.start, end: run.end, frequencies: [run.frequency])
        heard.append(tone(.beep, run, end: nil))
    }

    private mutating func end() {
        if let run, isNamed, var current = beep, network(run) == nil {
            current.end = run.end
            current.longest = max(current.longest, run.length)
            beep = current
        }
        last = run
        run = nil
        isNamed = false
    }

    /// A beep is over once no other followed.
    private mutating func close(_ heard: inout [HeardTone]) {
        guard let beep, run == nil || !isNamed, now - beep.end >= thresholds[.beepGap] else { return }
        self.beep = nil
        var kind = HeardTone.Kind.beep
        if let information = NetworkTones.specialInformation(beep.frequencies) {
            kind = information
        } else if beep.frequencies.count == 1, let frequency = beep.frequencies.first {
            if NetworkTones.faxAnswering.contains(frequency), beep.longest >= Self.shortestAnsweringTone {
                kind = .faxAnswering
            }
            if NetworkTones.faxCalling.contains(frequency), (400...620).contains(beep.longest) {
                if let faxStart, (2_800...4_200).contains(beep.start - faxStart) { kind = .faxCalling }
                faxStart = beep.start
            }
            if NetworkTones.european.contains(frequency), beep.longest > 900 { kind = .ringback }
        }
        heard.append(
            HeardTone(
                kind: kind,
                start: beep.start,
                end: beep.end,
                frequency: Int((beep.frequencies.first ?? 0).rounded()),
                known: now
            )
        )
    }

    private func tone(_ kind: HeardTone.Kind, _ run: ToneRun, end: Int?) -> HeardTone {
        HeardTone(kind: kind, start: run.start, end: end, frequency: Int(run.frequency.rounded()), known: now)
    }
}
