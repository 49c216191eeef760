import Calls

/// A flow as a graph, and the same as a list.
struct FlowView {
    let flow: Flow

    var html: HTML {
        let drawing = FlowDrawing(flow: flow)
        return """
            \(drawing.html)
            <details class="steps"><summary>The same as a list</summary><ol>\(drawing.order.compactMap(step))</ol></details>
            """
    }

    private func step(_ name: String) -> HTML? {
        guard let step = flow.steps[name] else { return nil }
        let answers: [HTML] = step.answers.map { answer in
            let sets = answer.set.keys.sorted().joined(separator: ", ")
            return
                "<li><strong>\(answer.name)</strong> (\(answer.expects.words)) → \(words(answer.then))\(if: !sets.isEmpty, " <span class=\"quiet\">sets \(sets)</span>")</li>"
        }
        let next: HTML? = step.next.map { target in
            "<li><span class=\"quiet\">\(step.answers.isEmpty ? "then" : "when nothing was understood")</span> → \(words(target))</li>"
        }
        return
            "<li id=\"step-\(name)\"><p><strong>\(HTML.foreign(name))</strong>\(if: name == flow.start, " <span class=\"quiet\">the first</span>")<br>\(HTML.foreign(step.say))</p><ul>\(answers)\(next)</ul></li>"
    }

    private func words(_ target: Flow.Target) -> HTML {
        switch target {
        case .step(let name): "<a href=\"#step-\(name)\">\(name)</a>"
        case .end(let goal): "\(goal.ending)"
        case .again: "asks again"
        }
    }
}

extension Flow.Expectation {
    fileprivate var words: String {
        switch self {
        case .yes: "a yes"
        case .no: "a no"
        case .phrases(let phrases): phrases.joined(separator: " / ")
        case .digits(let count): "\(count) digits"
        case .number: "a number"
        case .day: "a day"
        case .time: "a time"
        case .message: "any words"
        }
    }
}
