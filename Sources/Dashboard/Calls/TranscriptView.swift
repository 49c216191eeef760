import Calls

/// What was said, line by line, each with the place on the recording where it is heard.
struct TranscriptView {
    let entries: [TranscriptEntry]
    let hasRecording: Bool
    /// What the identifiers of its lines begin with, where there are lines of several calls on a page.
    var prefix = ""

    var html: HTML {
        "<ol class=\"lines\" id=\"lines\">\(lines)</ol>"
    }

    var lines: HTML { entries.map(line).joined() }

    private func line(_ entry: TranscriptEntry) -> HTML {
        let isAgent = entry.speaker == .agent
        let place: HTML =
            hasRecording
            ? "<button type=\"button\" class=\"at\" data-seek=\"\(entry.start)\" title=\"Hear it\">\(HTML.position(entry.start))</button>"
            : "<span class=\"at\">\(HTML.position(entry.start))</span>"
        return """
            <li id="\(prefix)line-\(entry.speaker.rawValue)-\(entry.start)" class="\(entry.speaker.rawValue)" data-start="\(entry.start)" data-end="\(entry.end)">
            \(place)<span class="speaker">\(isAgent ? "Agent" : "Callee")</span>
            <span class="words">\(if: entry.keyed, "<span class=\"badge plain\">keyed</span> ")\(HTML.foreign(entry.text))\(unheard(entry))\(note(entry))</span></li>
            """
    }

    /// What the agent was going to say, and did not get to.
    private func unheard(_ entry: TranscriptEntry) -> HTML? {
        guard let generated = entry.generated, generated != entry.text else { return nil }
        let rest = generated.hasPrefix(entry.text) ? String(generated.dropFirst(entry.text.count)) : generated
        return " <s class=\"unheard\" title=\"Not heard\">\(HTML.foreign(rest))</s>"
    }

    private func note(_ entry: TranscriptEntry) -> HTML? {
        entry.intent.map { " <span class=\"intent\">\($0.replacing("_", with: " "))</span>" }
    }
}
