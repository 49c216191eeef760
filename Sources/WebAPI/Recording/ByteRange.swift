/// Which part of a representation a `Range` header asks for (RFC 9110 section 14).
enum ByteRange: Equatable {
    /// Everything: no range, one that cannot be read, or several at once, which a server may answer in full.
    case whole
    case part(ClosedRange<Int>)
    /// The range begins behind the end, or is empty.
    case unsatisfiable

    init(_ header: String?, size: Int) {
        self = header.flatMap { Self.parse($0, size: size) } ?? .whole
    }

    private static func parse(_ header: String, size: Int) -> ByteRange? {
        let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, trimmed(parts[0]).lowercased() == "bytes" else { return nil }
        let specification = trimmed(parts[1])
        let ends = specification.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard !specification.contains(","), ends.count == 2 else { return nil }

        if ends[0].isEmpty {
            guard let length = number(ends[1]) else { return nil }
            return length == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - length)...size - 1)
        }
        guard let first = number(ends[0]) else { return nil }
        if ends[1].isEmpty { return first < size ? .part(first...size - 1) : .unsatisfiable }
        guard let last = number(ends[1]), last >= first else { return nil }
        return first < size ? .part(first...min(last, size - 1)) : .unsatisfiable
    }

    /// Digits only: `Int` alone would take a sign. A number too large for `Int` is larger than any file.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
        return Int(text) ?? Int.max
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        let trailing = start.reversed().prefix { $0 == " " || $0 == "\t" }.count
        return start.dropLast(trailing)
    }
}
