import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("openapi.yaml", .timeLimit(.minutes(1)))
struct ReferenceTests {
    private let reference: APIReference

    init() throws {
        reference = try APIReference.shared.get()
    }

    @Test("It has every route of our own API with its scope, and no other")
    func routes() async throws {
        try await TestServer.run { server in
            let vendors = ServedDoor.allCases.map(\.path).filter { !$0.isEmpty }
            let routes = server.routes.filter { route in !vendors.contains { route.contains(" \($0)/") } }
            #expect(Set(reference.all.map(\.route)) == Set(routes))
            let scopes = Dictionary(RouteCase.all.map { ($0.route, $0.scope.rawValue) }) { first, _ in first }
            for operation in reference.all { #expect(operation.scope == scopes[operation.route], "\(operation.route)") }
        }
    }

    @Test("It speaks no word of JSON Schema that these tests do not hold answers against")
    func keywords() throws {
        for (place, schema) in schemas(in: reference.root, at: "#") {
            let unknown = Set(schema.members.keys).subtracting(SchemaCheck.keywords)
            #expect(unknown.isEmpty, "\(place)")
            if let closed = schema["additionalProperties"], closed.members.isEmpty {
                #expect(closed == true || closed == false, "\(place)")
            }
            if let properties = schema["properties"] {
                let unlisted = (schema["required"]?.elements ?? []).filter { properties[$0.text ?? ""] == nil }
                #expect(unlisted.isEmpty, "\(place)")
            }
        }
    }

    @Test("Every reference leads somewhere, and everything that has a name is used")
    func references() throws {
        let references = Set(strings(called: "$ref", in: reference.root))
        let kinds = ["schemas", "responses", "parameters", "headers", "examples"]
        let names = kinds.flatMap { kind in
            (reference.root["components"]?[kind]?.members ?? [:]).keys.map { "#/components/\(kind)/\($0)" }
        }
        #expect(references == Set(names))
        let identifiers = reference.all.compactMap { $0.node["operationId"]?.text }
        #expect(Set(identifiers).count == reference.all.count)
        #expect(Set(strings(called: "operationId", in: reference.root)).isSuperset(of: identifiers))
        for link in reference.all.flatMap({ links(of: $0) }) { #expect(identifiers.contains(link), "\(link)") }
    }

    @Test("Its examples are true: they fit their schemas, and errors read as the server words them")
    func examples() throws {
        var count = 0
        for (place, media) in mediaTypes(in: reference.root, at: "#") {
            let named = (media["examples"]?.members ?? [:]).values.compactMap {
                reference.schemas.resolved($0)["value"]
            }
            for example in named + [media["example"]].compactMap(\.self) {
                let problems = reference.schemas.problems(of: example, against: media["schema"] ?? .null)
                #expect(problems.isEmpty, "\(place)")
                count += 1
            }
        }
        #expect(count > 150)
    }

    @Test("What the document does not say of an answer is found")
    func differences() {
        func problems(_ status: Int, _ body: String, _ headers: [String: String] = [:], sent: String? = nil) -> [String]
        {
            let all = headers.merging(["content-type": "application/json", "x-request-id": "req_1"]) { first, _ in first
            }
            let answer = TestServer.Answer(status: status, headers: all, body: Data(body.utf8))
            return reference.problems(of: answer, to: "PUT", "/v1/retention", sent: sent)
        }
        #expect(problems(200, #"{"days":30}"#, sent: #"{"days":30}"#).isEmpty)
        #expect(problems(418, "").first?.contains("418 is not documented") == true)
        #expect(problems(200, #"{"days":30,"weeks":4}"#).first?.contains("weeks is not documented") == true)
        #expect(problems(200, "{}").first?.contains("days is missing") == true)
        #expect(problems(200, #"{"days":0}"#).count == 1)
        #expect(problems(200, #"{"days":"30"}"#).count == 1)
        #expect(problems(200, #"{"days":30}"#, sent: #"{"day":30}"#).count == 2)
        #expect(problems(200, #"{"days":30}"#, ["location": "/"]).first?.contains("location") == true)
        #expect(problems(200, "30", ["content-type": "text/plain"]).first?.contains("text/plain") == true)
        let unknown = #"{"error":{"type":"invalid_request","code":"too_odd","message":"","param":null}}"#
        #expect(problems(422, unknown).first?.contains("too_odd") == true)
    }

    @Test("Where the code has a list of words, the document has the same")
    func words() {
        func words(_ schema: JSONValue?) -> Set<String> { Set((schema?["enum"]?.elements ?? []).compactMap(\.text)) }
        #expect(words(reference.schema("CallStatus")) == Set(CallStatus.allCases.map(\.rawValue)))
        #expect(words(reference.schema("EndReason")) == Set(EndReason.allCases.map(\.rawValue)))
        #expect(words(reference.schema("GateRule")) == Set(GateRule.allCases.map(\.rawValue)))
        #expect(words(reference.schema("EventType")) == Set(CallEvent.Kind.allCases.map(\.rawValue)))
        #expect(words(reference.schema("Scope")) == Set(Scope.allCases.map(\.rawValue)))
        #expect(words(reference.schema("Answerer")) == Set(Reached.allCases.map(\.rawValue)))
        #expect(words(reference.schema("Goal")) == Set(Goal.allCases.map(\.rawValue)))
        #expect(
            Set(reference.schema("Placement")["properties"]?.members.keys.map(\.self) ?? [])
                == Set(NativePlacement.fields)
        )
        let types = Set(NativeWebhook().types + [NativeWebhook.trialType])
        #expect(Set(reference.root["webhooks"]?.members.keys.map(\.self) ?? []) == types)
        #expect(
            Set(reference.schema("Policy")["properties"]?.members.keys.map(\.self) ?? [])
                == Set(DialPolicy().document.keys)
        )
    }

    @Test("It is served to everybody, as it is in the sources")
    func served() async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Sources/COpenAPI/openapi.yaml")
        let written = try String(contentsOf: file, encoding: .utf8)
        try await TestServer.run { server in
            let answer = try await server.get("/openapi.yaml", key: "none")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/yaml; charset=utf-8")
            #expect(answer.text == written)
        }
    }

    @Test("The page has every operation, error code and schema, loads its style sheet alone and runs nothing")
    func page() async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/docs", key: "none")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
            let policy = try #require(answer.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self'"))
            #expect(!policy.contains("unsafe") && !policy.contains("script"))
            let page = answer.text
            let places = Set(attributes("id", of: page))
            for operation in reference.all { #expect(places.contains(operation.node["operationId"]?.text ?? "")) }
            for name in reference.root["components"]?["schemas"]?.members.keys.map(\.self) ?? [] {
                #expect(places.contains("schema-\(name)"))
            }
            let links = Set(attributes("href", of: page))
            for link in links where link.hasPrefix("#") {
                #expect(places.contains(String(link.dropFirst())), "\(link)")
            }
            #expect(links.filter { !$0.hasPrefix("#") }.sorted() == ["/docs/style.css", "/openapi.yaml"])
            #expect(attributes("src", of: page).isEmpty)
            #expect(!page.contains("<script") && !page.contains(" style=") && !page.contains("<style"))
            let style = try await server.get("/docs/style.css", key: "none")
            #expect(style.headers["content-type"] == "text/css; charset=utf-8")
            #expect(style.text.contains("prefers-color-scheme: dark") && !style.text.contains("url("))
        }
    }

    @Test("Text cannot become markup")
    func markup() {
        #expect(
            HTMLText.inline("a <b> & `c < \"d\"` **e**")
                == "a &lt;b&gt; &amp; <code>c &lt; &quot;d&quot;</code> <strong>e</strong>"
        )
        #expect(HTMLText.inline("one ` alone, 2 ** 3") == "one ` alone, 2 ** 3")
    }

    /// The values of all attributes of that name.
    private func attributes(_ name: String, of page: String) -> [String] {
        page.components(separatedBy: " \(name)=\"").dropFirst().map { $0.components(separatedBy: "\"")[0] }
    }

    private func links(of operation: APIReference.Operation) -> [String] {
        (operation.node["responses"]?.members ?? [:]).values
            .flatMap { $0["links"]?.members.values.map(\.self) ?? [] }.compactMap { $0["operationId"]?.text }
    }

    private func strings(called name: String, in value: JSONValue) -> [String] {
        switch value {
        case .object(let members):
            [members[name]?.text].compactMap(\.self) + members.values.flatMap { strings(called: name, in: $0) }
        case .array(let elements): elements.flatMap { strings(called: name, in: $0) }
        default: []
        }
    }

    /// Every schema, each with its place, those within others included.
    private func schemas(in value: JSONValue, at place: String) -> [(String, JSONValue)] {
        switch value {
        case .array(let elements):
            return elements.enumerated().flatMap { schemas(in: $1, at: "\(place)/\($0)") }
        case .object(let members):
            return members.flatMap { name, member -> [(String, JSONValue)] in
                let here = "\(place)/\(name)"
                switch name {
                case "schema": return [(here, member)] + inner(of: member, at: here)
                case "schemas":
                    return member.members.flatMap { [("\(here)/\($0)", $1)] + inner(of: $1, at: "\(here)/\($0)") }
                case "example", "examples": return []
                default: return schemas(in: member, at: here)
                }
            }
        default: return []
        }
    }

    private func inner(of schema: JSONValue, at place: String) -> [(String, JSONValue)] {
        var parts = (schema["properties"]?.members ?? [:]).map { ("\(place)/\($0)", $1) }
        if let others = schema["additionalProperties"], !others.members.isEmpty {
            parts.append(("\(place)/additionalProperties", others))
        }
        parts += (schema["anyOf"]?.elements ?? []).map { ("\(place)/anyOf", $0) }
        if let items = schema["items"] { parts.append(("\(place)/items", items)) }
        return parts + parts.flatMap { inner(of: $1, at: $0) }
    }

    /// Every place that a content type has.
    private func mediaTypes(in value: JSONValue, at place: String) -> [(String, JSONValue)] {
        switch value {
        case .array(let elements): elements.enumerated().flatMap { mediaTypes(in: $1, at: "\(place)/\($0)") }
        case .object(let members):
            (members["content"]?.members ?? [:]).map { ("\(place)/\($0)", $1) }
                + members.flatMap { mediaTypes(in: $1, at: "\(place)/\($0)") }
        default: []
        }
    }
}
