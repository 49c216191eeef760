import Foundation

/// Reads `multipart/form-data` (RFC 7578) as its bytes come in: what a part holds is handed on piece by piece and never kept.
struct MultipartReader {
    enum Event: Equatable {
        /// A part begins.
        case part(name: String)
        /// Some of what it holds.
        case data(ArraySlice<UInt8>)
        /// It is over.
        case endOfPart
    }

    struct Malformed: Error, Equatable {
        var message: String
    }

    private enum State {
        case preamble
        case headers
        case body
        case epilogue
    }

    /// The most that the headers of one part may have, in bytes.
    private static let headerLimit = 8 * 1024

    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8]

    /// Nil unless `contentType` is `multipart/form-data` with a boundary.
    init?(contentType: String) {
        let parameters = contentType.split(separator: ";").dropFirst()
        for parameter in parameters {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmingCharacters(in: .whitespaces).lowercased() == "boundary" else {
                continue
            }
            let boundary = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
            guard (1...70).contains(boundary.utf8.count) else { return nil }
            delimiter = Array("\r\n--\(boundary)".utf8)
            // The first delimiter may stand at the very beginning.
            buffer = Array("\r\n".utf8)
            return
        }
        return nil
    }

    /// What `bytes` complete.
    mutating func read(_ bytes: some Sequence<UInt8>) throws(Malformed) -> [Event] {
        buffer.append(contentsOf: bytes)
        var events: [Event] = []
        while try step(&events) {}
        return events
    }

    /// Throws if the last delimiter has not come.
    func finish() throws(Malformed) {
        guard case .epilogue = state else {
            throw Malformed(message: "the last part is not closed: the upload was cut off")
        }
    }

    /// True if there may be more to be had from what is buffered.
    private mutating func step(_ events: inout [Event]) throws(Malformed) -> Bool {
        switch state {
        case .preamble:
            return try takeDelimiter { _ in }
        case .headers:
            guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else {
                guard buffer.count <= Self.headerLimit else {
                    throw Malformed(message: "the headers of a part are too long")
                }
                return false
            }
            events.append(.part(name: try Self.name(in: buffer[..<end.lowerBound])))
            buffer.removeSubrange(..<end.upperBound)
            state = .body
            return true
        case .body:
            let found = try takeDelimiter { data in
                if !data.isEmpty { events.append(.data(data)) }
            }
            if found { events.append(.endOfPart) }
            return found
        case .epilogue:
            buffer.removeAll()
            return false
        }
    }

    private static func name(in headers: ArraySlice<UInt8>) throws(Malformed) -> String {
        let lines = String(decoding: headers, as: UTF8.self).split(whereSeparator: \.isNewline)
        for line in lines where line.lowercased().hasPrefix("content-disposition:") {
            for parameter in line.split(separator: ";").dropFirst() {
                let pair = parameter.split(separator: "=", maxSplits: 1)
                guard pair.count == 2, pair[0].trimmingCharacters(in: .whitespaces).lowercased() == "name" else {
                    continue
                }
                return pair[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
            }
        }
        throw Malformed(message: "a part has no name")
    }

    /// Hands on what stands before the next delimiter and takes both away. Without one, hands on what cannot belong to it, and returns false.
    private mutating func takeDelimiter(_ take: (ArraySlice<UInt8>) -> Void) throws(Malformed) -> Bool {
        guard let range = firstDelimiter else {
            let safe = max(0, buffer.count - delimiter.count + 1)
            take(buffer[..<safe])
            buffer.removeSubrange(..<safe)
            return false
        }
        guard buffer.count >= range.upperBound + 2 else {
            take(buffer[..<range.lowerBound])
            buffer.removeSubrange(..<range.lowerBound)
            return false
        }
        take(buffer[..<range.lowerBound])
        let mark = buffer[range.upperBound..<(range.upperBound + 2)]
        if mark.elementsEqual("--".utf8) {
            state = .epilogue
        } else if mark.elementsEqual("\r\n".utf8) {
            state = .headers
        } else {
            throw Malformed(message: "a boundary is not followed by a line end")
        }
        buffer.removeSubrange(..<(range.upperBound + 2))
        return true
    }

    private var firstDelimiter: Range<Int>? {
        var start = 0
        while start + delimiter.count <= buffer.count {
            if buffer[start] == delimiter[0], buffer[start..<(start + delimiter.count)].elementsEqual(delimiter) {
                return start..<(start + delimiter.count)
            }
            start += 1
        }
        return nil
    }
}
