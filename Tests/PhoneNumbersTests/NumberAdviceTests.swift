import Calls
import PhoneNumbers
import Testing

@Suite("Advice about numbers")
struct NumberAdviceTests {
    @Test(
        "Region and kind are what the numbering plan says",
        arguments: [
            ("+442079460000", "GB", NumberAdvice.Kind.fixedLine),
            ("+4915112345678", "DE", .mobile),
            ("+12025550123", "US", .fixedLineOrMobile),
            ("+18005550199", "US", .tollFree),
            ("+19002345678", "US", .premiumRate),
        ]
    )
    func known(text: String, region: String, kind: NumberAdvice.Kind) throws {
        let advice = try #require(PhoneNumber(text)).advice
        #expect(advice == NumberAdvice(region: region, kind: kind, isPossible: true, isValid: true))
    }

    @Test("A lab number is accepted, and known to be assigned to nobody")
    func lab() throws {
        let advice = try #require(PhoneNumber("+15551230001")).advice
        #expect(advice.isPossible)
        #expect(!advice.isValid)
        #expect(advice.region == nil)
    }

    @Test(
        "Anything in E.164 form gets advice, and nothing crashes",
        arguments: ["+12", "+999999999999999", "+10", "+80012345678"]
    )
    func odd(text: String) throws {
        let advice = try #require(PhoneNumber(text)).advice
        #expect(advice.isValid == (text == "+80012345678"))
    }

    @Test("Many threads may ask at once")
    func concurrent() async throws {
        let number = try #require(PhoneNumber("+442079460000"))
        let regions = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<64 { group.addTask { number.advice.region } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(regions == ["GB"])
    }
}
