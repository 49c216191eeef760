/// Puts the far end's samples back on an even clock.
///
/// Samples lie by their RTP timestamps, so packets of any length, in any order, fall into place. One tick of 160 samples is taken every
/// 20 ms whatever came. The delay adapts by itself, without a look at any clock:
/// - it grows when the buffer runs dry: time then stands still, up to 200 ms, so that packets that are only late are still played;
/// - it shrinks when for two seconds even the tightest packet came much earlier than needed: then it skips, in quiet moments. Where packets come
///   evenly it goes down to half of what it begins with.
///
/// Slack is how many samples before its moment a packet came: its timestamp minus that of the next sample to be played.
struct JitterBuffer {
    enum Insertion: Hashable {
        case queued
        case duplicate
        /// Its moment has passed.
        case late
        /// Too long, or on another time line than the packets before. Two of those in a row move the buffer there.
        case misplaced
    }

    /// Stands for a sample that is not there. Real ones are raised to −32767.
    static let missing = Int16.min
    /// 20 ms.
    static let tickLength = 160
    /// 200 ms: no packet may be longer.
    static let longestPacket = 1_600

    /// Slack it shrinks to where packets come evenly, at most: 20 ms.
    private static let calmAim = 160
    /// How far slacks lie apart, at most, where packets come evenly: 20 ms, one tick, because slack is counted from tick to tick.
    private static let calmSpread = 160
    /// So much more than the aim is not worth a skip: 20 ms, and 10 ms where packets come evenly.
    private static let tolerance = 160
    private static let calmTolerance = 80
    /// Slack that is worth an audible skip: 120 ms.
    private static let excessive = 960
    /// The delay does not grow beyond: 200 ms.
    private static let longestDelay = 1_600
    /// Mean magnitude below which nobody hears a skip, about −42 dBFS.
    private static let quiet = 256
    private static let capacity = 16_384
    private static let mask = UInt32(capacity - 1)
    /// Packets further back belong to another time line: one second.
    private static let longestPast = 8_000
    /// Late packets in a row that prove the time line wrong.
    private static let latePacketsBelieved = 5
    /// Ticks without anything, after which the far end is taken to be silent rather than late.
    private static let dryTicksOfSpeech = 5

    /// Slack the buffer begins with, and shrinks to where packets come unevenly.
    private let aim: Int
    private var ring = [Int16](repeating: Self.missing, count: Self.capacity)
    private var isAnchored = false
    /// Timestamp of the next sample to be played.
    private var next: UInt32 = 0
    /// Timestamp after the newest sample.
    private var end: UInt32 = 0
    /// Samples for which time stood still since the buffer ran dry.
    private var held = 0
    private var dryTicks = 0
    private var lateRun = 0
    private var stray: UInt32?
    private var slack = RecentSlack()
    private var latestSlack = 0
    private var ticksSinceSkip = 0
    private var hasPlayed = false

    /// Samples that were missing while the far end was talking.
    private(set) var concealed = 0

    /// How many samples are held back at present.
    var depth: Int { isAnchored ? max(0, Int(Int32(bitPattern: end &- next))) : 0 }

    /// `delay` is the slack it begins with, in ms. With 0 nothing is held back but for the next tick, and every packet that is late is lost.
    init(delay: Int = 40) {
        aim = delay * 8
    }

    /// Forgets everything that was not played.
    mutating func reset() {
        clear()
        isAnchored = false
        stray = nil
        hasPlayed = false
    }

    /// `marker` is the RTP marker: the first packet after a pause (RFC 3551 section 4.1).
    mutating func insert(_ samples: Span<Int16>, timestamp: UInt32, marker: Bool) -> Insertion {
        guard !samples.isEmpty, samples.count <= Self.longestPacket else { return .misplaced }
        if !isAnchored { anchor(at: timestamp) }
        var ahead = Int(Int32(bitPattern: timestamp &- next))
        // A pause is over, and nothing is waiting: whatever time line the far end is on now, nothing can be lost by following it.
        let isFreshStart = marker && depth == 0
        if ahead < -Self.longestPast || ahead + samples.count > Self.capacity {
            let goesOn = stray.map { timestamp &- $0 <= UInt32(Self.longestPast) } ?? false
            guard goesOn || isFreshStart else {
                stray = timestamp
                return .misplaced
            }
            clear()
            anchor(at: timestamp)
            ahead = aim
        }
        stray = nil
        if ahead + samples.count <= 0 {
            lateRun += 1
            guard lateRun >= Self.latePacketsBelieved || isFreshStart else { return .late }
            clear()
            anchor(at: timestamp)
            ahead = aim
        }
        lateRun = 0
        slack.note(ahead)
        latestSlack = ahead
        let first = max(0, -ahead)
        if self[timestamp &+ UInt32(first)] != Self.missing,
            self[timestamp &+ UInt32(samples.count - 1)] != Self.missing
        {
            return .duplicate
        }
        for index in first..<samples.count {
            let place = Int((timestamp &+ UInt32(index)) & Self.mask)
            if ring[place] == Self.missing { ring[place] = max(samples[index], -32_767) }
        }
        let after = timestamp &+ UInt32(samples.count)
        if Int32(bitPattern: after &- end) > 0 { end = after }
        return .queued
    }

    /// Gives the next 160 samples; those that are not there are `missing`.
    mutating func take(into tick: inout MutableSpan<Int16>) {
        slack.advance()
        ticksSinceSkip += 1
        guard isAnchored, depth > 0 else {
            for index in 0..<Self.tickLength { tick[index] = Self.missing }
            standStill()
            return
        }
        dryTicks = 0
        makeUpForStandingStill()
        let skip = affordableSkip()
        var found = 0
        for index in 0..<Self.tickLength {
            let sample = remove(next &+ UInt32(index))
            tick[index] = sample
            if sample != Self.missing { found += 1 }
        }
        if skip > 0 { self.skip(skip, blendingInto: &tick) }
        next &+= UInt32(Self.tickLength)
        hasPlayed = hasPlayed || found > 0
        if hasPlayed { concealed += Self.tickLength - found }
    }

    private mutating func anchor(at timestamp: UInt32) {
        isAnchored = true
        next = timestamp &- UInt32(aim)
        end = next
        held = 0
        dryTicks = 0
        lateRun = 0
        slack = RecentSlack()
    }

    private mutating func clear() {
        for index in ring.indices { ring[index] = Self.missing }
    }

    /// A tick with nothing to play. Time stands still first, and then passes.
    private mutating func standStill() {
        guard isAnchored else { return }
        dryTicks += 1
        if hasPlayed, dryTicks <= Self.dryTicksOfSpeech { concealed += Self.tickLength }
        if latestSlack + Self.tickLength <= Self.longestDelay, held + Self.tickLength <= Self.longestDelay {
            held += Self.tickLength
            shift(by: Self.tickLength)
        } else {
            next &+= UInt32(Self.tickLength)
            end = next
        }
    }

    /// Time stood still, and then packets came. What is missing before them was lost or never sent, and its time is already over.
    private mutating func makeUpForStandingStill() {
        guard held > 0 else { return }
        var gap = 0
        while gap < min(held, depth), self[next &+ UInt32(gap)] == Self.missing { gap += 1 }
        next &+= UInt32(gap)
        shift(by: -gap)
        held = 0
    }

    /// How many samples may be left out now.
    private func affordableSkip() -> Int {
        guard let (tightest, loosest) = slack.range else { return 0 }
        let isCalm = loosest - tightest <= Self.calmSpread
        let (aim, tolerance) = isCalm ? (min(aim, Self.calmAim), Self.calmTolerance) : (aim, Self.tolerance)
        guard tightest > aim + tolerance else { return 0 }
        let skip = min(tightest - aim, Self.tickLength)
        guard depth >= Self.tickLength + skip + min(aim, Self.tickLength) else { return 0 }
        var magnitude = 0
        for index in 0..<Self.tickLength {
            let sample = self[next &+ UInt32(index)]
            // What was lost may have been a word, and is made up for in its full length.
            magnitude += sample == Self.missing ? Self.quiet * Self.tickLength : abs(Int(sample))
        }
        let isQuiet = magnitude < Self.quiet * Self.tickLength
        return isQuiet || tightest > Self.excessive && ticksSinceSkip >= 8 ? skip : 0
    }

    /// Fades from the tick to what comes `count` samples after it, over 5 ms, so that the joint does not click.
    private mutating func skip(_ count: Int, blendingInto tick: inout MutableSpan<Int16>) {
        let fade = 40
        next &+= UInt32(count)
        for index in 0..<Self.tickLength {
            // The first samples after the skip were played already if it is shorter than a tick: those are in `tick`.
            let place = index + count
            let later = place < Self.tickLength ? tick[place] : remove(next &+ UInt32(index))
            if later == Self.missing || tick[index] == Self.missing || index >= fade {
                tick[index] = later
            } else {
                tick[index] = Int16((Int(tick[index]) * (fade - index) + Int(later) * index) / fade)
            }
        }
        shift(by: -count)
        ticksSinceSkip = 0
    }

    private mutating func shift(by samples: Int) {
        slack.shift(by: samples)
        latestSlack += samples
    }

    private mutating func remove(_ timestamp: UInt32) -> Int16 {
        let place = Int(timestamp & Self.mask)
        let sample = ring[place]
        ring[place] = Self.missing
        return sample
    }

    private subscript(timestamp: UInt32) -> Int16 {
        ring[Int(timestamp & Self.mask)]
    }
}

/// The smallest and the greatest slack of the last two to four seconds.
private struct RecentSlack {
    private typealias Range = (tightest: Int, loosest: Int)

    private var present: Range?
    private var before: Range?
    private var ticks = 0

    /// 100 ticks are two seconds.
    private static let span = 100

    /// Nil until two seconds with packets have passed.
    var range: (tightest: Int, loosest: Int)? {
        guard let before else { return nil }
        guard let present else { return before }
        return (min(before.tightest, present.tightest), max(before.loosest, present.loosest))
    }

    mutating func note(_ slack: Int) {
        present = (min(present?.tightest ?? slack, slack), max(present?.loosest ?? slack, slack))
    }

    mutating func advance() {
        ticks += 1
        guard ticks == Self.span else { return }
        ticks = 0
        before = present
        present = nil
    }

    mutating func shift(by samples: Int) {
        present = present.map { ($0.tightest + samples, $0.loosest + samples) }
        before = before.map { ($0.tightest + samples, $0.loosest + samples) }
    }
}
