/// How a flow's steps lead to each other.
struct FlowGraph {
    private let flow: Flow

    init(_ flow: Flow) {
        self.flow = flow
    }

    /// Steps that cannot be reached, rounds that would talk forever, and a flow that never decides anything.
    var problems: [FlowProblem] {
        let reachable = reachable
        var problems: [FlowProblem] = []
        for name in flow.steps.keys.sorted() where !reachable.contains(name) && flow.steps[flow.start] != nil {
            problems.append(FlowProblem(path: "steps.\(name)", message: "no step leads here"))
        }
        for name in reachable.sorted() where talksForever(name) {
            problems.append(
                FlowProblem(
                    path: "steps.\(name).next",
                    message: "leads back here without listening: it would never end"
                )
            )
        }
        if !reachable.isEmpty, !reachable.contains(where: hasEnd) {
            problems.append(FlowProblem(path: "steps", message: "nothing leads to an end, so no call meets its goal"))
        }
        return problems
    }

    private var reachable: Set<String> {
        var found: Set<String> = []
        var open = [flow.start]
        while let name = open.popLast() {
            guard let step = flow.steps[name], found.insert(name).inserted else { continue }
            open += targets(of: step).compactMap { if case .step(let next) = $0 { next } else { nil } }
        }
        return found
    }

    private func targets(of step: Flow.Step) -> [Flow.Target] {
        step.answers.map(\.then) + [step.next].compactMap(\.self)
    }

    private func hasEnd(_ name: String) -> Bool {
        guard let step = flow.steps[name] else { return false }
        return targets(of: step).contains { if case .end = $0 { true } else { false } }
    }

    /// Whether a chain of steps that listen for nothing comes back to `name`.
    private func talksForever(_ name: String) -> Bool {
        var seen: Set<String> = []
        var current = name
        while let step = flow.steps[current], step.answers.isEmpty, case .step(let next)? = step.next {
            if next == name { return true }
            guard seen.insert(next).inserted else { return false }
            current = next
        }
        return false
    }
}
