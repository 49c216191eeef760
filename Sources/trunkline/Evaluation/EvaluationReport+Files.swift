import Foundation

// What was said comes from the far end and from a model: in a file it is text, and nothing else.
extension EvaluationReport {
    /// JUnit's XML, which CI systems show.
    var junit: String {
        var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
        let time = Self.seconds(tries.reduce(0) { $0 + $1.seconds })
        lines.append(
            "<testsuite name=\"\(suite.escaped)\" tests=\"\(tries.count)\" failures=\"\(failed)\" errors=\"\(broken)\" time=\"\(time)\">"
        )
        for result in tries {
            lines.append(
                "  <testcase classname=\"\(suite.escaped)\" name=\"\(result.title.escaped)\" time=\"\(Self.seconds(result.seconds))\">"
            )
            if let callee = result.outcome?.callee {
                lines.append(
                    "    <properties><property name=\"callee\" value=\"\(callee.escaped)\"/></properties>"
                )
            }
            if let error = result.error {
                lines.append("    <error message=\"\(error.escaped)\"/>")
            } else if let first = result.failures.first {
                let all = result.failures.joined(separator: "\n")
                lines.append("    <failure message=\"\(first.escaped)\">\(all.escaped)</failure>")
            }
            let said = ([result.outcome?.call ?? ""] + result.conversation).joined(separator: "\n")
            lines += ["    <system-out>\(said.escaped)</system-out>", "  </testcase>"]
        }
        return (lines + ["</testsuite>", ""]).joined(separator: "\n")
    }

    /// A page of its own: no script, nothing from elsewhere.
    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>\(suite.escaped)</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        details { border-top: 1px solid #8886; padding: .5rem 0; }
        summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: 0 1rem; }
        summary small { opacity: .7; }
        .passed b::before { content: "✔ "; color: #2a8a3e; }
        .failed b::before { content: "✘ "; color: #d33; }
        .error b::before { content: "! "; color: #b80; }
        .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 0 2rem; }
        h2 { font-size: 1rem; margin: .5rem 0 0; }
        dl { display: grid; grid-template-columns: 4rem 4rem 1fr; gap: .2rem .5rem; }
        dt, dd { margin: 0; }
        li { color: #d33; }
        </style>
        <h1>\(suite.escaped)</h1>
        <p>\(summary(Terminal(hasColors: false)).escaped)</p>
        \(tries.map(Self.section).joined(separator: "\n"))
        </html>

        """
    }

    private static func section(_ result: EvaluationRun.Try) -> String {
        let problems = (result.error.map { [$0] } ?? result.failures).map { "<li>\($0.escaped)</li>" }.joined()
        let callee = result.outcome?.callee.map { "<p>Callee: \($0.escaped)</p>" } ?? ""
        return """
            <details class="\(result.verdict.rawValue)"\(problems.isEmpty ? "" : " open")>
            <summary><b>\(result.title.escaped)</b> <small>\(result.facts.joined(separator: ", ").escaped)</small></summary>
            \(problems.isEmpty ? "" : "<ul>\(problems)</ul>")
            \(callee)
            <div class="sides">
            \(side("On our record", result.outcome?.transcript ?? []))
            \(side("At the callee's end", result.outcome?.calleeAccount ?? []))
            </div>
            </details>
            """
    }

    private static func side(_ title: String, _ lines: [EvaluationOutcome.Line]) -> String {
        guard !lines.isEmpty else { return "" }
        let items = lines.map { line in
            "<dt>\(seconds(Double(line.start) / 1000))</dt><dt>\(line.speaker.escaped)</dt><dd dir=\"auto\">\(line.text.escaped)</dd>"
        }
        return "<section><h2>\(title)</h2><dl>\(items.joined(separator: "\n"))</dl></section>"
    }

    private static func seconds(_ seconds: Double) -> String { String(format: "%.2f", seconds) }
}

extension String {
    /// As text of XML or HTML, inside of an element or of an attribute. Characters that XML cannot hold become spaces.
    fileprivate var escaped: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\n", "\t": text.unicodeScalars.append(scalar)
            default:
                text.unicodeScalars.append(
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value & 0xFFFE == 0xFFFE
                        ? " " : scalar
                )
            }
        }
        return text
    }
}
