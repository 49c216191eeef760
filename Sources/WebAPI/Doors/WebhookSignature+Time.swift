import Engine
import FoundationEssentials

extension WebhookSignature {
    /// `t=…,v1=…`: when a try is made, in seconds since 1970, and for each secret the HMAC-SHA256 of that, a dot and `body` in hexadecimal digits.
    static func timed(_ body: String, secrets: [String], at now: Date) -> String {
        let time = Int64(now.timeIntervalSince1970)
        let signatures = secrets.map { ",v1=" + hexadecimal("\(time).\(body)", secret: $0) }
        return "t=\(time)" + signatures.joined()
    }
}
