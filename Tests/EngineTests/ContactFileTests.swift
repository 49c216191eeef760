import CSV
import Calls
import Engine
import Foundation
import Testing

@Suite("A list of contacts, read")
struct ContactFileTests {
    private static let now = Date(timeIntervalSince1970: 1_781_179_200)

    private func read(
        _ bytes: [UInt8],
        _ options: ContactFile.Options = .init(),
        allowsDuplicates: Bool = false
    ) throws -> (rows: [ContactRow], file: ContactFile) {
        var file = try ContactFile(options, allowsDuplicates: allowsDuplicates, now: Self.now)
        let rows = try file.read(bytes) + file.finish()
        return (rows, file)
    }

    private func rows(_ text: String, _ options: ContactFile.Options = .init()) throws -> [ContactRow] {
        try read(Array(text.utf8), options).rows
    }

    @Test("Every column but those that mean something to us becomes a variable; empty cells give none")
    func contact() throws {
        let text = """
            Name,Phone,timezone,Scheduled_For,PRIORITY,city,
            Ana, +34 600 111 222 ,Europe/Madrid,2026-06-12T09:00:00+02:00,7,"Sant Boi, 3",
            Bob,+15551230001,,,,,
            """
        let (rows, file) = try read(Array(text.utf8))
        #expect(
            rows.map(\.outcome) == [
                .contact(
                    NewContact(
                        line: 2,
                        phone: try #require(PhoneNumber("+34600111222")),
                        variables: ["Name": "Ana", "city": "Sant Boi, 3"],
                        timeZone: "Europe/Madrid",
                        scheduledFor: try Date("2026-06-12T07:00:00Z", strategy: .iso8601),
                        priority: 7
                    )
                ),
                .contact(
                    NewContact(line: 3, phone: try #require(PhoneNumber("+15551230001")), variables: ["Name": "Bob"])
                ),
            ]
        )
        #expect(rows[0].cells[1] == " +34 600 111 222 ")
        #expect(file.columns?.notices.count == 1)
    }

    /// What every row of a nasty file is told. An empty text: it is a contact.
    private static func verdicts(huge: Int) -> [(row: String, verdict: String)] {
        [
            ("+34600111222,Ana,,", ""),
            ("\"+34600111223\",\"Ana\nMaria \"\"Nena\"\"\",,", ""),
            ("'+34600111224,=HYPERLINK(\"\"http://x\"\"),,", ""),
            ("=\"+34600111225\",x,,", ""),
            ("600 111 226,national,,", ""),
            ("0034600111227,prefix,,", ""),
            ("+34600111222,again,,", "line 2"),
            ("600111222,again,,", "line 2"),
            ("3.46E+10,sheet,,", "phone: a spreadsheet wrote the number as a rounded quantity"),
            ("\"3,46E+10\",sheet,,", "phone: a spreadsheet wrote"),
            ("34600111228.0,sheet,,", "phone: a program wrote the number as a quantity"),
            ("=1+1,formula,,", "phone: this is a formula"),
            (",nobody,,", "phone: there is no number"),
            ("n/a,nobody,,", "phone: this is no telephone number"),
            ("60011,short,,", "phone: the number has too few digits"),
            ("600111228 / 600111229,two,,", "phone: there is more than one number"),
            ("+34600111230,short row", "the row has 2 cells and the first line names 4"),
            ("+34600111231,a,b,c,d", "the row has 5 cells and the first line names 4"),
            ("+34600111232,trailing,,,,,", ""),
            ("+34600111233,zone,CEST,", "timezone: expected a name of the IANA database"),
            ("+34600111234,zone,Europe/Atlantis,", "timezone: expected a name of the IANA database"),
            ("+34600111235,time,,2026-06-12 09:00", "scheduled_for: expected a time with its zone"),
            ("+34600111236,time,,2036-06-12T09:00:00Z", "scheduled_for: more than a year away"),
            ("\"+34600111237\"x,stray,,", "phone: text follows the quotation mark"),
            ("+34600111238,nul\0,,", "name: the field holds the character U+0000"),
            (
                "+34600111239,\(String(repeating: "x", count: huge)),,",
                "name: the field has more than 65536 bytes"
            ),
            ("+34600111240,\(String(repeating: "x", count: 20_000)),,", "the values have 20004 bytes together"),
            ("+34600111241,\"open,,", "name: a quotation mark in line 30 opens a field that is never closed"),
        ]
    }

    @Test("Each line of a nasty file gets its verdict, whatever it is encoded in", arguments: [false, true])
    func corpus(isUTF16: Bool) throws {
        // Ten megabytes once is enough.
        let verdicts = Self.verdicts(huge: isUTF16 ? 70_000 : 10 * 1024 * 1024)
        let text = "phone,name,timezone,scheduled_for\r\n" + verdicts.map(\.row).joined(separator: "\r\n") + "\r\n"
        let wide: [UInt8] =
            [0xFE, 0xFF] + text.utf16.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
        let bytes = isUTF16 ? wide : Array(text.utf8)
        let (rows, _) = try read(bytes, .init(region: "ES"))
        #expect(rows.count == verdicts.count)
        // The second row has two lines.
        #expect(rows.map(\.line) == [2, 3] + Array(5...30))
        for (row, expected) in zip(rows, verdicts) {
            let line = row.line
            switch row.outcome {
            case .contact: #expect(expected.verdict.isEmpty, "line \(line)")
            case .duplicate(_, let first): #expect(expected.verdict == "line \(first)", "line \(line)")
            case .faulty(let problems):
                #expect(!expected.verdict.isEmpty && problems.count == 1, "line \(line)")
                #expect(problems.first?.description.hasPrefix(expected.verdict) == true, "line \(line): \(problems)")
            }
        }
    }

    @Test("Everything that is wrong with a row is said at once")
    func severalProblems() throws {
        let row = try #require(try rows("phone,priority,timezone\nx,9999,Berlin\n").first)
        guard case .faulty(let problems) = row.outcome else { throw Unexpected() }
        #expect(problems.map(\.column) == ["phone", "timezone", "priority"])
    }

    @Test("Without a region national numbers are refused in words that say what to do")
    func noRegion() throws {
        let row = try #require(try rows("phone\n600111222\n").first)
        guard case .faulty(let problems) = row.outcome else { throw Unexpected() }
        #expect(problems.first?.message.contains("no country code") == true)
        #expect(throws: Refusal.self) { try ContactFile(.init(region: "Spain"), now: Self.now) }
    }

    @Test("Another column can be named for the numbers")
    func phoneColumn() throws {
        let row = try #require(try rows("phone;Mobile No\nx;+34600111222\n", .init(phoneColumn: "mobile no")).first)
        guard case .contact(let contact) = row.outcome else { throw Unexpected() }
        #expect(contact.phone.description == "+34600111222" && contact.variables == ["phone": "x"])
    }

    @Test(
        "A file that is no list of contacts is refused as a whole, and where is said",
        arguments: [
            ("", "line 1", "empty"), ("\n\n", "line 1", "empty"), ("phone,name\n", "line 2", "no rows"),
            ("name,mobile\nAna,+34600111222\n", "line 1", "there is no column \"phone\" among \"name\", \"mobile\""),
            ("+34600111222,Ana\n+34600111223,Bob\n", "line 1", "the first line has to name the columns"),
            ("phone,name,name\n+34600111222,a,b\n", "line 1, column 3", "columns 2 and 3 are both called \"name\""),
            ("phone,PHONE\n+34600111222,a\n", "line 1, column 2", "columns 1 and 2 mean the same"),
            ("phone,timezone,time_zone\n+34600111222,,\n", "line 1, column 3", "columns 2 and 3 mean the same"),
            ("phone,\"name\n+34600111222,a\n", "line 1, column 2", "never closed"),
        ]
    )
    func refused(text: String, field: String, words: String) throws {
        do {
            _ = try rows(text)
            throw Unexpected()
        } catch Refusal.invalid(let given, let message) {
            #expect(given == field)
            #expect(message.contains(words), "\(message)")
        }
    }

    @Test("Columns without a name, and names that no template can say, are told and do no harm")
    func notices() throws {
        let (rows, file) = try read(Array("phone,,First Name\n+34600111222,x,Ana\n".utf8))
        #expect(file.columns?.notices.count == 2)
        guard case .contact(let contact)? = rows.first?.outcome else { throw Unexpected() }
        #expect(contact.variables == ["First Name": "Ana"])
    }

    @Test("Duplicates are contacts where they are allowed")
    func duplicates() throws {
        let (rows, _) = try read(Array("phone\n+34600111222\n+34600111222\n".utf8), allowsDuplicates: true)
        #expect(rows.count == 2)
        for row in rows {
            guard case .contact = row.outcome else { throw Unexpected() }
        }
    }

    private struct Unexpected: Error {}
}
