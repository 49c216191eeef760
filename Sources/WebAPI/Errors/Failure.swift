package import Engine
import Hummingbird

/// Everything a request can end in other than an answer. A dialect words each.
package enum Failure: Sendable {
    case refusal(Refusal)
    case request(RequestProblem)
    case agentFile(AgentFileError)
    /// Ours: logged with all there is, shown as nothing but the fact.
    case fault
}

extension Failure {
    package init(_ error: any Error) {
        switch error {
        case let refusal as Refusal: self = .refusal(refusal)
        case let problem as RequestProblem: self = .request(problem)
        case let file as AgentFileError: self = .agentFile(file)
        case let error as HTTPError where error.status == .notFound: self = .request(.noSuchPath)
        case let error as HTTPError where error.status == .badRequest:
            self = .request(.malformedJSON(line: 1, column: 1, message: error.body ?? "unreadable request"))
        default: self = .fault
        }
    }
}
