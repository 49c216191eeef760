import AsyncHTTPClient
package import Calls
package import Conversation
import FoundationEssentials
import NIOCore
import NIOHTTP1
import ServiceLifecycle

/// Sends the requests of agents: those of their tools, and the one before a call. Redirects are not followed.
package struct RequestSender: AgentRequests, Service {
    private let configuration: RequestConfiguration
    private let timing: Timing
    let http: GuardedHTTP

    package init(configuration: RequestConfiguration, timing: Timing) {
        self.configuration = configuration
        self.timing = timing
        http = GuardedHTTP(addressGuard: AddressGuard(allowPrivateAddresses: configuration.allowPrivateAddresses))
    }

    /// Has it ready to send until shutdown.
    package func run() async throws {
        start()
        try? await gracefulShutdown()
        await stop()
    }

    package func start() { http.start() }
    package func stop() async { await http.stop() }

    package func call(
        _ tool: HTTPTool,
        _ arguments: [String: JSONValue],
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> String {
        let secrets = heldSecrets(for: tool.request)
        let filled: RequestTemplate.Filled
        do {
            filled = try tool.filled(arguments, variables: variables, secret: secrets.value)
        } catch {
            throw RequestFailure("It was not asked: \(error).", isRefused: true)
        }
        return try await secrets.hiding { () async throws(RequestFailure) -> String in
            try await send(filled, within: tool.timeout)
        }
    }

    /// The variables that `prefetch` brings.
    func fetch(
        _ prefetch: Prefetch,
        variables: [String: JSONValue]
    ) async throws(RequestFailure) -> [String: JSONValue] {
        let secrets = heldSecrets(for: prefetch.request)
        let filled: RequestTemplate.Filled
        do {
            filled = try prefetch.request.filled({ variables[$0] }, secret: secrets.value)
        } catch {
            throw RequestFailure("It was not asked: \(error).", isRefused: true)
        }
        let text = try await secrets.hiding { () async throws(RequestFailure) -> String in
            try await send(filled, within: prefetch.timeout)
        }
        guard case .object(let members)? = JSONValue(json: text) else {
            throw RequestFailure("The answer is not a JSON object.")
        }
        return members
    }

    /// How many bytes an answer may have.
    var answerLimit: Int { configuration.responseLimit }

    func heldSecrets(for request: RequestTemplate) -> HeldSecrets { HeldSecrets(configuration.secrets, for: request) }

    private func send(_ filled: RequestTemplate.Filled, within limit: Int) async throws(RequestFailure) -> String {
        try await reach(filled.url, within: limit) { receiver in try await exchange(filled, with: receiver) }
    }

    /// Has `body` ask whoever is at `url`, if that may be asked, for at most `limit` ms. What goes wrong is put in words.
    func reach<Result: Sendable>(
        _ url: String,
        within limit: Int,
        _ body: @escaping @Sendable (Receiver) async throws -> Result
    ) async throws(RequestFailure) -> Result {
        var outcome = "failed"
        defer { EngineMetrics.requested(outcome) }
        do {
            guard let receiver = Receiver(url), http.addressGuard.problem(with: url) == nil else {
                outcome = "refused"
                throw RequestFailure("The operator of this server does not allow this URL.", isRefused: true)
            }
            let result = try await timing.withTimeout(
                .milliseconds(limit),
                else: RequestFailure("No answer came within \(limit) ms.")
            ) {
                try await body(receiver)
            }
            outcome = "answered"
            return result
        } catch let failure as RequestFailure {
            outcome = failure.isRefused ? "refused" : "failed"
            throw failure
        } catch let failure as DeliveryFailure {
            outcome = failure.isForbidden ? "refused" : "failed"
            throw RequestFailure("\(failure.reason).", isRefused: true)
        } catch {
            // What the library says may hold the URL, and a secret in it.
            throw RequestFailure("The service cannot be reached.")
        }
    }

    private func exchange(_ filled: RequestTemplate.Filled, with receiver: Receiver) async throws -> String {
        let address = try await http.address(of: receiver)
        var request = HTTPClientRequest(url: receiver.url)
        request.method = HTTPMethod(rawValue: filled.method.rawValue)
        request.headers.add(name: "user-agent", value: "trunkline")
        request.headers.add(name: "accept", value: "application/json")
        if let body = filled.body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.json))
        }
        for (name, value) in filled.headers { request.headers.replaceOrAdd(name: name, value: value) }
        let sent = request
        return try await http.with(receiver, at: address) { client in
            let response = try await client.execute(sent, deadline: .distantFuture)
            var body = ByteBuffer()
            for try await chunk in response.body {
                body.writeImmutableBuffer(chunk)
                guard body.readableBytes <= configuration.responseLimit else {
                    throw RequestFailure("The answer is longer than \(configuration.responseLimit) bytes.")
                }
            }
            let text = String(decoding: body.readableBytesView, as: UTF8.self).replacing("\0", with: "\u{FFFD}")
            guard (200..<300).contains(response.status.code) else {
                throw RequestFailure("The service answered \(response.status.code): \(text.prefix(500))")
            }
            if text.allSatisfy(\.isWhitespace) { return "Done." }
            return JSONValue(json: text)?.json ?? text
        }
    }
}
