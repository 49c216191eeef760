/// A request that is sent before a call is dialed: the members of the JSON object that comes back are variables of the call.
package struct Prefetch: Sendable, Hashable, Codable {
    package enum OnFailure: String, Sendable, Hashable, Codable, CaseIterable {
        /// The call is made all the same, if every placeholder has a value from elsewhere.
        case dial
        /// The call ends, and nobody is called.
        case end
    }

    package var request: RequestTemplate
    /// How long the answer may take, in ms.
    package var timeout: Int
    package var onFailure: OnFailure
    /// The variables that it brings: a call need not give them.
    package var gives: [String]

    package static let usualTimeout = 5000

    package init(
        request: RequestTemplate,
        timeout: Int = Self.usualTimeout,
        onFailure: OnFailure = .dial,
        gives: [String] = []
    ) {
        self.request = request
        self.timeout = timeout
        self.onFailure = onFailure
        self.gives = gives
    }

    func problems(at path: String) -> [FlowProblem] {
        var problems = request.problems(at: path)
        problems += [FlowCheck.range(timeout, 500...20_000, "\(path).timeout", "ms")].compactMap(\.self)
        for name in gives where Template("{{\(name)}}").onlyVariable != name {
            problems.append(FlowProblem(path: "\(path).gives", message: "'\(name)' is no name of a variable"))
        }
        return problems
    }
}
