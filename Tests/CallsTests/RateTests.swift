import Calls
import FoundationEssentials
import Testing

@Suite("Rates")
struct RateTests {
    @Test(
        "Time is counted in begun increments above the minimum",
        arguments: [
            (0, 1, 0, 0), (0, 1, 31, 31), (0, 60, 1, 60), (0, 60, 60, 60), (0, 60, 61, 120), (30, 6, 0, 30),
            (30, 6, 30, 30), (30, 6, 31, 36), (30, 6, 36, 36), (30, 6, 37, 42), (10, 60, 11, 70), (60, 1, 59, 60),
            (0, 1, -5, 0), (0, 0, 7, 7),
        ]
    )
    func billedSeconds(minimum: Int, increment: Int, seconds: Int, billed: Int64) {
        let rate = Rate(pricePerMinute: .zero, minimum: minimum, increment: increment)
        #expect(rate.billedSeconds(of: seconds) == billed)
    }

    @Test("Lines name what was counted, and add up to the worst case")
    func lines() {
        let rate = Rate(
            pricePerMinute: Money(milliCents: 2000),
            minimum: 30,
            increment: 6,
            connectionFee: Money(milliCents: 500)
        )
        #expect(
            rate.lines(forSeconds: 61) == [
                CostLine(item: .trunk, quantity: 66, unit: "seconds", amount: Money(milliCents: 2200)),
                CostLine(item: .connection, quantity: 1, unit: "calls", amount: Money(milliCents: 500)),
            ]
        )
        #expect(rate.worstCase(maxDuration: 61) == Money(milliCents: 2700))
        #expect(Rate(pricePerMinute: .zero).lines(forSeconds: 5).map(\.amount) == [.zero])
    }

    @Test("No call costs more than one that lasts longer", arguments: 0..<40)
    func monotonic(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let rate = Rate(
            pricePerMinute: Money(milliCents: Int64.random(in: 0...100_000, using: &random)),
            minimum: Int.random(in: 0...90, using: &random),
            increment: Int.random(in: 1...90, using: &random),
            connectionFee: Money(milliCents: Int64.random(in: 0...5000, using: &random))
        )
        var before = Money.zero
        for seconds in 0..<400 {
            let worst = rate.worstCase(maxDuration: seconds)
            #expect(worst >= before)
            before = worst
        }
    }

    @Test("Amounts beyond all bounds stop at the bound, and nothing traps")
    func overflow() {
        let rate = Rate(
            pricePerMinute: Money(milliCents: .max),
            minimum: .max,
            increment: .max,
            connectionFee: Money(milliCents: .max)
        )
        #expect(rate.worstCase(maxDuration: .max) == Money(milliCents: .max))
        #expect(rate.billedSeconds(of: .max) == .max)
        #expect(Money(milliCents: .max) + Money(milliCents: 1) == Money(milliCents: .max))
        #expect(Money(milliCents: .min) - Money(milliCents: 1) == Money(milliCents: .min))
        #expect(-Money(milliCents: .min) == Money(milliCents: .max))
    }

    @Test(
        "Of the prefixes a number begins with, the longest counts",
        arguments: [
            ("+15551230001", 1), ("+442079460000", 44), ("+447700900123", 447), ("+4930123456", 0),
            ("+19005551234", 1900),
        ]
    )
    func longestPrefix(number: String, price: Int64) throws {
        let prices: [Int64] = [1, 44, 447, 1900]
        let deck = RateDeck(
            standard: Rate(pricePerMinute: .zero),
            byPrefix: Dictionary(
                uniqueKeysWithValues: prices.map { ("+\($0)", Rate(pricePerMinute: Money(milliCents: $0))) }
            )
        )
        let number = try #require(PhoneNumber(number))
        #expect(deck.rate(for: number).pricePerMinute == Money(milliCents: price))
        var all = deck
        all.byPrefix["+"] = Rate(pricePerMinute: Money(milliCents: 7))
        #expect(all.rate(for: try #require(PhoneNumber("+4930123456"))).pricePerMinute == Money(milliCents: 7))
    }
}
