import Foundation

/// The SIP messages of a call as a drawing: us on the left, the far end on the right, an arrow per message.
struct SIPLadder {
    struct Message {
        /// Microseconds since 1970.
        let at: Int64
        let sent: Bool
        let peer: String
        let text: String
    }

    private static let width = 46

    let messages: [Message]

    /// Lines without their ends. Times are ms since the first message.
    func lines() -> [String] {
        guard let first = messages.first else { return [] }
        let indent = String(repeating: " ", count: 12)
        let space = String(repeating: " ", count: Self.width - 2)
        var lines = [
            indent + "trunkline" + String(repeating: " ", count: Self.width - 9) + first.peer.printable,
            "\(indent)│\(space)│",
        ]
        for message in messages {
            let time = Self.time(message.at - first.at)
            lines.append("\(time)  │\(arrow(message))│\(Self.note(message.text))")
        }
        lines.append("\(indent)│\(space)│")
        return lines
    }

    /// The label in the middle of a line that points where the message went.
    private func arrow(_ message: Message) -> String {
        let label = " \(Self.label(message.text)) "
        let room = Self.width - 3 - label.count
        let left = String(repeating: "─", count: max(1, room / 2))
        let right = String(repeating: "─", count: max(1, room - room / 2))
        return message.sent ? "\(left)\(label)\(right)►" : "◄\(left)\(label)\(right)"
    }

    /// `INVITE` or `486 Busy Here`, short enough for the drawing.
    static func label(_ text: String) -> String {
        let line = startLine(text)
        let words = line.split(separator: " ")
        let label =
            words.first == "SIP/2.0" ? words.dropFirst().joined(separator: " ") : words.first.map(String.init) ?? "?"
        return String(label.prefix(width - 8)).printable
    }

    /// What is worth knowing beside the arrow: that audio was offered or answered, the reason for an end.
    private static func note(_ text: String) -> String {
        let parts = text.components(separatedBy: "\r\n\r\n")
        var notes: [String] = []
        if parts.count > 1, parts[1].hasPrefix("v=0") { notes.append("SDP") }
        if let reason = header("Reason", in: parts[0]) { notes.append(reason) }
        return notes.isEmpty ? "" : "  " + notes.joined(separator: ", ").printable
    }

    private static func header(_ name: String, in head: String) -> String? {
        for line in head.components(separatedBy: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == name.lowercased() {
                return parts[1].trimmingCharacters(in: .whitespaces)
            }
        }
        return nil
    }

    private static func startLine(_ text: String) -> String {
        String(text.prefix { !$0.isNewline })
    }

    /// Ms with one decimal, ten characters wide.
    private static func time(_ microseconds: Int64) -> String {
        let tenths = max(0, (microseconds + 50) / 100)
        let text = "\(tenths / 10).\(tenths % 10)"
        return String(repeating: " ", count: max(0, 7 - text.count)) + text + " ms"
    }
}
