/// One thing `trunkline doctor` looks at.
struct Check: Sendable {
    let subject: String
    let run: @Sendable () async -> [Finding]

    init(_ subject: String, run: @escaping @Sendable () async -> [Finding]) {
        self.subject = subject
        self.run = run
    }
}

/// What a check found.
struct Finding: Sendable, Hashable {
    enum Verdict: String, Sendable {
        case ok
        /// In order, and worth a thought.
        case notice
        /// Works, but not as it should.
        case warning
        case failure
    }

    var verdict: Verdict
    var text: String
    /// What to do next. Nil if nothing has to be done.
    var remedy: String?

    static func ok(_ text: String) -> Finding { Finding(verdict: .ok, text: text) }
    static func notice(_ text: String, _ remedy: String) -> Finding {
        Finding(verdict: .notice, text: text, remedy: remedy)
    }
    static func warning(_ text: String, _ remedy: String) -> Finding {
        Finding(verdict: .warning, text: text, remedy: remedy)
    }
    static func failure(_ text: String, _ remedy: String) -> Finding {
        Finding(verdict: .failure, text: text, remedy: remedy)
    }
}
