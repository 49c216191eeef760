import Calls
import Conversation

extension EvaluationSuite.Expectation {
    /// What of it did not come true, in words. Empty: all of it did.
    func failures(in outcome: EvaluationOutcome) -> [String] {
        var failures: [String] = []
        func expect(_ name: String, _ expected: String?, _ actual: String?) {
            guard let expected, expected != actual else { return }
            failures.append("\(name) is \(actual ?? "not known"), not \(expected)")
        }
        expect("status", status, outcome.status)
        expect("end_reason", endReason, outcome.endReason)
        expect("reached", reached, outcome.reached)
        expect("goal", goal, outcome.goal)
        for (name, value) in result.sorted(by: { $0.key < $1.key }) where outcome.result[name] ?? .null != value {
            failures.append("result.\(name) is \((outcome.result[name] ?? .null).json), not \(value.json)")
        }
        let said = outcome.words(of: "agent")
        let heard = outcome.words(of: "callee")
        failures += agentSays.filter { !said.says($0) }.map { "the agent never said “\($0)”" }
        failures += agentNeverSays.filter { said.says($0) }.map { "the agent said “\($0)”" }
        failures += calleeSays.filter { !heard.says($0) }.map { "“\($0)” was not heard from the callee" }
        if let tools, !outcome.tools.contains(inOrder: tools) {
            let called = outcome.tools.isEmpty ? "none" : outcome.tools.joined(separator: ", ")
            failures.append("the tools \(tools.joined(separator: ", ")) were to be called, and were: \(called)")
        }
        if let longestWait, let longest = outcome.waits.max(), longest > longestWait {
            failures.append("the callee waited \(longest) ms for the agent, more than \(longestWait)")
        }
        if let interruptions, outcome.interruptions > interruptions {
            failures.append(
                "the agent spoke into the callee's words \(outcome.interruptions) times, not \(interruptions)"
            )
        }
        if let longest, let duration = outcome.duration, duration > longest {
            failures.append("the call took \(duration) s, more than \(longest)")
        }
        return failures
    }
}

extension EvaluationOutcome {
    fileprivate func words(of speaker: String) -> String {
        transcript.filter { $0.speaker == speaker }.map(\.text).joined(separator: " ")
    }
}

extension [String] {
    fileprivate func contains(inOrder wanted: [String]) -> Bool {
        var rest = self[...]
        for name in wanted {
            guard let place = rest.firstIndex(of: name) else { return false }
            rest = rest[(place + 1)...]
        }
        return true
    }
}
