import CSV
import Testing

@Suite("Comma-separated values, read")
struct CSVReaderTests {
    @Test("Quoted fields hold delimiters, line ends and doubled quotation marks; lines are counted as an editor does")
    func quotes() {
        let (rows, _, _) = read("name,note\r\n\"Smith, Ann\",\"one\r\ntwo \"\"three\"\"\"\r\nBob,\"\"\nCarl,5\" pipe")
        #expect(
            rows.map(\.fields) == [
                ["name", "note"], ["Smith, Ann", "one\r\ntwo \"three\""], ["Bob", ""], ["Carl", "5\" pipe"],
            ]
        )
        #expect(rows.map(\.line) == [1, 2, 4, 5])
        #expect(rows.map(\.lastLine) == [1, 3, 4, 5])
        #expect(rows.allSatisfy { $0.fault == nil })
    }

    @Test("Rows end with CRLF, LF or CR, and the last one with nothing", arguments: ["\r\n", "\n", "\r"])
    func lineEnds(end: String) {
        let (rows, _, blank) = read(["a,b", "1,2", "", "3,\"x\(end)y\"", ",", "5,6"].joined(separator: end))
        #expect(rows.map(\.fields) == [["a", "b"], ["1", "2"], ["3", "x\(end)y"], ["5", "6"]])
        #expect(rows.map(\.line) == [1, 2, 4, 7])
        #expect(blank == 2)
    }

    @Test(
        "The delimiter is found out, also where the others stand inside fields",
        arguments: [
            ("phone,name\n+1,Ann\n", CSVDelimiter.comma),
            ("phone;name\n+1;Ann, Bob\n", .semicolon),
            ("phone\tname;alias\n+1\tAnn;A\n", .tab),
            ("\"last, first\";phone\n\"Doe, J\";+1\n", .semicolon),
            ("phone;notes\n+1;a, b, c\n+2;d, e\n", .semicolon),
            ("phone\n+1\n", .comma),
            ("sep=;\nphone;name\n+1;Ann\n", .semicolon),
            ("", .comma),
        ]
    )
    func delimiter(text: String, expected: CSVDelimiter) {
        let (rows, format, _) = read(text)
        #expect(format.delimiter == expected)
        #expect(rows.first?.fields.contains { $0.contains("phone") } ?? text.isEmpty)
    }

    @Test("A line sep=; is no row, and counts as a line")
    func separatorLine() {
        let (rows, _, _) = read("sep=;\r\nphone;name\r\n+1;Ann\r\n")
        #expect(rows.map(\.line) == [2, 3])
    }

    @Test("A delimiter that is given is taken")
    func givenDelimiter() {
        var reader = CSVReader(delimiter: .comma)
        let rows = reader.read(Array("a;b,c\n".utf8)) + reader.finish()
        #expect(rows.map(\.fields) == [["a;b", "c"]])
    }

    @Test("The encoding is found out, and the same text comes out of each", arguments: Sample.allCases)
    func encodings(sample: Sample) {
        var reader = CSVReader()
        let rows = reader.read(sample.bytes) + reader.finish()
        #expect(rows.map(\.fields) == [["phone", "name"], ["+34600111222", "Nuñez – €"], ["+34600111223", "Ann"]])
        #expect(rows.allSatisfy { $0.fault == nil })
        #expect(reader.format.encoding == sample.encoding)
        #expect(reader.format.hasByteOrderMark == sample.hasMark)
    }

    enum Sample: CaseIterable {
        case utf8, utf8WithMark, windows1252, utf16LittleEndian, utf16BigEndian

        var bytes: [UInt8] {
            let text = "phone,name\n+34600111222,Nuñez – €\n+34600111223,Ann\n"
            switch self {
            case .utf8: return Array(text.utf8)
            case .utf8WithMark: return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
            case .windows1252:
                return text.unicodeScalars.map { ["–": 0x96, "€": 0x80][$0] ?? UInt8(truncatingIfNeeded: $0.value) }
            case .utf16LittleEndian:
                return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            case .utf16BigEndian:
                return [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
            }
        }

        var encoding: CSVEncoding {
            switch self {
            case .utf8, .utf8WithMark: .utf8
            case .windows1252: .windows1252
            case .utf16LittleEndian: .utf16LittleEndian
            case .utf16BigEndian: .utf16BigEndian
            }
        }

        var hasMark: Bool { self != .utf8 && self != .windows1252 }
    }

    @Test(
        "Characters beyond the first plane come out of UTF-16; half of one is a fault of its row, and so is an odd last byte"
    )
    func surrogates() {
        var bytes: [UInt8] = [0xFF, 0xFE]
        func add(_ units: some Sequence<UInt16>) { bytes += units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        add("a,b\n1,😀\n2,".utf16)
        add([0xD83D])
        add("\n3,c".utf16)
        bytes.append(0x41)
        var reader = CSVReader()
        let rows = reader.read(bytes) + reader.finish()
        #expect(rows.map(\.fields.first) == ["a", "1", "2", "3"])
        #expect(rows[1].fields == ["1", "😀"] && rows[1].fault == nil)
        #expect(rows[2].fault == CSVFault(.undecodable(.utf16LittleEndian), column: 2))
        #expect(rows[3].fault == CSVFault(.undecodable(.utf16LittleEndian), column: 2))
    }

    @Test("A damaged row in a file of UTF-8 is a fault of that row, and the rest stays readable")
    func damagedRow() {
        var bytes = Array("phone,name\n+1,José\n+2,".utf8)
        bytes += [0xE9, 0x0A]
        bytes += Array("+3,Zoë\n".utf8)
        var reader = CSVReader()
        let rows = reader.read(bytes) + reader.finish()
        #expect(rows.map(\.fault) == [nil, nil, CSVFault(.undecodable(.utf8), column: 2), nil])
        #expect(rows[3].fields == ["+3", "Zoë"])
    }

    @Test("A quotation mark that is never closed is told with the line it stands in, and what came before is kept")
    func unclosedQuote() {
        let (rows, _, _) = read("a,b\n1,2\n3,\"open\n4,5\n6,7\n")
        #expect(rows.map(\.line) == [1, 2, 3])
        #expect(rows[2].lastLine == 5)
        #expect(rows[2].fault == CSVFault(.unclosedQuote(line: 3), column: 2))
    }

    @Test("Text behind a closing quotation mark, and U+0000, are faults of their row; spaces behind the mark are none")
    func strayText() {
        let (rows, _, _) = read("a,b\n\"x\"y,1\n\"x\" ,2\nz\0,3\nok,4\n")
        #expect(
            rows.map(\.fault) == [nil, CSVFault(.textAfterQuote, column: 1), nil, CSVFault(.nulByte, column: 1), nil]
        )
        #expect(rows[2].fields == ["x", "2"])
    }

    @Test("A field of 10 MB is refused without being kept, and the next row is read")
    func hugeField() {
        let huge = String(repeating: "é", count: 5 * 1024 * 1024)
        let (rows, format, _) = read("a,b\n1,\"\(huge)\"\n2,\(huge)\n3,Zoë\n")
        #expect(rows.map(\.line) == [1, 2, 3, 4])
        let fault = CSVFault(.fieldTooLong(limit: 64 * 1024), column: 2)
        #expect(rows.map(\.fault) == [nil, fault, fault, nil])
        #expect(rows[1].fields[1].utf8.count <= 64 * 1024 + 3)
        #expect(rows[3].fields == ["3", "Zoë"])
        #expect(format.encoding == .utf8)
    }

    @Test("Rows that are too large, and rows of too many fields, are refused")
    func hugeRows() {
        var limits = CSVLimits()
        (limits.field, limits.row, limits.fields) = (4, 10, 4)
        var reader = CSVReader(limits: limits)
        let text = "a,b,c\n1111,2222,3333\n1,2,3,4,5\n55555,6,7\n"
        let rows = reader.read(Array(text.utf8)) + reader.finish()
        #expect(
            rows.map(\.fault) == [
                nil, CSVFault(.rowTooLong(limit: 10), column: 3), CSVFault(.tooManyFields(limit: 4), column: 5),
                CSVFault(.fieldTooLong(limit: 4), column: 1),
            ]
        )
    }

    @Test("Where the bytes are cut makes no difference")
    func chunks() {
        var random = SplitMix64(seed: 7)
        let pieces = ["a", ",", ";", "\t", "\"", "\"\"", "\n", "\r", "\r\n", " ", "é", "😀", "\0", "=1", "+34600111222"]
        for round in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let piece = pieces.randomElement(using: &random) ?? ""
                bytes +=
                    round.isMultiple(of: 3)
                    ? Array(piece.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }) : Array(piece.utf8)
            }
            if round.isMultiple(of: 3) { bytes = [0xFF, 0xFE] + bytes }
            if round.isMultiple(of: 7) { bytes.append(0xE9) }
            var whole = CSVReader()
            let expected = whole.read(bytes) + whole.finish()
            var cut = CSVReader()
            var rows: [CSVRow] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let length = Int.random(in: 1...min(9, rest.count), using: &random)
                rows += cut.read(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
            rows += cut.finish()
            #expect(rows == expected)
            #expect(cut.format == whole.format && cut.blankRows == whole.blankRows)
        }
    }

    @Test("A file that is larger than what the delimiter is found out from is the same however it is cut")
    func largeFile() {
        let text =
            "phone;note\r\n"
            + (0..<6000).map { "+1555\(1_000_000 + $0);\"line \($0)\r\nmore, \"\"é\"\"\"\r\n" }.joined()
        let bytes = Array(text.utf8)
        var whole = CSVReader()
        let expected = whole.read(bytes) + whole.finish()
        #expect(expected.count == 6001)
        #expect(expected.last?.line == 12_000 && expected.last?.lastLine == 12_001)
        for size in [1, 7, 4096, 65_537] {
            var cut = CSVReader()
            var rows: [CSVRow] = []
            var start = 0
            while start < bytes.count {
                rows += cut.read(bytes[start..<min(start + size, bytes.count)])
                start += size
            }
            rows += cut.finish()
            #expect(rows == expected)
        }
    }

    private func read(_ text: String) -> (rows: [CSVRow], format: CSVFormat, blank: Int) {
        var reader = CSVReader()
        let rows = reader.read(Array(text.utf8)) + reader.finish()
        return (rows, reader.format, reader.blankRows)
    }
}
