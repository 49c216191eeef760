import HTTPTypes
import Hummingbird

extension HTTPField.Name {
    static let idempotencyKey = known("Idempotency-Key")
    static let idempotentReplayed = known("Idempotent-Replayed")
}

extension Request {
    /// The client's own name for this request: 1 to 255 visible ASCII characters. Nil if it gave none.
    var idempotencyKey: String? {
        get throws {
            guard let key = headers[.idempotencyKey] else { return nil }
            guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw RequestProblem.invalidHeader(
                    "Idempotency-Key",
                    message: "expected 1 to 255 visible ASCII characters"
                )
            }
            return key
        }
    }
}
