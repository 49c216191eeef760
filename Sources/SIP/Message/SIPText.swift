/// The head of a SIP message, read from its text: start line and headers, compact names written out, folded lines joined.
///
/// For what the stack does not tell: which Via an INVITE left with, which response really came from the wire.
struct SIPText {
    let startLine: Substring
    private let headers: [(name: String, value: Substring)]

    /// Nil if there is not even a start line.
    init?(_ text: some StringProtocol) {
        var lines = Self.headLines(Substring(text)).makeIterator()
        guard let first = lines.next() else { return nil }
        startLine = first
        var headers: [(name: String, value: Substring)] = []
        while let line = lines.next() {
            if line.first == " " || line.first == "\t", let last = headers.popLast() {
                headers.append((last.name, Substring(last.value + " " + line.trimmed)))
            } else if let colon = line.firstIndex(of: ":") {
                let name = line[..<colon].trimmed.lowercased()
                headers.append((Self.full[name] ?? name, line[line.index(after: colon)...].trimmed))
            }
        }
        self.headers = headers
    }

    /// The values of the headers called `name` (lowercase), in order.
    func all(_ name: String) -> [Substring] {
        headers.filter { $0.name == name }.map(\.value)
    }

    func first(_ name: String) -> Substring? {
        headers.first { $0.name == name }?.value
    }

    /// The status of a response; nil for a request.
    var status: Int? {
        guard startLine.hasPrefix("SIP/2.0 ") else { return nil }
        return Int(startLine.dropFirst(8).prefix(3))
    }

    /// The reason phrase of a response.
    var phrase: String { String(startLine.dropFirst(12)) }

    /// The method of a request; nil for a response.
    var method: Substring? {
        status == nil ? startLine.split(separator: " ", maxSplits: 1).first : nil
    }

    /// The URI that a request was sent to.
    var requestURI: Substring? {
        let fields = startLine.split(separator: " ")
        return status == nil && fields.count == 3 ? fields[1] : nil
    }

    var sequence: (number: UInt32, method: Substring)? {
        guard let fields = first("cseq")?.split(separator: " "), fields.count == 2, let number = UInt32(fields[0])
        else {
            return nil
        }
        return (number, fields[1])
    }

    /// The Q.850 cause of a Reason header (RFC 3326).
    var q850Cause: Int? {
        for reason in all("reason").flatMap({ $0.split(separator: ",") }) {
            let parts = reason.split(separator: ";").map(\.trimmed)
            guard parts.first?.uppercased() == "Q.850" else { continue }
            for part in parts where part.lowercased().hasPrefix("cause=") { return Int(part.dropFirst(6)) }
        }
        return nil
    }

    /// Lines up to the empty one, compared as bytes: a grapheme would swallow CR LF.
    private static func headLines(_ text: Substring) -> [Substring] {
        var lines: [Substring] = []
        var rest = text.utf8[...]
        while let end = rest.firstIndex(of: 0x0A) {
            var line = rest[..<end]
            if line.last == 0x0D { line.removeLast() }
            rest = rest[rest.index(after: end)...]
            if line.isEmpty { return lines }
            lines.append(Substring(line))
        }
        if !rest.isEmpty { lines.append(Substring(rest)) }
        return lines
    }

    /// RFC 3261 section 7.3.3.
    private static let full = [
        "i": "call-id", "m": "contact", "e": "content-encoding", "l": "content-length", "c": "content-type",
        "f": "from",
        "s": "subject", "k": "supported", "t": "to", "v": "via",
    ]
}

/// An address header: `"Name" <sip:user@host;param>;tag=x` or `sip:user@host;tag=x`.
struct SIPAddress: Hashable {
    /// As written, without angle brackets.
    var uri: String
    var tag: String?

    init?(_ text: Substring) {
        let tail: Substring
        // A quoted display name may hold anything, an angle bracket too.
        let start = text.afterQuotedName
        if let open = start.firstIndex(of: "<"), let close = start[open...].firstIndex(of: ">") {
            uri = String(start[start.index(after: open)..<close])
            tail = start[start.index(after: close)...]
        } else {
            // Without brackets, parameters belong to the header (RFC 3261 section 20).
            let end = start.firstIndex(of: ";") ?? start.endIndex
            uri = String(start[..<end].trimmed)
            tail = start[end...]
        }
        guard !uri.isEmpty else { return nil }
        for parameter in tail.split(separator: ";") {
            let parameter = parameter.trimmed
            if parameter.lowercased().hasPrefix("tag=") { tag = String(parameter.dropFirst(4)) }
        }
    }
}

extension StringProtocol {
    /// Without blanks and tabs at both ends.
    var trimmed: Substring {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}

extension Substring {
    fileprivate var afterQuotedName: Substring {
        let text = trimmed
        guard text.first == "\"" else { return text }
        var isEscaped = false
        for index in text.indices.dropFirst() {
            if isEscaped {
                isEscaped = false
            } else if text[index] == "\\" {
                isEscaped = true
            } else if text[index] == "\"" {
                return text[text.index(after: index)...]
            }
        }
        return text
    }

    /// Splits a list of addresses at the commas that are not inside quotes or angle brackets.
    var listElements: [Substring] {
        var elements: [Substring] = []
        var start = startIndex
        var isQuoted = false
        var isBracketed = false
        var isEscaped = false
        for index in indices {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch self[index] {
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case "<" where !isQuoted: isBracketed = true
            case ">" where !isQuoted: isBracketed = false
            case "," where !isQuoted && !isBracketed:
                elements.append(self[start..<index].trimmed)
                start = self.index(after: index)
            default: break
            }
        }
        elements.append(self[start...].trimmed)
        return elements.filter { !$0.isEmpty }
    }
}
