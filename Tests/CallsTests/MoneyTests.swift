import Calls
import FoundationEssentials
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "Begun seconds are billed, and a part of a milli-cent is a whole one",
        arguments: [
            (1400, 60, 1400), (1400, 30, 700), (1400, 1, 24), (1400, 0, 0), (1400, -5, 0), (0, 600, 0), (1, 61, 2),
        ]
    )
    func perMinute(price: Int64, seconds: Int64, amount: Int64) {
        #expect(Money(milliCents: price).perMinute(forSeconds: seconds) == Money(milliCents: amount))
    }

    @Test(
        "It is written with five decimals",
        arguments: [
            (0, "0.00000"), (1, "0.00001"), (1250, "0.01250"), (100_000, "1.00000"), (12_345_678, "123.45678"),
            (-1250, "-0.01250"), (Int64.min, "-92233720368547.75808"),
        ]
    )
    func description(milliCents: Int64, text: String) {
        #expect(Money(milliCents: milliCents).description == text)
    }

    @Test("It is a plain integer in JSON")
    func json() throws {
        #expect(String(decoding: try JSONEncoder().encode([Money(milliCents: 1250)]), as: UTF8.self) == "[1250]")
        #expect(try JSONDecoder().decode([Money].self, from: Data("[1250]".utf8)) == [Money(milliCents: 1250)])
    }

    @Test("Sums of any split are the whole", arguments: 0..<20)
    func sums(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let parts = (0..<50).map { _ in Money(milliCents: Int64(random.next() % 1_000_000)) }
        let whole = parts.reduce(.zero, +)
        #expect(parts.reversed().reduce(whole, -) == .zero)
    }
}
