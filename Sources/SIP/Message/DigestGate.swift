import CSofiaSIP

/// Asks callers for a password: the server's side of digest authentication with MD5 (RFC 2617).
struct DigestGate: Sendable {
    private static let realm = "trunkline"
    private let username: String
    private let password: TrunkSecret
    /// Makes nonces that only we can make.
    private let key = UInt64.random(in: .min ... .max)

    init(_ credentials: SIPExchange.Credentials) {
        username = credentials.username
        password = credentials.password
    }

    /// A `Proxy-Authenticate` line for a request that has not proved itself, nil for one that has.
    func challenge(to event: SofiaEvent) -> String? {
        guard let callID = event.callID, let method = event.method else { return nil }
        // Good for one Call-ID, so there is nothing to remember.
        let nonce = Self.md5("\(key):\(callID)")
        if let answer = event.header("Proxy-Authorization"), isRight(answer, method: method, nonce: nonce) {
            return nil
        }
        return "Proxy-Authenticate: Digest realm=\"\(Self.realm)\", nonce=\"\(nonce)\", algorithm=MD5, qop=\"auth\""
    }

    /// Whether `answer`, the value of a `Proxy-Authorization` header, was made with our password.
    private func isRight(_ answer: String, method: String, nonce: String) -> Bool {
        let fields = Self.parameters(answer)
        guard fields["username"] == username, fields["realm"] == Self.realm, fields["nonce"] == nonce,
            let uri = fields["uri"], let response = fields["response"]
        else { return false }
        let secret = Self.md5("\(username):\(Self.realm):\(password.value)")
        let subject = Self.md5("\(method):\(uri)")
        let middle = fields["qop"].map { "\(fields["nc"] ?? ""):\(fields["cnonce"] ?? ""):\($0):" } ?? ""
        return response == Self.md5("\(secret):\(nonce):\(middle)\(subject)")
    }

    private static func md5(_ text: String) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 33) { hex in
            guard let start = hex.baseAddress else { return "" }
            csip_md5(text, text.utf8.count, start)
            return String(cString: start)
        }
    }

    /// `Digest a="b, c", d=e` as names and values without quotes.
    private static func parameters(_ value: String) -> [String: String] {
        var fields: [String: String] = [:]
        for part in value.trimmed.drop(while: { $0 != " " }).listElements {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let name = part[..<equals].trimmed.lowercased()
            var text = part[part.index(after: equals)...].trimmed
            if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
            fields[name] = String(text)
        }
        return fields
    }
}
