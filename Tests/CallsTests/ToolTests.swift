import FoundationEssentials
import Testing

@testable import Calls

@Suite("What an agent may ask of other servers")
struct ToolTests {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "day": ["type": "string", "enum": ["monday", "tuesday"]],
            "seats": ["type": "integer", "minimum": 1, "maximum": 8],
            "note": ["type": ["string", "null"], "maxLength": 5],
            "tags": ["type": "array", "items": ["type": "string"], "maxItems": 2],
        ],
        "required": ["day"],
    ]

    private static func tool(_ request: RequestTemplate, _ parameters: JSONValue = schema) -> HTTPTool {
        HTTPTool(name: "book", description: "Books.", parameters: parameters, request: request)
    }

    private static func fill(
        _ request: RequestTemplate,
        _ values: [String: JSONValue]
    ) throws(RequestTemplate.Problem) -> RequestTemplate.Filled {
        try request.filled({ values[$0] }, secret: { _ throws(RequestTemplate.Problem) in "s3cret" })
    }

    @Test("In a URL a value is one segment or one value, whatever is in it")
    func urls() throws {
        let request = RequestTemplate(method: .get, url: "https://crm.example/people/{{ id }}/notes?q={{q}}&n=1")
        let filled = try Self.fill(request, ["id": "a/b?x=1#y", "q": "1&admin=true é"])
        #expect(filled.url == "https://crm.example/people/a%2Fb%3Fx%3D1%23y/notes?q=1%26admin%3Dtrue%20%C3%A9&n=1")
    }

    @Test("A value cannot lead to another path", arguments: ["", ".", ".."])
    func paths(value: String) {
        let request = RequestTemplate(method: .delete, url: "https://crm.example/people/{{id}}")
        #expect(throws: RequestTemplate.Problem.self) { try Self.fill(request, ["id": .string(value)]) }
    }

    @Test("A value cannot begin another header", arguments: ["a\r\nX-Admin: 1", "a\u{0}", "é"])
    func headers(value: String) {
        let request = RequestTemplate(method: .get, url: "https://crm.example/", headers: ["X-Name": "n {{name}}"])
        #expect(throws: RequestTemplate.Problem.self) { try Self.fill(request, ["name": .string(value)]) }
    }

    @Test("In a body a value keeps its type, and is text within a text")
    func bodies() throws {
        let body: JSONValue = [
            "n": "{{n}}", "list": ["{{none}}", "{{ok}}"], "text": "a {{quote}} b", "key": "{{secret.crm}}",
        ]
        let request = RequestTemplate(method: .post, url: "https://crm.example/", body: body)
        let filled = try Self.fill(request, ["n": 3, "ok": true, "quote": #"","admin":"1"#])
        #expect(
            filled.body == [
                "n": 3, "list": [.null, true], "text": .string(#"a ","admin":"1 b"#), "key": "s3cret",
            ]
        )
    }

    @Test("An argument stands for nothing that the tool does not name, and a variable for no argument")
    func shadowing() throws {
        let request = RequestTemplate(method: .post, url: "https://crm.example/{{account}}/{{day}}")
        let tool = Self.tool(request)
        #expect(tool.schema.problem(with: ["day": "monday", "account": "other"]) == "There is no account.")
        let filled = try tool.filled(
            ["day": "monday"],
            variables: ["account": "mine", "day": "sunday"],
            secret: { _ throws(RequestTemplate.Problem) in "" }
        )
        #expect(filled.url == "https://crm.example/mine/monday")
        #expect(filled.body == ["day": "monday"])
    }

    @Test("Arguments are held to their schema, in words that a model can mend them by")
    func arguments() {
        let schema = ArgumentSchema(Self.schema)
        #expect(schema.problem(with: ["day": "monday", "seats": 2, "note": .null, "tags": ["a"]]) == nil)
        let wrong: [(JSONValue, String)] = [
            ([:], "day is needed."),
            (["day": "sunday"], #"day has to be one of "monday", "tuesday"."#),
            (["day": "monday", "seats": 9], "seats has to be 8.0 or less."),
            (["day": "monday", "seats": "2"], "seats has to be integer."),
            (["day": "monday", "note": 1], #"note has to be ["string","null"]."#),
            (["day": "monday", "note": "longer"], "note has to have at most 5 characters."),
            (["day": "monday", "tags": ["a", 1]], "tags[1] has to be string."),
            (["day": "monday", "tags": ["a", "b", "c"]], "tags has to have at most 2 items."),
            (["day": "monday", "price": 0], "There is no price."),
        ]
        for (arguments, words) in wrong { #expect(schema.problem(with: arguments) == words) }
    }

    @Test(
        "A schema that asks for more than is checked is refused",
        arguments: [
            ["type": "string"], ["type": "object", "properties": ["a": ["pattern": "x+"]]],
            ["type": "object", "properties": ["a": ["type": "text"]]], ["type": "object", "required": "a"],
            ["type": "object", "oneOf": []],
        ] as [JSONValue]
    )
    func schemas(schema: JSONValue) {
        #expect(ArgumentSchema(schema).problem != nil)
    }

    @Test(
        "A request whose place is not fixed is refused",
        arguments: [
            "https://{{host}}/", "https://crm.example{{x}}/", "ftp://crm.example/", "crm.example",
            "https://a:b@crm.example/",
            "https:///x", "https://crm.example/{{a b}}", "https://crm.example/#x", "https://crm.example/a b",
        ]
    )
    func places(url: String) {
        #expect(!RequestTemplate(method: .get, url: url).problems(at: "tools[0]").isEmpty)
    }

    @Test("Headers that belong to the connection, and bodies where there is none, are refused")
    func requests() {
        let bad = [
            RequestTemplate(method: .get, url: "https://crm.example/", headers: ["Host": "x"]),
            RequestTemplate(method: .get, url: "https://crm.example/", headers: ["a b": "x"]),
            RequestTemplate(method: .get, url: "https://crm.example/", headers: ["A": "x\ny"]),
            RequestTemplate(method: .get, url: "https://crm.example/", body: [:]),
        ]
        for request in bad { #expect(!request.problems(at: "x").isEmpty, "\(request)") }
        #expect(
            RequestTemplate(method: .post, url: "https://crm.example/{{id}}?k={{secret.k}}", body: [:]).problems(
                at: "x"
            ).isEmpty
        )
    }

    @Test("The program's own tools cannot be replaced, and a transfer goes to a number or a SIP URI")
    func names() {
        var tool = Self.tool(RequestTemplate(method: .get, url: "https://crm.example/"))
        #expect(tool.problems(at: "x").isEmpty)
        tool.name = "opt_out"
        #expect(!tool.problems(at: "x").isEmpty)
        for target in ["+15550100000", "sip:desk@pbx.example;transport=tcp"] {
            #expect(TransferDestination(name: "desk", target: target).problems(at: "x").isEmpty)
        }
        for target in ["desk", "sip:", "sip:a@b>\r\nX: y", "sip:a@b?Subject=x", "https://a.example"] {
            #expect(!TransferDestination(name: "desk", target: target).problems(at: "x").isEmpty)
        }
    }

    @Test("What a request before the call gives need not be given with the call; what it needs must be")
    func variables() {
        var agent = Agent(
            id: Agent.ID(bornAt: .init(timeIntervalSince1970: 0)),
            slug: "a",
            name: "A",
            numbers: [],
            greeting: "Hello {{name}}, {{other}}.",
            flow: nil,
            createdAt: .init(timeIntervalSince1970: 0),
            updatedAt: .init(timeIntervalSince1970: 0)
        )
        agent.prefetch = Prefetch(
            request: RequestTemplate(
                method: .get,
                url: "https://crm.example/{{customer}}?n={{call.to}}&k={{secret.k}}"
            ),
            gives: ["name"]
        )
        #expect(Template.requiredVariables(of: agent) == ["customer", "other"])
    }
}
