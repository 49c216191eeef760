import Foundation

enum JSONRoundTrip {
    /// What a store gives back.
    static func of<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }
}
