import Foundation

/// A message from the server, as a receiver got it.
struct Webhook {
    /// The headers `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    var id: String
    var timestamp: String
    var signature: String
    /// Byte for byte.
    var body: [UInt8]

    /// Whether it was signed with `secret` (`whsec_…`) in the last five minutes, as Standard Webhooks has it.
    func isGenuine(secret: String, now: Date = Date()) -> Bool {
        guard let seconds = Double(timestamp), abs(now.timeIntervalSince1970 - seconds) <= 300,
            secret.hasPrefix("whsec_"), let key = Data(base64Encoded: String(secret.dropFirst(6)))
        else { return false }
        let code = SHA256.authenticationCode(of: Array("\(id).\(timestamp).".utf8) + body, key: Array(key))
        let expected = Array("v1,\(Data(code).base64EncodedString())".utf8)
        return signature.split(separator: " ").contains { given in
            // Every byte is looked at, so that the time it takes tells nothing.
            given.utf8.count == expected.count && zip(given.utf8, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }
}
