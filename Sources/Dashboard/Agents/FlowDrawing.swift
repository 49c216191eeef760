import Calls

/// A flow drawn as a graph: each step a box with its answers, in rows by how far it is from the start.
struct FlowDrawing {
    private static let (width, gapX, gapY) = (230, 46, 54)
    private static let (head, row, foot) = (62, 20, 8)
    /// What fits on a line, in characters.
    private static let (title, line, label) = (26, 31, 18)

    private struct Box {
        let name: String
        let step: Flow.Step
        let x: Int
        let y: Int

        var exits: [(label: String, target: Flow.Target)] {
            let answers = step.answers.map { (label: $0.name, target: $0.then) }
            let next: [(label: String, target: Flow.Target)] =
                step.next.map { [(step.answers.isEmpty ? "then" : "not understood", $0)] } ?? []
            return answers + next
        }

        var height: Int { FlowDrawing.head + exits.count * FlowDrawing.row + FlowDrawing.foot }
    }

    let flow: Flow

    /// The steps in the order in which they are reached, unreachable ones last.
    var order: [String] { ranks.flatMap(\.self) }

    /// Steps by how many others lie before them.
    private var ranks: [[String]] {
        var ranks: [[String]] = []
        var seen: Set<String> = []
        var next = flow.steps[flow.start] == nil ? [] : [flow.start]
        while !next.isEmpty {
            seen.formUnion(next)
            ranks.append(next)
            var following: [String] = []
            for name in next {
                for case .step(let target) in flow.steps[name]?.targets ?? []
                where !seen.contains(target) && !following.contains(target) && flow.steps[target] != nil {
                    following.append(target)
                }
            }
            next = following
        }
        let lost = flow.steps.keys.filter { !seen.contains($0) }.sorted()
        return lost.isEmpty ? ranks : ranks + [lost]
    }

    var html: HTML {
        let boxes = placed
        let right = (boxes.values.map { $0.x + Self.width }.max() ?? 0) + Self.gapX
        let bottom = (boxes.values.map { $0.y + $0.height }.max() ?? 0) + 12
        let drawn = order.compactMap { boxes[$0] }
        return """
            <figure class="flow" tabindex="0" aria-label="The flow, drawn"><svg viewBox="0 0 \(right) \(bottom)" width="\(right)" height="\(bottom)" role="img" aria-label="The flow as a graph; the steps follow as a list">
            <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z"/></marker></defs>
            \(drawn.flatMap { edges(of: $0, boxes) })
            \(drawn.map(box))
            </svg></figure>
            """
    }

    private var placed: [String: Box] {
        var boxes: [String: Box] = [:]
        let ranks = self.ranks
        let widest = ranks.map(\.count).max() ?? 1
        var y = 12
        for rank in ranks {
            let free = (widest - rank.count) * (Self.width + Self.gapX)
            var x = Self.gapX + free / 2
            var tallest = 0
            for name in rank {
                guard let step = flow.steps[name] else { continue }
                let box = Box(name: name, step: step, x: x, y: y)
                boxes[name] = box
                x += Self.width + Self.gapX
                tallest = max(tallest, box.height)
            }
            y += tallest + Self.gapY
        }
        return boxes
    }

    private func box(_ box: Box) -> HTML {
        let lines = Self.wrapped(box.step.say)
        let said: [HTML] = lines.enumerated().map { index, text in
            "<text class=\"said\" x=\"\(box.x + 12)\" y=\"\(box.y + 38 + index * 15)\">\(text)</text>"
        }
        let exits: [HTML] = box.exits.enumerated().map { index, exit in
            let y = Self.row(index, of: box)
            return """
                <text class="answer" x="\(box.x + 12)" y="\(y + 4)">\(Self.cut(exit.label, Self.label))</text>\(ending(exit.target, x: box.x + Self.width - 12, y: y + 4))
                """
        }
        return """
            <g><title>\(box.name): \(box.step.say)</title><rect class="\(box.name == flow.start ? "step start" : "step")" x="\(box.x)" y="\(box.y)" width="\(Self.width)" height="\(box.height)" rx="8"/>
            <text class="name" x="\(box.x + 12)" y="\(box.y + 20)">\(Self.cut(box.name, Self.title))</text>\(said)\(exits)</g>
            """
    }

    /// What stands at an answer that leads to no other step.
    private func ending(_ target: Flow.Target, x: Int, y: Int) -> HTML? {
        switch target {
        case .end(let goal): "<text class=\"end \(goal.tone.rawValue)\" x=\"\(x)\" y=\"\(y)\">\(goal.ending)</text>"
        case .again: "<text class=\"end\" x=\"\(x)\" y=\"\(y)\">asks again</text>"
        case .step(let name) where flow.steps[name] == nil:
            "<text class=\"end bad\" x=\"\(x)\" y=\"\(y)\">no step \(Self.cut(name, 10))</text>"
        case .step: nil
        }
    }

    private func edges(of box: Box, _ boxes: [String: Box]) -> [HTML] {
        box.exits.enumerated().compactMap { index, exit in
            guard case .step(let name) = exit.target, let target = boxes[name] else { return nil }
            let y = Self.row(index, of: box)
            // Out at the side that lies nearer, into the top; back up, into the side.
            let isBack = target.y <= box.y
            let goesLeft = target.x < box.x
            let start = goesLeft ? box.x : box.x + Self.width
            let bend = goesLeft ? start - 38 : start + 38
            let path =
                isBack
                ? "M\(start) \(y)C\(bend) \(y) \(bend) \(target.y + 20) \(target.x > box.x ? target.x : target.x + Self.width) \(target.y + 20)"
                : "M\(start) \(y)C\(bend) \(y) \(target.x + Self.width / 2) \(target.y - 40) \(target.x + Self.width / 2) \(target.y)"
            return "<path class=\"\(isBack ? "edge back" : "edge")\" d=\"\(path)\" marker-end=\"url(#arrow)\"/>"
        }
    }

    private static func row(_ index: Int, of box: Box) -> Int { box.y + head + index * row + row / 2 }

    /// The first two lines of `text`.
    private static func wrapped(_ text: String) -> [String] {
        var lines = [""]
        for word in text.split(whereSeparator: \.isWhitespace) {
            if lines[lines.count - 1].isEmpty {
                lines[lines.count - 1] = cut(String(word), line)
            } else if lines[lines.count - 1].count + word.count < line {
                lines[lines.count - 1] += " \(word)"
            } else if lines.count == 2 {
                lines[1] = cut(lines[1] + " …", line + 2)
                break
            } else {
                lines.append(cut(String(word), line))
            }
        }
        return lines
    }

    private static func cut(_ text: String, _ length: Int) -> String {
        text.count <= length ? text : text.prefix(length - 1) + "…"
    }
}

extension Flow.Step {
    /// Where it may lead, in the order in which that is written.
    fileprivate var targets: [Flow.Target] { answers.map(\.then) + (next.map { [$0] } ?? []) }
}

extension Goal {
    /// The end of a call, in few words.
    var ending: String {
        switch self {
        case .met: "ends: goal met"
        case .notMet: "ends: not met"
        case .undecided: "ends"
        }
    }
}
