import Calls

/// How long the callee waited for each answer and for what, and which tools were used.
struct TurnsView {
    let account: ConversationAccount?

    var html: HTML {
        guard let account else { return .nothing }
        return "\(if: !account.turns.isEmpty, turns(account.turns))\(if: !account.tools.isEmpty, tools(account.tools))"
    }

    private func turns(_ turns: [TurnTiming]) -> HTML {
        let longest = max(1, turns.map(\.gap).max() ?? 1)
        let rows: [HTML] = turns.map { turn in
            let parts = [
                ("endpointing", turn.endpointing), ("recognition", turn.recognition), ("model", turn.model),
                ("voice", turn.voice), ("playout", turn.playout),
            ]
            var x = 0
            let bars: [HTML] = parts.map { name, length in
                defer { x += length }
                return
                    "<rect class=\"part \(name)\" x=\"\(x)\" y=\"0\" width=\"\(length)\" height=\"10\"><title>\(name) \(length) ms</title></rect>"
            }
            let words = parts.filter { $0.1 > 0 }.map { "\($0.0) \($0.1) ms" }.joined(separator: ", ")
            return """
                <tr><td><button type="button" class="at" data-seek="\(turn.at)">\(HTML.position(turn.at))</button></td>
                <td class="wide"><svg class="bar" viewBox="0 0 \(longest) 10" preserveAspectRatio="none" role="img" aria-label="\(words)">\(bars)</svg></td>
                <td class="number">\(turn.gap) ms</td></tr>
                """
        }
        return """
            <section class="card"><h2>How long the callee waited</h2>
            <table class="plain"><caption class="hidden">Gap before each answer</caption><tbody>\(rows)</tbody></table>
            <p class="quiet"><span class="key endpointing">end of turn</span> <span class="key recognition">recognition</span> <span class="key model">model</span> <span class="key voice">voice</span> <span class="key playout">playout</span></p>
            </section>
            """
    }

    private func tools(_ tools: [ConversationAccount.ToolUse]) -> HTML {
        let rows: [HTML] = tools.map { use in
            """
            <li><strong>\(use.name)</strong> \(if: use.isRefused, HTML.badge("refused", .bad)) <span class="quiet">at \(HTML.position(use.start)), \(use.end - use.start) ms</span>
            <pre>\(use.arguments)</pre><pre>\(use.result)</pre></li>
            """
        }
        return "<section class=\"card\"><h2>Tools used</h2><ul class=\"tools\">\(rows)</ul></section>"
    }
}
