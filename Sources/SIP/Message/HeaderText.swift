/// What may stand in a header.
enum HeaderText {
    /// Whether `text` holds nothing that could end the line or the message: no control characters.
    static func isWritable(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    /// A display name as a quoted string (RFC 3261 section 25.1).
    static func quoted(_ name: String) -> String {
        var text = "\""
        for character in name.unicodeScalars {
            if character == "\"" || character == "\\" { text += "\\" }
            text.unicodeScalars.append(character)
        }
        return text + "\""
    }
}
