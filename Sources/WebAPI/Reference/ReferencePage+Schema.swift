extension ReferencePage {
    /// What a schema says of itself, in a paragraph.
    func description(of schema: DocumentNode) -> String {
        HTMLText.paragraphs(schema["description"]?.string ?? "")
    }

    /// The members of an object, or in one line what else it is.
    func structure(of schema: DocumentNode) -> String {
        guard let members = schema["properties"]?.members else { return "<p class=\"type\">\(type(of: schema))</p>\n" }
        let required = Set(requiredNames(of: schema))
        let fields = members.map { name, member in
            field(name, member, note: required.contains(name) ? "" : "optional", description: nil)
        }
        return "<dl>\n\(fields.joined())</dl>\n"
    }

    /// One line of a list of fields. `description` stands in for the schema's own.
    func field(_ name: String, _ schema: DocumentNode?, note: String, description: String?) -> String {
        let kind = schema.map(type) ?? ""
        let words = description ?? schema?["description"]?.string ?? ""
        let inner = schema.map(innerObject) ?? ""
        return """
            <dt><code>\(HTMLText.escaped(name))</code> <span class="type">\(kind)</span> <span class="note">\(HTMLText.escaped(note))</span></dt>
            <dd>\(HTMLText.inline(words))\(bounds(of: schema))\(inner)</dd>

            """
    }

    /// In a word or a few: a link to what has a name.
    func type(of schema: DocumentNode) -> String {
        if let reference = schema["$ref"]?.string?.split(separator: "/").last {
            return "<a href=\"#schema-\(reference)\">\(reference)</a>"
        }
        if let choices = schema["anyOf"]?.elements { return choices.map(type).joined(separator: " or ") }
        if let constant = schema["const"] { return "<code>\(HTMLText.escaped(constant.json()))</code>" }
        if let words = schema["enum"]?.elements {
            return words.map { "<code>\(HTMLText.escaped($0.string ?? ""))</code>" }.joined(separator: " ")
        }
        let names = ((schema["type"]?.elements ?? []) + [schema["type"]].compactMap(\.self)).compactMap(\.string)
        return names.map { name in
            name == "array" ? "list of \(schema["items"].map(type) ?? "anything")" : HTMLText.escaped(name)
        }.joined(separator: " or ")
    }

    private func requiredNames(of schema: DocumentNode) -> [String] {
        schema["required"]?.elements.compactMap(\.string) ?? []
    }

    /// The members of an object that has no name of its own, be it in a list or one of several choices.
    private func innerObject(of schema: DocumentNode) -> String {
        if schema["properties"] != nil { return structure(of: schema) }
        if let items = schema["items"] { return innerObject(of: items) }
        return (schema["anyOf"]?.elements ?? []).map(innerObject).joined()
    }

    private func bounds(of schema: DocumentNode?) -> String {
        guard let schema else { return "" }
        var words: [String] = []
        switch (schema["minimum"]?.string, schema["maximum"]?.string) {
        case (let low?, let high?): words.append("\(low) to \(high)")
        case (let low?, nil): words.append("\(low) or more")
        case (nil, let high?): words.append("at most \(high)")
        case (nil, nil): break
        }
        if let value = schema["default"]?.string { words.append("\(value) if left out") }
        guard !words.isEmpty else { return "" }
        return " <span class=\"note\">\(HTMLText.escaped(words.joined(separator: "; ")))</span>"
    }
}
