import Synchronization
import Telephony

/// The SIP messages of one dialog. The leg holds it, the stack writes into it as long as the leg lives.
final class SIPTrace: Sendable {
    /// A call has a dozen messages; a far end that repeats itself for hours has no more than this many.
    static let limit = 200

    private let kept = Mutex<[SIPMessage]>([])

    func append(_ message: SIPMessage) {
        kept.withLock { kept in
            // The beginning and the end tell what happened; the middle is repetition.
            if kept.count == Self.limit { kept.remove(at: Self.limit / 2) }
            kept.append(message)
        }
    }

    var messages: [SIPMessage] { kept.withLock { $0 } }
}

extension SIPMessage {
    /// `text` with what proves or helps to guess a password taken out of all headers of digest authentication (RFC 2617).
    static func masked(_ text: String) -> String {
        guard text.utf8.count > 0, text.range(ofASCII: "uth") else { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count)
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.utf8.firstIndex(of: 0x0A).map { rest.utf8.index(after: $0) } ?? rest.endIndex
            let line = rest[..<end]
            rest = rest[end...]
            let name = line.prefix { $0 != ":" }.lowercased()
            result += headersWithSecrets.contains(name) ? maskedParameters(line) : String(line)
        }
        return result
    }

    private static let headersWithSecrets: Set<String> = [
        "authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate", "authentication-info",
        "proxy-authentication-info",
    ]
    private static let secretParameters: Set<String> = [
        "response", "nonce", "cnonce", "nextnonce", "rspauth", "opaque",
    ]

    /// Every secret parameter's value, quoted or not, becomes `•••`.
    private static func maskedParameters(_ line: Substring) -> String {
        var result = ""
        var rest = line
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].reversed().prefix { $0.isLetter }.reversed()
            result += rest[...equals]
            rest = rest[rest.index(after: equals)...]
            var value = rest.prefix { $0 != "," && !$0.isNewline }
            if rest.first == "\"", let close = rest.dropFirst().firstIndex(of: "\"") { value = rest[...close] }
            if secretParameters.contains(String(name).lowercased()) {
                result += value.first == "\"" ? "\"•••\"" : "•••"
            } else {
                result += value
            }
            rest = rest[value.endIndex...]
        }
        return result + rest
    }
}

extension String {
    /// Whether the ASCII text `needle` occurs.
    fileprivate func range(ofASCII needle: StaticString) -> Bool {
        let needle = Array(needle.description.utf8)
        var matched = 0
        for byte in utf8 {
            matched = byte == needle[matched] ? matched + 1 : (byte == needle[0] ? 1 : 0)
            if matched == needle.count { return true }
        }
        return false
    }
}
