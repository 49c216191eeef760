import Calls
import Conversation
import FoundationEssentials
import Testing

@testable import Engine

@Suite("The requests of agents", .timeLimit(.minutes(1)))
struct RequestSenderTests {
    /// Runs `body` with a server that answers so, and a sender that may reach it.
    private func sending<Result: Sendable>(
        answers: [WebhookReceiver.Answer] = [],
        isOpen: Bool = true,
        _ body: @Sendable (RequestSender, WebhookReceiver, _ url: String) async throws -> Result
    ) async throws -> Result {
        var configuration = RequestConfiguration()
        configuration.allowPrivateAddresses = isOpen
        configuration.responseLimit = 4096
        configuration.secrets["crm"] = RequestSecret("s3cret-key", hosts: ["127.0.0.1"])
        configuration.secrets["other"] = RequestSecret("other-key", hosts: ["crm.example"])
        let sender = RequestSender(
            configuration: configuration,
            timing: Timing(clock: ContinuousClock(), now: Date.stamp)
        )
        sender.start()
        let receiver = WebhookReceiver(answers: answers)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(
                try await receiver.serve { port in try await body(sender, receiver, "http://127.0.0.1:\(port)") }
            )
        } catch {
            result = .failure(error)
        }
        await sender.stop()
        return try result.get()
    }

    private static func tool(_ url: String, timeout: Int = 5000, headers: [String: String] = [:]) -> HTTPTool {
        HTTPTool(
            name: "book",
            description: "Books.",
            parameters: ["type": "object", "properties": ["day": ["type": "string"]]],
            request: RequestTemplate(method: .post, url: url, headers: headers),
            timeout: timeout
        )
    }

    @Test("The arguments go out as JSON, the secret in its header, and the answer comes back as JSON")
    func answered() async throws {
        try await sending(answers: [.init(body: "{ \"slot\": \"ten\",\n \"id\": 7 }")]) { sender, receiver, url in
            let tool = Self.tool("\(url)/book/{{account}}", headers: ["Authorization": "Bearer {{secret.crm}}"])
            let answer = try await sender.call(tool, ["day": "friday"], variables: ["account": "a/1"])
            #expect(answer == #"{"id":7,"slot":"ten"}"#)
            let request = try #require(await receiver.next())
            #expect(request.path == "/book/a%2F1")
            #expect(request.body == #"{"day":"friday"}"#)
            #expect(request.headers["authorization"] == "Bearer s3cret-key")
            #expect(request.headers["content-type"] == "application/json")
        }
    }

    @Test("A secret goes to no host but its own, and what is unknown goes nowhere", arguments: ["other", "none"])
    func secrets(name: String) async throws {
        try await sending { sender, receiver, url in
            let tool = Self.tool(url, headers: ["Authorization": "{{secret.\(name)}}"])
            let failure = await #expect(throws: RequestFailure.self) {
                try await sender.call(tool, [:], variables: [:])
            }
            #expect(failure?.isRefused == true && failure?.description.contains("other-key") == false)
            receiver.requests.continuation.finish()
            #expect(await receiver.next() == nil)
        }
    }

    @Test("What a server echoes of a secret is not passed on")
    func echo() async throws {
        try await sending(answers: [.init(body: "you are s3cret-key"), .init(status: 401, body: "not s3cret-key")]) {
            sender,
            _,
            url in
            let tool = Self.tool("\(url)/echo", headers: ["X-Key": "{{secret.crm}}"])
            let echoed = try await sender.call(tool, [:], variables: [:])
            #expect(echoed == "you are •••")
            let failure = await #expect(throws: RequestFailure.self) {
                try await sender.call(tool, [:], variables: [:])
            }
            #expect(failure?.description == "The service answered 401: not •••")
        }
    }

    @Test("Refusals, redirects and answers that are too long are words for the model")
    func failures() async throws {
        let answers: [WebhookReceiver.Answer] = [
            .init(status: 404, body: "no such day"),
            .init(status: 302, headers: ["Location": "http://169.254.169.254/"]),
            .init(body: String(repeating: "x", count: 5000)), .init(),
        ]
        try await sending(answers: answers) { sender, _, url in
            var told: [String] = []
            for _ in 0..<3 {
                let failure = await #expect(throws: RequestFailure.self) {
                    try await sender.call(Self.tool("\(url)/book"), [:], variables: [:])
                }
                #expect(failure?.isRefused == false)
                told.append(failure?.description ?? "")
            }
            #expect(
                told == [
                    "The service answered 404: no such day", "The service answered 302: ",
                    "The answer is longer than 4096 bytes.",
                ]
            )
            let empty = try await sender.call(Self.tool("\(url)/book"), [:], variables: [:])
            #expect(empty == "Done.")
        }
    }

    @Test("A server that does not answer is left in time")
    func timeout() async throws {
        try await sending { sender, _, url in
            let failure = await #expect(throws: RequestFailure.self) {
                try await sender.call(Self.tool("\(url)/hang", timeout: 500), [:], variables: [:])
            }
            #expect(failure == RequestFailure("No answer came within 500 ms."))
        }
    }

    @Test("Nothing in the operator's own network is asked unless the operator allows it")
    func guarded() async throws {
        try await sending(isOpen: false) { sender, receiver, url in
            for url in [url, url.replacing("http:", with: "https:"), "https://localhost/", "https://169.254.169.254/"] {
                let failure = await #expect(throws: RequestFailure.self) {
                    try await sender.call(Self.tool(url), [:], variables: [:])
                }
                #expect(failure?.isRefused == true, "\(url)")
            }
            receiver.requests.continuation.finish()
            #expect(await receiver.next() == nil)
        }
    }
}
