/// The document as a page for people: plain HTML, nothing loaded but its style sheet, nothing run.
struct ReferencePage: Sendable {
    static let mediaType = "text/html; charset=utf-8"

    let document: OpenAPIDocument

    var html: String {
        let info = document.root["info"]
        let title = "\(info?["title"]?.string ?? "") API"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(HTMLText.escaped(title))</title>
            <link rel="stylesheet" href="/docs/style.css">
            </head>
            <body>
            <a class="skip" href="#main">Skip to the operations</a>
            <header>
            <h1>\(HTMLText.escaped(title))</h1>
            <p>\(HTMLText.inline(info?["summary"]?.string ?? "")) The same for programs: <a href="/openapi.yaml">openapi.yaml</a>.</p>
            </header>
            <div class="columns">
            \(contents)
            <main id="main">
            \(HTMLText.paragraphs(info?["description"]?.string ?? ""))
            \(keys)
            \(tags.map(section).joined())
            \(messages)
            \(errors)
            \(schemas)
            </main>
            </div>
            </body>
            </html>

            """
    }

    private struct Tag {
        let name: String
        let description: String
        let operations: [OpenAPIDocument.Operation]
    }

    private var tags: [Tag] {
        let operations = document.operations
        return (document.root["tags"]?.elements ?? []).map { tag in
            let name = tag["name"]?.string ?? ""
            return Tag(
                name: name,
                description: tag["description"]?.string ?? "",
                operations: operations.filter { $0.tag == name }
            )
        }
    }

    /// Where a heading can be linked to.
    private func anchor(_ name: String) -> String { name.lowercased().replacing(" ", with: "-") }

    private var contents: String {
        let entries = tags.map { tag in
            let operations = tag.operations.map { operation in
                let path = HTMLText.escaped(operation.path)
                return "<li><a href=\"#\(operation.id)\">\(method(operation.method)) \(breakable(path))</a></li>\n"
            }
            return """
                <li><a href="#\(anchor(tag.name))">\(HTMLText.escaped(tag.name))</a>
                <ul>
                \(operations.joined())</ul>
                </li>

                """
        }
        return """
            <nav aria-label="Contents">
            <ul>
            \(entries.joined())<li><a href="#messages">Messages to you</a></li>
            <li><a href="#errors">Errors</a></li>
            <li><a href="#schemas">Schemas</a></li>
            </ul>
            </nav>
            """
    }

    private var keys: String {
        let text = document.root["components"]?["securitySchemes"]?["key"]?["description"]?.string ?? ""
        return "<h2 id=\"access\">Access</h2>\n\(HTMLText.paragraphs(text))"
    }

    private func section(_ tag: Tag) -> String {
        """
        <section aria-labelledby="\(anchor(tag.name))">
        <h2 id="\(anchor(tag.name))">\(HTMLText.escaped(tag.name))</h2>
        \(HTMLText.paragraphs(tag.description))
        \(tag.operations.map(operation).joined())
        </section>

        """
    }

    private var messages: String {
        """
        <section aria-labelledby="messages">
        <h2 id="messages">Messages to you</h2>
        <p>What webhooks bring. Answer with any 2xx within 10 seconds.</p>
        \(document.messages.map(operation).joined())
        </section>

        """
    }

    private var errors: String {
        let articles = (document.root["components"]?["responses"]?.members ?? []).map { name, error in
            """
            <article id="error-\(name)">
            <h3>\(HTMLText.inline(error["description"]?.string ?? ""))</h3>
            \(headers(of: error))\(content(of: error))</article>

            """
        }
        return """
            <section aria-labelledby="errors">
            <h2 id="errors">Errors</h2>
            \(articles.joined())</section>

            """
    }

    private var schemas: String {
        let examples = document.root["components"]?["examples"]
        let articles = (document.root["components"]?["schemas"]?.members ?? []).map { name, schema in
            """
            <article id="schema-\(name)">
            <h3>\(HTMLText.escaped(name))</h3>
            \(description(of: schema))\(structure(of: schema))\(examples?[name]?["value"].map(example) ?? "")</article>

            """
        }
        return """
            <section aria-labelledby="schemas">
            <h2 id="schemas">Schemas</h2>
            \(articles.joined())</section>

            """
    }
}
