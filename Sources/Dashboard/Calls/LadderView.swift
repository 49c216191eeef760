import FoundationEssentials
import Telephony

/// The SIP messages of a call: which way each went, when, and all of it on demand.
struct LadderView {
    let messages: [SIPMessage]

    var html: HTML {
        guard let first = messages.first else { return .nothing }
        return """
            <details class="card"><summary><h2>SIP</h2> <span class="quiet">\(messages.count) messages with \(first.peer)</span></summary>
            <ol class="sip">\(messages.map { row($0, since: first.at) })</ol></details>
            """
    }

    private func row(_ message: SIPMessage, since start: Int64) -> HTML {
        let milliseconds = Int((message.at - start) / 1000)
        return """
            <li class="\(message.sent ? "out" : "in")"><details><summary><span class="number">\(milliseconds) ms</span> <span class="arrow">\(message.sent ? "→" : "←")</span> <strong>\(label(message.text))</strong></summary><pre>\(message.text.replacing("\r\n", with: "\n"))</pre></details></li>
            """
    }

    /// `INVITE` or `486 Busy Here`.
    private func label(_ text: String) -> String {
        let line = text.prefix { !$0.isNewline }
        let words = line.split(separator: " ")
        return words.first == "SIP/2.0" ? words.dropFirst().joined(separator: " ") : words.first.map(String.init) ?? "?"
    }
}
