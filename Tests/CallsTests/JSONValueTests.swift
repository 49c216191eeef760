import Calls
import FoundationEssentials
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("What was stored reads back as the same value")
    func roundTrip() throws {
        let value: JSONValue = .object([
            "null": .null, "true": true, "false": false, "one": 1, "big": .integer(.max), "half": .number(0.5),
            "text": "Grüße, \"Riverside\"\n", "list": .array([1, "two", .null]), "empty": .object([:]),
        ])
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
    }

    @Test("Values are spoken without their punctuation")
    func spoken() {
        #expect(JSONValue.null.spoken == "")
        #expect(JSONValue.bool(true).spoken == "yes")
        #expect(JSONValue.array(["Ann", 3]).spoken == "Ann, 3")
        #expect(JSONValue.object(["b": 2, "a": "x"]).spoken == "a x, b 2")
    }
}
