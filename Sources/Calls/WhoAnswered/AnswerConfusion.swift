/// How often each verdict was given where each answerer was the truth: a confusion matrix.
package struct AnswerConfusion: Sendable, Hashable {
    private var counts: [Reached: [Reached: Int]] = [:]

    package init() {}

    package mutating func add(truth: Reached, verdict: Reached) {
        counts[truth, default: [:]][verdict, default: 0] += 1
    }

    package func count(truth: Reached, verdict: Reached) -> Int { counts[truth]?[verdict] ?? 0 }

    /// Of everything that really was `truth`.
    package func total(truth: Reached) -> Int { counts[truth]?.values.reduce(0, +) ?? 0 }

    package var total: Int { Reached.allCases.reduce(0) { $0 + total(truth: $1) } }

    /// In how many it was told rightly.
    package var right: Int { Reached.allCases.reduce(0) { $0 + count(truth: $1, verdict: $1) } }
}

/// A way of being wrong about who answered.
package enum AnswerError: String, Sendable, Hashable, CaseIterable {
    /// The agent fell silent, left a message or hung up: somebody who picked up was lost.
    case personMissed = "person_taken_for_machine"
    /// The agent talked to nobody, and no message was left.
    case machineMissed = "machine_taken_for_person"
    /// The wrong thing was done about the right suspicion: a message to a screener, keys for a mailbox.
    case machinesMixed = "machine_taken_for_another"
    /// Nothing was decided about a person or a machine: the agent talked, as to a person.
    case undecided

    /// Nil if `verdict` is right, or if nobody knows the truth.
    package init?(truth: Reached, verdict: Reached) {
        switch (truth.isMachine, verdict.isMachine) {
        case _ where truth == verdict || truth == .unknown || truth == .nobody: return nil
        case _ where verdict == .unknown || verdict == .nobody: self = .undecided
        case (false, _): self = .personMissed
        case (true, false): self = .machineMissed
        case (true, true): self = .machinesMixed
        }
    }

    /// Whose calls can have this error.
    package func concerns(_ truth: Reached) -> Bool {
        switch self {
        case .personMissed: truth == .person
        case .machineMissed, .machinesMixed: truth.isMachine
        case .undecided: truth == .person || truth.isMachine
        }
    }
}

extension Reached {
    /// Whether it is something that is no person.
    package var isMachine: Bool {
        switch self {
        case .machine, .screener, .ivr: true
        case .person, .unknown, .nobody: false
        }
    }
}
