extension ReferencePage {
    func operation(_ operation: OpenAPIDocument.Operation) -> String {
        let node = operation.node
        let scope = operation.scope.map { "<p class=\"scope\">Scope <code>\(HTMLText.escaped($0))</code></p>\n" } ?? ""
        return """
            <article id="\(operation.id)">
            <h3><a href="#\(operation.id)">\(HTMLText.inline(node["summary"]?.string ?? ""))</a></h3>
            <p class="route">\(method(operation.method)) <code>\(breakable(HTMLText.escaped(operation.path)))</code></p>
            \(scope)\(HTMLText.paragraphs(node["description"]?.string ?? ""))\(parameters(of: node))\(body(of: node))\(answers(of: node))</article>

            """
    }

    func method(_ name: String) -> String {
        "<span class=\"method \(name.lowercased())\">\(name)</span>"
    }

    /// A path that may go on in the next line behind each slash.
    func breakable(_ path: String) -> String { path.replacing("/", with: "/<wbr>") }

    private func parameters(of node: DocumentNode) -> String {
        let parameters = (node["parameters"]?.elements ?? []).map(document.resolved)
        guard !parameters.isEmpty else { return "" }
        let fields = parameters.map { parameter in
            let place = parameter["in"]?.string ?? ""
            return field(
                parameter["name"]?.string ?? "",
                parameter["schema"],
                note: parameter["required"]?.string == "true" ? "\(place), required" : place,
                description: parameter["description"]?.string
            )
        }
        return "<h4>Parameters</h4>\n<dl>\n\(fields.joined())</dl>\n"
    }

    private func body(of node: DocumentNode) -> String {
        guard let body = node["requestBody"] else { return "" }
        let isRequired = body["required"]?.string == "true"
        return """
            <h4>Body\(isRequired ? "" : ", may be left out")</h4>
            \(HTMLText.paragraphs(body["description"]?.string ?? ""))\(content(of: body, isOpen: true))
            """
    }

    /// Answers that have a name are shown once, below the errors.
    private func answers(of node: DocumentNode) -> String {
        let answers = (node["responses"]?.members ?? []).map { status, answer in
            guard let name = answer["$ref"]?.string?.split(separator: "/").last else {
                return self.answer(answer, under: status)
            }
            let error = document.resolved(answer)
            let description = HTMLText.inline(error["description"]?.string ?? "")
            return
                "<p class=\"answer\"><b><a href=\"#error-\(name)\">\(status)</a></b> \(description)\(codes(of: error))</p>\n"
        }
        return "<h4>Answers</h4>\n\(answers.joined())"
    }

    func answer(_ answer: DocumentNode, under status: String) -> String {
        let description = HTMLText.inline(answer["description"]?.string ?? "")
        let details = headers(of: answer) + content(of: answer)
        let words = "<b>\(HTMLText.escaped(status))</b> \(description)\(codes(of: answer))"
        return details.isEmpty
            ? "<p class=\"answer\">\(words)</p>\n" : "<details>\n<summary>\(words)</summary>\n\(details)</details>\n"
    }

    /// The codes that an error's examples have.
    private func codes(of answer: DocumentNode) -> String {
        let names = (answer["content"]?["application/json"]?["examples"]?.members ?? [])
            .compactMap { $0.value["value"]?["error"]?["code"]?.string }
        guard !names.isEmpty else { return "" }
        return " <span class=\"codes\">"
            + names.map { "<code>\(HTMLText.escaped($0))</code>" }.joined(separator: " ") + "</span>"
    }

    /// Of the headers those that not every answer has.
    func headers(of answer: DocumentNode) -> String {
        let fields = (answer["headers"]?.members ?? []).filter { $0.name != "X-Request-Id" }.map { name, reference in
            let header = document.resolved(reference)
            return field(name, header["schema"], note: "header", description: header["description"]?.string)
        }
        return fields.isEmpty ? "" : "<dl>\n\(fields.joined())</dl>\n"
    }

    /// With `isOpen` the members of a schema that has a name are shown here too. Examples that have a name are shown with their schema.
    func content(of part: DocumentNode, isOpen: Bool = false) -> String {
        (part["content"]?.members ?? []).map { mediaType, content in
            let schema = content["schema"].map { schema in
                if schema["$ref"] == nil { return structure(of: schema) }
                let link = "<p>Schema \(type(of: schema))</p>\n"
                return isOpen ? link + structure(of: document.resolved(schema)) : link
            }
            let examples =
                [content["example"]].compactMap(\.self)
                + (content["examples"]?.members ?? []).compactMap { $0.value["value"] }
            return "<p class=\"media\"><code>\(HTMLText.escaped(mediaType))</code></p>\n\(schema ?? "")"
                + examples.map(example).joined()
        }.joined()
    }

    func example(_ node: DocumentNode) -> String {
        let text: String
        if case .text(let lines) = node { text = lines } else { text = node.json() }
        return "<pre tabindex=\"0\"><code>\(HTMLText.escaped(text))</code></pre>\n"
    }
}
