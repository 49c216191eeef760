import COpenAPI

/// The description of our own API (OpenAPI 3.1), which is part of the program.
struct OpenAPIDocument: Sendable {
    static let mediaType = "application/yaml; charset=utf-8"

    /// The file as it was written. Put together when it is first asked for.
    static let text = String(decoding: (0..<openapi_count()).map { openapi_byte($0) }, as: UTF8.self)

    let root: DocumentNode

    /// Throws `YamlError` if `text` is not YAML.
    init(_ text: String = Self.text) throws {
        root = try DocumentNode(yaml: text)
    }

    /// What `node` stands for: itself, or what its `$ref` leads to (RFC 6901, within this document).
    func resolved(_ node: DocumentNode) -> DocumentNode {
        guard let path = node["$ref"]?.string else { return node }
        let found = path.split(separator: "/").dropFirst().reduce(root as DocumentNode?) { $0?[String($1)] }
        return found ?? node
    }

    /// One method at one path.
    struct Operation: Sendable {
        /// In uppercase.
        let method: String
        let path: String
        let node: DocumentNode

        var id: String { node["operationId"]?.string ?? "" }
        var tag: String { node["tags"]?.elements.first?.string ?? "" }
        /// What a key needs for it. Nil if it is open to everybody.
        var scope: String? { node["security"]?.elements.first?["key"]?.elements.first?.string }
    }

    /// All of them, in the order of the document.
    var operations: [Operation] { operations(in: "paths") }

    /// The messages that we send, each at its type in place of a path.
    var messages: [Operation] { operations(in: "webhooks") }

    private func operations(in section: String) -> [Operation] {
        (root[section]?.members ?? []).flatMap { path, item in
            item.members.map { Operation(method: $0.name.uppercased(), path: path, node: $0.value) }
        }
    }
}
