import AsyncHTTPClient
import Calls
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// Carries one delivery to its receiver, once.
struct WebhookCourier: Sendable {
    /// One try, and how long the receiver asked us to wait.
    struct Attempt: Sendable {
        var log: WebhookAttempt
        /// Seconds.
        var retryAfter: TimeInterval?
    }

    /// The most the log keeps of an answer's headers, in bytes.
    private static let headerLimit = 4096

    private let http: GuardedHTTP
    /// The most the log keeps of an answer's body, in bytes.
    private let responseLimit: Int
    private let timing: Timing

    init(addressGuard: AddressGuard, responseLimit: Int, timing: Timing) {
        http = GuardedHTTP(addressGuard: addressGuard)
        self.responseLimit = responseLimit
        self.timing = timing
    }

    func start() {
        http.start()
    }

    func stop() async {
        await http.stop()
    }

    /// What is wrong with `url` as far as can be told within moments. Nil if nothing is, or if the name cannot be resolved now.
    func problem(with url: String) async -> String? {
        if let problem = http.addressGuard.problem(with: url) { return problem }
        guard let receiver = Receiver(url) else { return nil }
        return await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    _ = try await http.address(of: receiver)
                    return nil
                } catch let failure as DeliveryFailure where failure.isForbidden {
                    return failure.reason
                } catch {
                    return nil
                }
            }
            group.addTask {
                try? await timing.sleep(for: .seconds(2))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next().flatMap(\.self)
        }
    }

    /// The try that `delivery` counts as its last. `secrets` are its receiver's, the current one first.
    func attempt(_ delivery: WebhookDelivery, in format: any WebhookFormat, secrets: [String]) async -> Attempt {
        let start = timing.now()
        // What is known when time runs out stays in the log: the try that is given up on may be anywhere.
        let log = AttemptLog(WebhookAttempt(delivery: delivery.id, number: delivery.attempts, at: start))
        do {
            let limit = format.policy.timeout
            let failure = DeliveryFailure(reason: "No answer within \(limit.components.seconds) s")
            try await timing.withTimeout(limit, else: failure) {
                try await post(delivery, in: format, secrets: secrets, since: start, log: log)
            }
        } catch let failure as DeliveryFailure {
            log.change { $0.failure = failure.reason }
        } catch {
            log.change { $0.failure = "No answer: \(error)" }
        }
        var known = log.value
        known.duration = milliseconds(since: start)
        // An answer that was not read to its end in time is no answer.
        if known.failure != nil { known.status = nil }
        let asked = known.responseHeaders.first { $0.name.lowercased() == "retry-after" }?.value
        return Attempt(log: known, retryAfter: asked.flatMap { Self.seconds(retryAfter: $0, now: timing.now()) })
    }

    private func post(
        _ delivery: WebhookDelivery,
        in format: any WebhookFormat,
        secrets: [String],
        since start: Date,
        log: AttemptLog
    ) async throws {
        guard let receiver = Receiver(delivery.url), http.addressGuard.problem(with: delivery.url) == nil else {
            throw DeliveryFailure(reason: "The operator does not allow this URL")
        }
        let address = try await http.address(of: receiver)
        let request = try request(for: delivery, to: receiver, in: format, secrets: secrets, at: start)
        let resolution = milliseconds(since: start)
        log.change { log in
            log.address = address
            log.resolution = resolution
            log.requestHeaders = request.headers.map { WebhookAttempt.Header($0.name, $0.value) }
        }
        try await http.with(receiver, at: address) { client in
            let response = try await client.execute(request, deadline: .distantFuture)
            let answer = milliseconds(since: start)
            let headers = Self.bounded(response.headers)
            log.change { log in
                log.answer = answer
                log.status = Int(response.status.code)
                log.responseHeaders = headers
            }
            var body = ByteBuffer()
            for try await chunk in response.body {
                body.writeImmutableBuffer(chunk)
                if body.readableBytes >= responseLimit { break }
            }
            // PostgreSQL's text holds every character but this one.
            let text = String(decoding: body.readableBytesView.prefix(responseLimit), as: UTF8.self)
                .replacing("\0", with: "\u{FFFD}")
            log.change { $0.response = text }
        }
    }

    private func request(
        for delivery: WebhookDelivery,
        to receiver: Receiver,
        in format: any WebhookFormat,
        secrets: [String],
        at now: Date
    ) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: receiver.url)
        request.method = .POST
        request.headers.add(name: "user-agent", value: "trunkline")
        do {
            for (name, value) in try format.headers(of: delivery, secrets: secrets, at: now) {
                request.headers.replaceOrAdd(name: name, value: value)
            }
        } catch {
            throw DeliveryFailure(reason: "The message cannot be signed: \(error)")
        }
        request.body = .bytes(ByteBuffer(string: delivery.body))
        return request
    }

    private func milliseconds(since start: Date) -> Int {
        Int(timing.now().timeIntervalSince(start) * 1000)
    }

    private static func bounded(_ headers: HTTPHeaders) -> [WebhookAttempt.Header] {
        var room = headerLimit
        return headers.prefix { name, value in
            room -= name.utf8.count + value.utf8.count
            return room >= 0
        }
        .map { WebhookAttempt.Header($0.name, $0.value) }
    }

    /// `Retry-After` is a number of seconds or a date (RFC 9110 section 10.2.3).
    private static func seconds(retryAfter text: String, now: Date) -> TimeInterval? {
        if let seconds = Int(text) { return TimeInterval(max(0, seconds)) }
        return Date(http: text).map { max(0, $0.timeIntervalSince(now)) }
    }
}

/// What is known of a try so far.
private final class AttemptLog: Sendable {
    private let attempt: Mutex<WebhookAttempt>

    init(_ attempt: WebhookAttempt) {
        self.attempt = Mutex(attempt)
    }

    var value: WebhookAttempt { attempt.withLock(\.self) }

    func change(_ body: (inout WebhookAttempt) -> Void) {
        attempt.withLock { body(&$0) }
    }
}
