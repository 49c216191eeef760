/// Steele, Lea and Flood's SplitMix64 generator: small, fast, and the same on every machine, so that a line's behaviour can be repeated.
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// The generator of one line: `seed` is the lab's, `name` tells the line from others.
    package init(seed: UInt64, name: String) {
        // FNV-1a, because `Hashable` is seeded differently in every process.
        let hash = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        state = seed ^ hash
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    package mutating func pick(from range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }
}
