import Calls
import PhoneLab

/// Cases that an agent is tried on: each a call to somebody in the phone lab, and what has to come of it.
struct EvaluationSuite: Sendable {
    struct Case: Sendable, Hashable {
        var name: String
        /// A number of the lab, like `+15550100001`.
        var number: String
        var variables: [String: String]
        /// What is to go wrong on purpose, as the API takes it.
        var faults: [String: JSONValue]
        /// How often it is tried. Every time has to succeed.
        var times: Int
        var expectation: Expectation
    }

    /// What has to come of a call. Nil, or empty: not asked.
    struct Expectation: Sendable, Hashable {
        var status: String?
        var endReason: String?
        var reached: String?
        var goal: String?
        /// Fields of the result, each exactly so.
        var result: [String: JSONValue] = [:]
        /// What the callee must have been told, word for word and whatever the case.
        var agentSays: [String] = []
        var agentNeverSays: [String] = []
        /// What the recogniser must have understood.
        var calleeSays: [String] = []
        /// Tools that the agent must have called, in this order; others may come between.
        var tools: [String]?
        /// The longest that the callee waited for the agent to speak after having spoken, in ms, on the lab's clock.
        var longestWait: Int?
        /// How often the agent began to speak while the callee spoke, at most.
        var interruptions: Int?
        /// How long the call may last, in s.
        var longest: Int?
    }

    /// The path of the agent's file.
    var agent: String
    var cases: [Case]
    /// People who are only in this suite, and those of its directory.
    var persons: [PersonScript]
    /// People of this suite whom a language model plays.
    var personas: [Persona]
}
