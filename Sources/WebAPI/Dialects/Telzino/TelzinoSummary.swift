/// A summary in the form of the vendor's: a title, what happened, and what else there is as paragraphs that begin with a bold name.
enum TelzinoSummary {
    static func text(_ markdown: String) -> String {
        var paragraphs: [String] = []
        var heading: String?
        var sections = 0
        for block in markdown.split(separator: "\n\n") {
            let block = block.hasSuffix("\n") ? String(block.dropLast()) : String(block)
            if block.hasPrefix("# ") {
                paragraphs.append(String(block.dropFirst(2)))
            } else if block.hasPrefix("## ") {
                heading = String(block.dropFirst(3))
                sections += 1
            } else if let name = heading, sections > 1 {
                paragraphs.append("**\(title(name)):**" + (block.hasPrefix("- ") ? "\n" : " ") + block)
                heading = nil
            } else {
                // The first section is the text itself and needs no name.
                paragraphs.append(block)
                heading = nil
            }
        }
        return paragraphs.joined(separator: "\n\n")
    }

    /// `Action Items`
    private static func title(_ name: String) -> String {
        name.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}
