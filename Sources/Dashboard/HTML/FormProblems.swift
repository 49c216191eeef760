import Engine
import WebAPI

/// What is wrong with the fields of a form, by their names: said above the form, and again at each field.
struct FormProblems {
    /// By the field's name. Under the empty name: about the form as a whole.
    private(set) var messages: [String: String] = [:]

    var isEmpty: Bool { messages.isEmpty }

    /// The first complaint about a field stays.
    mutating func note(_ message: String, at field: String) {
        if messages[field] == nil { messages[field] = message }
    }

    /// What the engine said no to. `known` are the fields that the form has; a complaint about anything else is about the whole.
    init(_ error: any Error, among known: Set<String>) {
        let failure = Failure(error).plain
        let field = failure.field.map { known.contains($0) ? $0 : "" } ?? ""
        if case Refusal.invalid(_, let message) = error, !field.isEmpty {
            messages[field] = message
        } else {
            messages[field] = failure.message
        }
    }

    init() {}

    /// Attributes of the field's control.
    func mark(_ field: String) -> HTML {
        messages[field] == nil ? .nothing : " aria-invalid=\"true\" aria-describedby=\"fault-\(field)\""
    }

    /// Stands behind the field's control.
    func words(_ field: String) -> HTML? {
        messages[field].map { "<span class=\"fault\" id=\"fault-\(field)\">\(HTML.foreign($0))</span>" }
    }

    /// Stands above the form. Nil if nothing is wrong.
    func summary(_ title: String) -> HTML? {
        guard !isEmpty else { return nil }
        let whole: HTML? = messages[""].map { "<p>\(HTML.foreign($0))</p>" }
        let others = messages.keys.filter { !$0.isEmpty }.sorted()
        let links: [HTML] = others.map { "<a href=\"#field-\($0)\">\($0.replacing("_", with: " "))</a>" }
        let list: HTML? = links.isEmpty ? nil : "<p>Look at: \(links.joined(", ")).</p>"
        return .notice("<p><strong>\(title)</strong></p>\(whole)\(list)", .bad)
    }
}
