/// SHA-256 (FIPS 180-4) and HMAC (RFC 2104), so that this example needs no package. A program of yours takes them from swift-crypto.
enum SHA256 {
    static func authenticationCode(of message: [UInt8], key: [UInt8]) -> [UInt8] {
        let block = (key.count > 64 ? digest(of: key) : key) + [UInt8](repeating: 0, count: 64)
        let key = block.prefix(64)
        return digest(of: key.map { $0 ^ 0x5C } + digest(of: key.map { $0 ^ 0x36 } + message))
    }

    static func digest(of message: [UInt8]) -> [UInt8] {
        var state = fractions(ofSquareRoots: true)
        var padded = message + [0x80]
        padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
        padded += bytes(of: UInt64(message.count) * 8)
        for start in stride(from: 0, to: padded.count, by: 64) {
            compress(padded[start..<start + 64], into: &state)
        }
        return state.flatMap { bytes(of: $0) }
    }

    private static let constants = fractions(ofSquareRoots: false)

    private static func compress(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
            block[index..<index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let first = turned(early, 7) ^ turned(early, 18) ^ early >> 3
            let second = turned(late, 17) ^ turned(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var s = state
        for index in 0..<64 {
            let mixed = turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)
            let chosen = (s[4] & s[5]) ^ (~s[4] & s[6])
            let first = s[7] &+ mixed &+ chosen &+ constants[index] &+ words[index]
            let most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2])
            let second = (turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) &+ most
            s = [first &+ second, s[0], s[1], s[2], s[3] &+ first, s[4], s[5], s[6]]
        }
        for index in 0..<8 { state[index] &+= s[index] }
    }

    /// The first 32 bits behind the point of the roots of the first primes: square roots of 8, cube roots of 64.
    private static func fractions(ofSquareRoots isSquare: Bool) -> [UInt32] {
        var found: [UInt32] = []
        var candidate: UInt64 = 2
        while found.count < (isSquare ? 8 : 64) {
            if !(2..<candidate).contains(where: { candidate % $0 == 0 }) {
                found.append(fraction(of: candidate, isSquare: isSquare))
            }
            candidate += 1
        }
        return found
    }

    /// By halving: the largest root whose power is not above the number, with 32 bits behind the point.
    private static func fraction(of number: UInt64, isSquare: Bool) -> UInt32 {
        var root: UInt64 = 0
        for bit in (0..<40).reversed() {
            let next = root | 1 << bit
            if isNotAbove(next, number, isSquare: isSquare) { root = next }
        }
        return UInt32(truncatingIfNeeded: root)
    }

    /// Whether `root`, which has 32 bits behind the point, has a power of at most `number`.
    private static func isNotAbove(_ root: UInt64, _ number: UInt64, isSquare: Bool) -> Bool {
        let square = root.multipliedFullWidth(by: root)
        guard !isSquare else { return square.high < number || square.high == number && square.low == 0 }
        // Of the cube only what lies before the point counts: square.high and the carry of what is below.
        let low = square.low.multipliedFullWidth(by: root)
        let high = square.high.multipliedFullWidth(by: root)
        let (middle, carry) = high.low.addingReportingOverflow(low.high)
        let top = high.high + (carry ? 1 : 0)
        return (top << 32 | middle >> 32) < number
    }

    private static func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static func bytes<Word: FixedWidthInteger>(of word: Word) -> [UInt8] {
        stride(from: Word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> Word($0)) }
    }
}
