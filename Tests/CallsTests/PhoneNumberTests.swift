import Calls
import FoundationEssentials
import Testing

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "The format of E.164 is accepted, assigned or not",
        arguments: ["+15551234567", "+34123456789", "+15550000000", "+12", "+999999999999999"]
    )
    func accepted(text: String) throws {
        let number = try #require(PhoneNumber(text))
        #expect(number.description == text)
        #expect("+" + number.digits == text)
        #expect(try JSONDecoder().decode(PhoneNumber.self, from: JSONEncoder().encode(number)) == number)
    }

    @Test(
        "Nothing else is",
        arguments: [
            "", "+", "+1", "15551234567", "+05551234567", "+1555123456789012", "+1 555 123 4567", "+1-555-123-4567",
            "tel:+15551234567", "+1555123456a", " +15551234567", "+15551234567\n", "+１５５５１２３４", "+1555123456٣",
        ]
    )
    func refused(text: String) {
        #expect(PhoneNumber(text) == nil)
    }
}
