import AsyncHTTPClient
import Calls
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix

/// Carries one delivery to its receiver, once.
struct WebhookCourier: Sendable {
    /// One try, and how long the receiver asked us to wait.
    struct Attempt: Sendable {
        var log: WebhookAttempt
        /// Seconds.
        var retryAfter: TimeInterval?
    }

    private struct Answer: Sendable {
        var status: Int
        var body: String
        var retryAfter: String?
    }

    private let addressGuard: AddressGuard
    private let configuration: WebhookConfiguration
    private let timing: Timing
    private let clients = ReceiverClients()
    /// Threads of our own: a name server that does not answer blocks one for a while, and must block nothing else.
    private let resolvers = NIOThreadPool(numberOfThreads: 8)

    init(addressGuard: AddressGuard, configuration: WebhookConfiguration, timing: Timing) {
        self.addressGuard = addressGuard
        self.configuration = configuration
        self.timing = timing
    }

    func start() {
        resolvers.start()
    }

    func stop() async {
        await clients.shutDown()
        try? await resolvers.shutdownGracefully()
    }

    func attempt(_ delivery: WebhookDelivery, secret: String) async -> Attempt {
        let start = timing.now()
        var log = WebhookAttempt(
            delivery: delivery.id,
            number: delivery.attempts + 1,
            at: start,
            duration: 0,
            status: nil,
            response: "",
            failure: nil
        )
        var retryAfter: TimeInterval?
        do {
            let answer = try await withTimeout { try await post(delivery, secret: secret, at: start) }
            log.status = answer.status
            log.response = answer.body
            retryAfter = answer.retryAfter.flatMap { Self.seconds(retryAfter: $0, now: timing.now()) }
        } catch let failure as DeliveryFailure {
            log.failure = failure.reason
        } catch {
            log.failure = "No answer: \(error)"
        }
        log.duration = Int(timing.now().timeIntervalSince(start) * 1000)
        return Attempt(log: log, retryAfter: retryAfter)
    }

    private func post(_ delivery: WebhookDelivery, secret: String, at now: Date) async throws -> Answer {
        guard let receiver = Receiver(delivery.url), addressGuard.problem(with: delivery.url) == nil else {
            throw DeliveryFailure(reason: "The operator does not allow this URL")
        }
        let address = try await addressGuard.resolve(receiver, on: resolvers)
        let timestamp = Int64(now.timeIntervalSince1970)
        let id = "\(delivery.id)"
        guard let signature = WebhookSignature.sign(id: id, timestamp: timestamp, body: delivery.body, secret: secret)
        else {
            throw DeliveryFailure(reason: "The project's webhook secret cannot be read")
        }
        var request = HTTPClientRequest(url: receiver.url)
        request.method = .POST
        request.headers = [
            "content-type": "application/json",
            "user-agent": "trunkline",
            "webhook-id": id,
            "webhook-timestamp": "\(timestamp)",
            "webhook-signature": signature,
        ]
        request.body = .bytes(ByteBuffer(string: delivery.body))
        let ready = request
        let limit = configuration.responseLimit
        return try await clients.with(host: receiver.host, address: address) { client in
            let response = try await client.execute(ready, deadline: .distantFuture)
            var body = ByteBuffer()
            for try await chunk in response.body {
                body.writeImmutableBuffer(chunk)
                if body.readableBytes >= limit { break }
            }
            return Answer(
                status: Int(response.status.code),
                body: String(decoding: body.readableBytesView.prefix(limit), as: UTF8.self),
                retryAfter: response.headers.first(name: "retry-after")
            )
        }
    }

    private func withTimeout(_ body: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await timing.sleep(for: configuration.timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let answer = first else {
                throw DeliveryFailure(reason: "No answer within \(configuration.timeout.components.seconds) s")
            }
            return answer
        }
    }

    /// `Retry-After` is a number of seconds or a date (RFC 9110 section 10.2.3).
    private static func seconds(retryAfter text: String, now: Date) -> TimeInterval? {
        if let seconds = Int(text) { return TimeInterval(max(0, seconds)) }
        return Date(http: text).map { max(0, $0.timeIntervalSince(now)) }
    }
}
