/// Turns the bytes of a file into ones that can be split: UTF-16 becomes UTF-8, a byte order mark is taken off, anything else stays as it is.
///
/// Half a surrogate pair becomes 0xFF, which UTF-8 does not have: the row it stands in is found to be damaged.
struct UTF8Bytes {
    /// Nil until enough of the file was seen: three bytes, or all of it.
    private(set) var mark: CSVEncoding??
    private var pending: [UInt8] = []
    private var highSurrogate: UInt16?

    /// Of the byte order mark, once the beginning was seen.
    var encoding: CSVEncoding? { mark ?? nil }

    mutating func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        guard mark == nil else { return pass(bytes, to: &output) }
        pending.append(contentsOf: bytes)
        if pending.count >= 3 { begin(&output) }
    }

    mutating func finish(_ output: inout [UInt8]) {
        if mark == nil { begin(&output) }
        guard encoding == .utf16LittleEndian || encoding == .utf16BigEndian else { return }
        if highSurrogate != nil || !pending.isEmpty { output.append(0xFF) }
    }

    private mutating func begin(_ output: inout [UInt8]) {
        let (encoding, length) = Self.mark(of: pending)
        mark = .some(encoding)
        let rest = pending[length...]
        pending = []
        pass(rest, to: &output)
    }

    /// The encoding that the mark names, and how many bytes it has.
    private static func mark(of bytes: [UInt8]) -> (CSVEncoding?, Int) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        return (nil, 0)
    }

    private mutating func pass(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        switch encoding {
        case .utf16LittleEndian:
            for byte in bytes { takeHalf(byte, &output) { UInt16($1) << 8 | UInt16($0) } }
        case .utf16BigEndian:
            for byte in bytes { takeHalf(byte, &output) { UInt16($0) << 8 | UInt16($1) } }
        case .utf8, .windows1252, nil: output.append(contentsOf: bytes)
        }
    }

    private mutating func takeHalf(_ byte: UInt8, _ output: inout [UInt8], unit: (UInt8, UInt8) -> UInt16) {
        guard let first = pending.popLast() else {
            pending.append(byte)
            return
        }
        take(unit(first, byte), &output)
    }

    private mutating func take(_ unit: UInt16, _ output: inout [UInt8]) {
        if let high = highSurrogate {
            highSurrogate = nil
            if UTF16.isTrailSurrogate(unit) {
                let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                if let scalar = Unicode.Scalar(value) { output.append(contentsOf: scalar.utf8) }
                return
            }
            output.append(0xFF)
        }
        if UTF16.isLeadSurrogate(unit) {
            highSurrogate = unit
        } else if let scalar = Unicode.Scalar(unit) {
            output.append(contentsOf: scalar.utf8)
        } else {
            output.append(0xFF)
        }
    }
}
