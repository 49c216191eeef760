package import Calls

/// What is wrong with a request before the engine is asked. Each dialect has its own status and words for every case.
package enum RequestProblem: Error, Sendable, Hashable {
    case noKey
    /// The key does not exist or was revoked.
    case wrongKey
    /// The key may not do this: it lacks the scope.
    case insufficientScope(Scope)
    case noSuchPath
    case wrongMethod(allowed: [String])
    /// Line and column are 1 for the first.
    case malformedJSON(line: Int, column: Int, message: String)
    case unknownField(String, accepted: [String])
    case missingField(String)
    /// `message` says what is accepted.
    case invalidField(String, message: String)
    case unknownParameter(String, accepted: [String])
    case invalidParameter(String, message: String)
    case invalidHeader(String, message: String)
    /// In bytes.
    case bodyTooLarge(limit: Int)
    case unsupportedMediaType(accepted: [String])
    /// In bytes.
    case unsatisfiableRange(size: Int)
}
