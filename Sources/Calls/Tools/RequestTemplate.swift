/// An HTTP request with `{{variables}}` in it: that of a tool, or the one before a call.
///
/// What stands for a variable is escaped for its place, so that it can be nothing but a value there: one segment of the path, one value of the
/// query, one header's text, one JSON value. Scheme and host are fixed. `{{secret.name}}` is a secret of the server's configuration.
package struct RequestTemplate: Sendable, Hashable, Codable {
    package enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"

        /// Whether a request of this method without a body of its own is given one.
        package var hasBody: Bool { self == .post || self == .put || self == .patch }
    }

    package var method: Method
    package var url: String
    /// By name.
    package var headers: [String: String]
    /// JSON. A text that is one variable and nothing else becomes its value, of whatever type.
    package var body: JSONValue?

    package init(method: Method, url: String, headers: [String: String] = [:], body: JSONValue? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    /// What a variable's name begins with that stands for a secret.
    private static let secretPrefix = "secret."

    /// Every variable in it that is no secret, each once.
    package var variables: [String] { names.filter { !$0.hasPrefix(Self.secretPrefix) } }
    /// Every secret in it, each once.
    package var secrets: [String] {
        names.filter { $0.hasPrefix(Self.secretPrefix) }.map { String($0.dropFirst(Self.secretPrefix.count)) }
    }

    /// Its variables that a call has to have a value for, as texts, for whoever looks for variables in texts.
    var placeholders: [String] {
        variables.filter { !$0.hasPrefix(Call.factPrefix) }.map { "{{\($0)}}" }
    }

    private var names: [String] {
        var names: [String] = []
        for text in texts { for name in Template(text).variables where !names.contains(name) { names.append(name) } }
        return names
    }

    /// Everything that may hold variables.
    private var texts: [String] { [url] + headers.sorted { $0.key < $1.key }.map(\.value) + (body?.texts ?? []) }

    /// A request as it is sent.
    package struct Filled: Sendable, Hashable {
        package var method: Method
        package var url: String
        package var headers: [String: String]
        package var body: JSONValue?
    }

    /// Why no request can be made of it, in plain words.
    package struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }
    }

    /// The request with its variables replaced; `value` is asked for those that are no secrets. One without a value is empty, and null in the body.
    package func filled(
        _ value: (String) -> JSONValue?,
        secret: (String) throws(Problem) -> String
    ) throws(Problem) -> Filled {
        var secrets: [String: String] = [:]
        for name in self.secrets { secrets[Self.secretPrefix + name] = try secret(name) }
        func find(_ name: String) -> JSONValue? {
            name.hasPrefix(Self.secretPrefix) ? secrets[name].map(JSONValue.string) : value(name)
        }
        var headers: [String: String] = [:]
        for (name, text) in self.headers {
            let filled = Template(text).filled { find($0)?.written }
            guard filled.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else {
                throw Problem("a value does not fit into the header \(name)")
            }
            headers[name] = filled
        }
        return Filled(
            method: method,
            url: try filledURL(find),
            headers: headers,
            body: body.map { $0.filled(find) }
        )
    }

    private func filledURL(_ value: (String) -> JSONValue?) throws(Problem) -> String {
        func fill(_ text: Substring) -> String {
            Template(String(text)).filled { value($0)?.written.percentEncoded }
        }
        let end = url.firstIndex(of: "?") ?? url.endIndex
        var segments: [String] = []
        for segment in url[..<end].split(separator: "/", omittingEmptySubsequences: false) {
            let filled = fill(segment)
            // Each of these would lead to another place than the one that was written down.
            if segment.contains("{{"), ["", ".", ".."].contains(filled) {
                throw Problem("a value does not fit into the path of the URL")
            }
            segments.append(filled)
        }
        return segments.joined(separator: "/") + fill(url[end...])
    }
}

extension JSONValue {
    /// How the value reads in a URL, a header or a text: a string without quotes, nothing for null, lists and objects as JSON.
    package var written: String {
        switch self {
        case .null: ""
        case .string(let text): text
        case .bool, .integer, .number, .array, .object: json
        }
    }

    /// Every text in it, names aside.
    fileprivate var texts: [String] {
        switch self {
        case .null, .bool, .integer, .number: []
        case .string(let text): [text]
        case .array(let values): values.flatMap(\.texts)
        case .object(let members): members.sorted { $0.key < $1.key }.flatMap(\.value.texts)
        }
    }

    fileprivate func filled(_ value: (String) -> JSONValue?) -> JSONValue {
        switch self {
        case .null, .bool, .integer, .number: self
        case .string(let text):
            if let name = Template(text).onlyVariable {
                value(name) ?? .null
            } else {
                .string(Template(text).filled { value($0)?.written })
            }
        case .array(let values): .array(values.map { $0.filled(value) })
        case .object(let members): .object(members.mapValues { $0.filled(value) })
        }
    }
}

extension String {
    /// With everything escaped that could mean something in a URL (RFC 3986 section 2.3).
    fileprivate var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}
