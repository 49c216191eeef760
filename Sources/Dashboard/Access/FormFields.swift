/// The fields of a form, as `application/x-www-form-urlencoded` has them (WHATWG URL section 5): of a body, or of the query of a page. A field that
/// was left blank counts as not there.
struct FormFields: Sendable {
    /// The field that carries a session's token.
    static let tokenName = "form_token"

    /// Every field as it was sent, in the order of the form.
    private(set) var all: [(name: String, value: String)] = []
    private var values: [String: [String]] = [:]

    init(urlEncoded text: String) {
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? Self.decoded(parts[1]) : ""
            add(Self.decoded(parts[0]), value)
        }
    }

    init(_ fields: [(name: String, value: String)]) {
        for field in fields { add(field.name, field.value) }
    }

    private mutating func add(_ name: String, _ value: String) {
        all.append((name, value))
        values[name, default: []].append(value)
    }

    /// Without the white space around it. Nil if it is not there, or nothing but that.
    subscript(_ name: String) -> String? {
        guard let value = values[name]?.first else { return nil }
        let inner = value.drop(while: \.isWhitespace)
        let end = inner.lastIndex { !$0.isWhitespace }
        return end.map { String(inner[...$0]) }
    }

    /// As it was typed. Empty if it is not there.
    func verbatim(_ name: String) -> String { values[name]?.first ?? "" }

    /// Every value that is there under a name, blank ones left out.
    func all(_ name: String) -> [String] { (values[name] ?? []).filter { !$0.isEmpty } }

    /// The fields whose names begin with `prefix`, by what follows it.
    func members(_ prefix: String) -> [String: String] {
        var found: [String: String] = [:]
        for name in values.keys where name.hasPrefix(prefix) {
            found[String(name.dropFirst(prefix.count))] = self[name]
        }
        return found
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "+") {
                bytes.append(UInt8(ascii: " "))
            } else if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `fields` as a query. Nil values are left out.
    static func query(_ fields: [(String, String?)]) -> String {
        fields.compactMap { name, value in value.map { "\(encoded(name))=\(encoded($0))" } }.joined(separator: "&")
    }

    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
