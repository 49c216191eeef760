/// Reads comma-separated values (RFC 4180) as their bytes come in, in bounded memory, and finds out delimiter and encoding.
///
/// UTF-16 is known by its byte order mark. Without a mark the file is UTF-8, unless the first row with anything beyond ASCII is not: then
/// the whole file is Windows-1252. A damaged row in a file that is known to be UTF-8 is a fault of that row. Rows come out some 64 KB late,
/// because the delimiter is found out from the beginning; where the bytes are cut makes no difference. Empty lines, and lines with nothing
/// but delimiters, are left out and counted.
package struct CSVReader: Sendable {
    private static let sampleSize = 64 * 1024

    private let limits: CSVLimits
    private let givenDelimiter: CSVDelimiter?
    private var bytes = UTF8Bytes()
    private var input: [UInt8] = []
    private var tokenizer: CSVTokenizer?
    private var delimiter = CSVDelimiter.comma
    private var encoding: CSVEncoding?
    private var skipsRow = false

    /// How many lines had nothing in them.
    package private(set) var blankRows = 0

    /// Finds the delimiter out if none is given.
    package init(delimiter: CSVDelimiter? = nil, limits: CSVLimits = CSVLimits()) {
        givenDelimiter = delimiter
        self.limits = limits
    }

    /// What was found out so far: final once the file has ended.
    package var format: CSVFormat {
        CSVFormat(
            encoding: encoding ?? bytes.encoding ?? .utf8,
            hasByteOrderMark: bytes.encoding != nil,
            delimiter: delimiter
        )
    }

    /// The rows that `chunk` completes.
    package mutating func read(_ chunk: some Sequence<UInt8>) -> [CSVRow] {
        bytes.append(chunk, to: &input)
        if tokenizer == nil {
            guard input.count >= Self.sampleSize else { return [] }
            begin(isWhole: false)
        }
        return split()
    }

    /// The rows that the end of the file completes.
    package mutating func finish() -> [CSVRow] {
        bytes.finish(&input)
        if tokenizer == nil { begin(isWhole: true) }
        var rows = split()
        if let raw = tokenizer?.finish() { take(raw, &rows) }
        return rows
    }

    private mutating func begin(isWhole: Bool) {
        // The beginning is the same one however the chunks are cut.
        let sample = Array(input.prefix(Self.sampleSize))
        let named = CSVDelimiter.named(in: sample)
        delimiter =
            givenDelimiter ?? named
            ?? .detected(in: sample, isWhole: isWhole && input.count <= Self.sampleSize, limits: limits)
        skipsRow = named != nil
        tokenizer = CSVTokenizer(delimiter: delimiter, limits: limits)
        encoding = bytes.encoding
    }

    private mutating func split() -> [CSVRow] {
        guard var tokenizer else { return [] }
        self.tokenizer = nil
        var rows: [CSVRow] = []
        for byte in input where tokenizer.take(byte) { take(tokenizer.takeRow(), &rows) }
        input.removeAll(keepingCapacity: true)
        self.tokenizer = tokenizer
        return rows
    }

    private mutating func take(_ raw: CSVTokenizer.RawRow, _ rows: inout [CSVRow]) {
        if raw.isBlank {
            blankRows += 1
        } else if skipsRow {
            skipsRow = false
        } else {
            rows.append(decoded(raw))
        }
    }

    private mutating func decoded(_ raw: CSVTokenizer.RawRow) -> CSVRow {
        var row = CSVRow(line: raw.line, lastLine: raw.lastLine, fields: [], fault: raw.fault)
        guard raw.fault == nil else {
            // It may be cut in the middle of a character: nothing is learned from it.
            row.fields = fields(of: raw) { text(of: $0) }
            return row
        }
        let isASCII = raw.bytes.allSatisfy { $0 < 0x80 }
        if !isASCII, encoding == nil {
            encoding = fields(of: raw) { String(validating: $0, as: UTF8.self) }.contains(nil) ? .windows1252 : .utf8
        }
        row.fields = fields(of: raw) { text(of: $0) }
        if !isASCII, let encoding, encoding != .windows1252 {
            let texts = fields(of: raw) { String(validating: $0, as: UTF8.self) }
            if let damaged = texts.firstIndex(of: nil) {
                row.fault = CSVFault(.undecodable(encoding), column: damaged + 1)
            }
        }
        return row
    }

    private func text(of field: ArraySlice<UInt8>) -> String {
        encoding == .windows1252 ? String(windows1252: field) : String(decoding: field, as: UTF8.self)
    }

    private func fields<Field>(of raw: CSVTokenizer.RawRow, _ field: (ArraySlice<UInt8>) -> Field) -> [Field] {
        var start = 0
        return raw.ends.map { end in
            defer { start = end }
            return field(raw.bytes[start..<end])
        }
    }
}
