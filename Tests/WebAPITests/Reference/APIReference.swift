import Calls
import Foundation
import Testing
import Yams

@testable import WebAPI

/// The document of our own API, as the tests hold it against what the server does.
struct APIReference: Sendable {
    static let shared = Result { try APIReference() }

    let root: JSONValue
    let schemas: SchemaCheck
    private let operations: [Operation]

    struct Operation: Sendable {
        /// In uppercase.
        let method: String
        /// As in `/v1/calls/{id}`.
        let path: String
        let node: JSONValue

        var route: String { "\(method) \(path)" }
        /// Of the key it needs. Nil if it needs none.
        var scope: String? { node["security"]?.elements?.first?["key"]?.elements?.first?.text }
    }

    init() throws {
        root = JSONValue(yaml: try Yams.load(yaml: OpenAPIDocument.text))
        schemas = try SchemaCheck(root)
        operations = (root["paths"]?.members ?? [:]).flatMap { path, item in
            item.members.map { Operation(method: $0.key.uppercased(), path: path, node: $0.value) }
        }
    }

    var all: [Operation] { operations }

    /// The operation that a request is for: of several paths that fit, the one with the fewest names in braces.
    func operation(_ method: String, _ path: String) -> Operation? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return operations.filter { operation in
            let names = operation.path.split(separator: "/", omittingEmptySubsequences: false)
            return operation.method == method && names.count == parts.count
                && zip(names, parts).allSatisfy { $0.hasPrefix("{") ? !$1.isEmpty : $0 == $1 }
        }.min { $0.path.count { $0 == "{" } < $1.path.count { $0 == "{" } }
    }

    /// What the document does not say of an answer, or says otherwise. `sent` is the request's body.
    func problems(of answer: TestServer.Answer, to method: String, _ path: String, sent: String? = nil) -> [String] {
        guard let operation = operation(method, path) else { return [] }
        guard let reference = operation.node["responses"]?["\(answer.status)"] else {
            return ["\(operation.route): \(answer.status) is not documented: \(answer.text.prefix(300))"]
        }
        let response = schemas.resolved(reference)
        var problems = headerProblems(of: answer, response) + contentProblems(of: answer, response)
        if answer.status < 300, let sent { problems += requestProblems(sent, operation) }
        return problems.map { "\(operation.route), \(answer.status): \($0)" }
    }

    private func headerProblems(of answer: TestServer.Answer, _ response: JSONValue) -> [String] {
        /// Part of what is promised wherever they are sent. Of rate limits the document speaks once, for all answers.
        let promised = [
            "location", "idempotent-replayed", "retry-after", "www-authenticate", "etag", "content-range",
            "accept-ranges", "content-disposition", "accept",
        ]
        let documented = Dictionary(
            uniqueKeysWithValues: (response["headers"]?.members ?? [:]).map { ($0.lowercased(), schemas.resolved($1)) }
        )
        let missing = documented.filter { $1["required"] == true && answer.headers[$0] == nil }.keys.sorted()
        let unknown = promised.filter { answer.headers[$0] != nil && documented[$0] == nil }
        let wrong = documented.flatMap { name, header -> [String] in
            guard let text = answer.headers[name], let schema = header["schema"] else { return [] }
            let value = schema["type"] == "integer" ? Int64(text).map(JSONValue.integer) : JSONValue.string(text)
            return schemas.problems(of: value ?? .string(text), against: schema, at: name)
        }
        return missing.map { "the header \($0) is missing" } + unknown.map { "the header \($0) is not documented" }
            + wrong
    }

    private func contentProblems(of answer: TestServer.Answer, _ response: JSONValue) -> [String] {
        guard let content = response["content"] else {
            return answer.body.isEmpty ? [] : ["it has a body: \(answer.text.prefix(300))"]
        }
        let type = String((answer.headers["content-type"] ?? "").prefix { $0 != ";" })
        guard let media = content[type] else { return ["\(type) is not documented"] }
        switch type {
        case "application/json":
            guard let value = try? JSONDecoder().decode(JSONValue.self, from: answer.body) else {
                return ["no JSON: \(answer.text.prefix(300))"]
            }
            return schemas.problems(of: value, against: media["schema"] ?? .null) + codeProblems(value, media)
                + messageProblems(value)
        case "text/event-stream":
            return answer.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.flatMap { line in
                let value = try? JSONDecoder().decode(JSONValue.self, from: Data(line.dropFirst(6).utf8))
                // A batch's own feed tells the batch as it is, that of the project how it then was.
                let ofBatch = value?["data"]?["batch"] == nil ? "BatchEvent" : "BatchMessage"
                let name = value?["batch_id"] == nil ? "Event" : ofBatch
                return schemas.problems(of: value ?? .null, against: schema(name))
            }
        default: return []
        }
    }

    /// The codes that an operation answers with are those of its examples.
    private func codeProblems(_ value: JSONValue, _ media: JSONValue) -> [String] {
        guard let error = value["error"] else { return [] }
        let examples = (media["examples"]?.members ?? [:]).values.compactMap { $0["value"]?["error"] }
        let isKnown = examples.contains { $0["code"] == error["code"] && $0["type"] == error["type"] }
        return isKnown ? [] : ["the code is not documented: \(error)"]
    }

    /// The bodies that a delivery log shows are those of the messages that the document describes.
    private func messageProblems(_ value: JSONValue) -> [String] {
        guard value["format"] == "native", let body = value["body"]?.text, let type = value["type"]?.text else {
            return []
        }
        guard let message = root["webhooks"]?[type]?["post"] else { return ["no message is called \(type)"] }
        let schema = message["requestBody"]?["content"]?["application/json"]?["schema"]
        let sent = try? JSONDecoder().decode(JSONValue.self, from: Data(body.utf8))
        return schemas.problems(of: sent ?? .null, against: schema ?? .null, at: "body")
    }

    /// What was accepted has to be what the document allows.
    private func requestProblems(_ sent: String, _ operation: Operation) -> [String] {
        guard let schema = operation.node["requestBody"]?["content"]?["application/json"]?["schema"],
            let value = try? JSONDecoder().decode(JSONValue.self, from: Data(sent.utf8))
        else { return [] }
        return schemas.problems(of: value, against: schema, at: "request")
    }

    func schema(_ name: String) -> JSONValue { root["components"]?["schemas"]?[name] ?? .null }
}

extension TestServer {
    /// Fails the test if the document of our API does not allow this answer. Every answer of every test comes by here.
    func check(_ answer: Answer, to method: String, _ url: String, sent: String? = nil) throws {
        let path = String(url.dropFirst(base.count).prefix { $0 != "?" })
        for problem in try APIReference.shared.get().problems(of: answer, to: method, path, sent: sent) {
            Issue.record("openapi.yaml: \(problem)")
        }
    }
}
