// Fields of forms, each with what is wrong with it.
extension HTML {
    /// A field of one line. `attributes` are further ones of its control.
    static func field(
        _ label: String,
        _ name: String,
        _ value: String,
        _ problems: FormProblems,
        attributes: HTML = .nothing,
        hint: HTML = .nothing
    ) -> HTML {
        """
        <label id="field-\(name)"><span>\(label)</span> <input name="\(name)" value="\(value)"\(problems.mark(name))\(attributes)>\(problems.words(name))\(if: !hint.isEmpty, "<span class=\"hint\">\(hint)</span>")</label>
        """
    }

    /// A field of several lines.
    static func area(
        _ label: String,
        _ name: String,
        _ value: String,
        _ problems: FormProblems,
        rows: Int,
        attributes: HTML = .nothing,
        hint: HTML = .nothing
    ) -> HTML {
        // A first line feed behind the tag is not part of the text (HTML Living Standard section 13.2.6.4.7).
        """
        <label id="field-\(name)"><span>\(label)</span> <textarea name="\(name)" rows="\(rows)"\(problems.mark(name))\(attributes)>\n\(value)</textarea>\(problems.words(name))\(if: !hint.isEmpty, "<span class=\"hint\">\(hint)</span>")</label>
        """
    }

    /// One of several.
    static func choice(
        _ label: String,
        _ name: String,
        _ options: [(value: String, label: String)],
        chosen: String,
        _ problems: FormProblems = FormProblems(),
        hint: HTML = .nothing
    ) -> HTML {
        """
        <label id="field-\(name)"><span>\(label)</span> <select name="\(name)"\(problems.mark(name))>\(options.map { option($0.value, $0.label, isChosen: $0.value == chosen) })</select>\(problems.words(name))\(if: !hint.isEmpty, "<span class=\"hint\">\(hint)</span>")</label>
        """
    }

    static func check(_ label: HTML, _ name: String, _ value: String = "yes", isOn: Bool) -> HTML {
        "<label class=\"tick\"><input type=\"checkbox\" name=\"\(name)\" value=\"\(value)\"\(if: isOn, " checked")> <span>\(label)</span></label>"
    }

    /// A secret that is shown this once.
    static func secret(_ secret: String, label: String) -> HTML {
        """
        <p class="line"><input readonly id="secret" class="wide code" aria-label="\(label)" value="\(secret)"><button type="button" class="second" data-copy="secret" hidden>Copy</button></p>
        """
    }

    /// What cannot be taken back, behind one more step that needs no script.
    static func confirmed(_ verb: String, _ content: HTML) -> HTML {
        "<details class=\"sure\"><summary>\(verb)</summary>\(content)</details>"
    }
}
