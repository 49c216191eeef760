import Calls
import FoundationEssentials
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    private let noon = Date(timeIntervalSince1970: 1_781_179_200.125)

    @Test("What is written is read back, as text and as JSON", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let id = Call.ID(bornAt: noon, using: &random)
        #expect(Call.ID(id.description) == id)
        #expect(id.description.utf8.count == 31)
        #expect(id.description.hasPrefix("call_"))
        #expect(try JSONDecoder().decode(Call.ID.self, from: JSONEncoder().encode(id)) == id)
    }

    @Test("It is a UUID of version 7 and of RFC 9562's variant, and holds the millisecond of its birth")
    func version() {
        let bytes = Call.ID(bornAt: noon).uuid.uuid
        #expect(bytes.6 >> 4 == 7)
        #expect(bytes.8 >> 6 == 0b10)
        let milliseconds = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(UInt64(0)) {
            $0 << 8 | UInt64($1)
        }
        #expect(milliseconds == 1_781_179_200_125)
    }

    @Test("Later ones sort after earlier ones, in every spelling")
    func order() {
        let ids = (0..<2000).map { Call.ID(bornAt: Date(microseconds: noon.microseconds + Int64($0))) }
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(ids.map(\.uuid.uuidString) == ids.map(\.uuid.uuidString).sorted())
    }

    @Test("The bound of a moment lies between what was born before it and what was born in it")
    func bound() {
        for microseconds in noon.microseconds..<(noon.microseconds + 2000) {
            let bound = Call.ID(lowestBornAt: Date(microseconds: microseconds)).description
            #expect(Call.ID(bornAt: Date(microseconds: microseconds - 1)).description < bound)
            #expect(Call.ID(bornAt: Date(microseconds: microseconds)).description > bound)
        }
    }

    @Test("A thousand born in one moment differ")
    func distinct() {
        #expect(Set((0..<1000).map { _ in Call.ID(bornAt: noon) }).count == 1000)
    }

    @Test(
        "Nothing else is read",
        arguments: [
            "", "call_", "agent_01jdr3k5w2e8vt6m4q9xbn7c5h", "01jdr3k5w2e8vt6m4q9xbn7c5h",
            "call_01jdr3k5w2e8vt6m4q9xbn7c5",
            "call_01jdr3k5w2e8vt6m4q9xbn7c5hh", "call_81jdr3k5w2e8vt6m4q9xbn7c5h", "call_01jdr3k5w2e8vt6m4q9xbn7c5u",
            "call_01JDR3K5W2E8VT6M4Q9XBN7C5H", "call_01jdr3k5w2e8vt6m4q9xbn7c5\u{e9}",
        ]
    )
    func malformed(text: String) {
        #expect(Call.ID(text) == nil)
    }
}
