import Foundation

/// Where the program speaks to people: results to standard output, everything else to standard error.
struct Terminal: Sendable {
    /// Whether standard output takes colours: it is a terminal, and `NO_COLOR` (https://no-color.org) is not set.
    let hasColors: Bool

    static let standard = Terminal(
        hasColors: isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
            && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    )

    /// A result: what a script reads.
    func result(_ line: String = "") {
        write(line + "\n", to: .standardOutput)
    }

    /// Progress and complaints.
    func note(_ line: String) {
        write(line + "\n", to: .standardError)
    }

    /// Progress that takes the place of what was drawn last, on a terminal.
    func redraw(_ line: String) {
        write("\r\u{1B}[2K" + line, to: .standardError)
    }

    func styled(_ text: String, _ style: Style) -> String {
        hasColors ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// SGR codes (ECMA-48 section 8.3.117).
    enum Style: Int {
        case bold = 1
        case faint = 2
        case red = 31
        case green = 32
        case yellow = 33
        case cyan = 36
    }

    private func write(_ text: String, to handle: FileHandle) {
        // A reader that closed the pipe wants no more: nothing to do about it.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}

extension String {
    /// Filled with spaces to `width` characters; longer texts stay.
    func padded(to width: Int) -> String {
        count >= width ? self : self + String(repeating: " ", count: width - count)
    }

    /// Without control characters: what a callee or a far end said must not move the cursor.
    var printable: String {
        String(
            unicodeScalars.map {
                $0.value < 0x20 || $0.value == 0x7F || (0x80...0x9F).contains($0.value) ? " " : Character($0)
            }
        )
    }
}
