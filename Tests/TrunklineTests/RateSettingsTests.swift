import Calls
import Foundation
import Testing

@testable import trunkline

@Suite("Rates in the configuration")
struct RateSettingsTests {
    private func settings(_ text: String) throws -> Settings {
        try Settings.load(path: try temporary(text), environment: [:]).settings
    }

    @Test("A rate is read with all it says, quoted or not, and what it leaves out has its default")
    func rates() throws {
        let settings = try settings(
            """
            calls: {price_per_minute: 0.01}
            rates:
              - {prefix: "+34", price_per_minute: 0.02}
              - {prefix: +346, price_per_minute: 0.05, minimum: 30, increment: 6, connection_fee: 0.01}
            """
        )
        #expect(settings.rates["+34"] == Rate(pricePerMinute: Money(milliCents: 2000)))
        let mobile = Rate(
            pricePerMinute: Money(milliCents: 5000),
            minimum: 30,
            increment: 6,
            connectionFee: Money(milliCents: 1000)
        )
        #expect(settings.rates["+346"] == mobile)
        #expect(mobile.text == "0.05000 a minute, 30/6 seconds, 0.01000 to connect")
        let deck = settings.rateDeck
        #expect(deck.rate(for: try #require(PhoneNumber("+34612345678"))) == mobile)
        #expect(deck.rate(for: try #require(PhoneNumber("+15551230001"))).pricePerMinute == Money(milliCents: 1000))
    }

    @Test(
        "What is wrong with a rate is named",
        arguments: [
            ("hello", "rates", "list"), ("[hello]", "rates[0]", "prefix"),
            ("[{price_per_minute: 1}]", "rates[0].prefix", "required"),
            ("[{prefix: '+1'}]", "rates[0].price_per_minute", "required"),
            ("[{prefix: '1', price_per_minute: 1}]", "rates[0].prefix", "plus sign"),
            ("[{prefix: '+1x', price_per_minute: 1}]", "rates[0].prefix", "+1x"),
            ("[{prefix: '+1234567890123456', price_per_minute: 1}]", "rates[0].prefix", "15 digits"),
            ("[{prefix: '+1', price_per_minute: -1}]", "rates[0].price_per_minute", "amount"),
            ("[{prefix: '+1', price_per_minute: 1e9}]", "rates[0].price_per_minute", "amount"),
            ("[{prefix: '+1', price_per_minute: 1, increment: 0}]", "rates[0].increment", "1 to 3600"),
            ("[{prefix: '+1', price_per_minute: 1, minimum: 4000}]", "rates[0].minimum", "0 to 3600"),
            ("[{prefix: '+1', price_per_minute: 1, minimun: 4}]", "rates[0].minimun", "did you mean minimum?"),
            (
                "[{prefix: '+1', price_per_minute: 1}, {prefix: '+1', price_per_minute: 2}]", "rates[1].prefix",
                "already"
            ),
        ]
    )
    func problems(yaml: String, key: String, words: String) throws {
        let error = #expect(throws: SettingsError.self) { try settings("rates: \(yaml)\n") }
        let problem = try #require(error?.problems.first { $0.key == key }, "\(String(describing: error))")
        #expect(problem.message.contains(words), "\(problem)")
    }

    @Test("Amounts are read from the command line exactly, below zero too")
    func amounts() {
        #expect(Money(argument: "12.34") == Money(milliCents: 1_234_000))
        #expect(Money(argument: "-0.00001") == Money(milliCents: -1))
        for text in ["", "-", "--1", "1,5", "none"] { #expect(Money(argument: text) == nil, "\(text)") }
        #expect(CapArgument(argument: "none") != nil)
        #expect(CapArgument(argument: "none")?.amount == nil)
        #expect(CapArgument(argument: "5")?.amount == Money(milliCents: 500_000))
        #expect(CapArgument(argument: "-5") == nil)
    }
}
