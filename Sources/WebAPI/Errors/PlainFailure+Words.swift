import Calls
import Engine
import HTTPTypes

extension Failure {
    /// What our own API says. A door that has words of its own for some failures takes these for all others.
    package var plain: PlainFailure {
        switch self {
        case .refusal(let refusal): PlainFailure(refusal)
        case .request(let problem): PlainFailure(problem)
        case .agentFile(let error): PlainFailure(error)
        case .fault:
            PlainFailure(
                .internalServerError,
                .server,
                "internal_error",
                "Something failed on our side; the log tells what"
            )
        }
    }
}

// The words for what most failures are.
extension PlainFailure {
    static func notFound(_ code: String, _ message: String, param: String? = nil) -> PlainFailure {
        PlainFailure(.notFound, .notFound, code, message, param: param)
    }

    static func conflict(_ code: String, _ message: String, param: String? = nil) -> PlainFailure {
        PlainFailure(.conflict, .conflict, code, message, param: param)
    }

    /// What was asked for can be read and cannot be done.
    static func unfit(_ code: String, _ message: String, param: String? = nil) -> PlainFailure {
        PlainFailure(.unprocessableContent, .invalidRequest, code, message, param: param)
    }

    static func invalidField(_ name: String, _ message: String) -> PlainFailure {
        unfit("invalid_field", "\(name): \(message)", param: name)
    }

    /// What was sent cannot be read.
    static func unreadable(_ code: String, _ message: String, param: String? = nil) -> PlainFailure {
        PlainFailure(.badRequest, .invalidRequest, code, message, param: param)
    }

    /// Not now; `retryAfter` is in seconds.
    static func unavailable(_ code: String, _ message: String, retryAfter: Int) -> PlainFailure {
        PlainFailure(.serviceUnavailable, .unavailable, code, message, headers: [.retryAfter: "\(retryAfter)"])
    }
}

extension PlainFailure {
    fileprivate init(_ error: AgentFileError) {
        let first = error.problems.first.map { "Line \($0.line): \($0.message)" } ?? "The definition cannot be accepted"
        let more = error.problems.count > 1 ? " (and \(error.problems.count - 1) more)" : ""
        self = .unfit("invalid_agent", first + more)
        problems = error.problems.map { Problem(line: $0.line, column: $0.column, message: $0.message) }
    }
}

extension HTTPResponse.Status {
    /// RFC 9110 section 15.5.3.
    static let paymentRequired = HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required")
}
