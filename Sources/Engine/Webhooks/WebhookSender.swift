import Calls
import FoundationEssentials
import Logging
import NIOPosix
import ServiceLifecycle
import Storage

/// Delivers messages: at once, then with the waits their door prescribes, until a receiver takes them or their tries are used up.
///
/// An actor because of the tries under way: they are counted per receiver, so that one that hangs holds up its own deliveries alone.
actor WebhookSender: Service {
    private let deliveries: DeliveryStore
    private let endpoints: EndpointStore
    private let courier: WebhookCourier
    private let formats: [String: any WebhookFormat]
    private let configuration: WebhookConfiguration
    private let timing: Timing
    private let logger: Logger
    private let wakeups = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// A try came to its end.
    private let endings = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private var underWay: [String: Int] = [:]

    init(
        deliveries: DeliveryStore,
        endpoints: EndpointStore,
        formats: [String: any WebhookFormat],
        addressGuard: AddressGuard,
        configuration: WebhookConfiguration,
        timing: Timing,
        logger: Logger
    ) {
        self.deliveries = deliveries
        self.endpoints = endpoints
        self.formats = formats
        self.configuration = configuration
        self.timing = timing
        self.logger = logger
        courier = WebhookCourier(addressGuard: addressGuard, responseLimit: configuration.responseLimit, timing: timing)
    }

    /// What is wrong with `url` as far as can be told now, by looking its name up. A name that nobody knows may be known tomorrow.
    nonisolated func problem(with url: String) async -> String? {
        await courier.problem(with: url)
    }

    /// Has the deliveries looked at now.
    nonisolated func wake() {
        wakeups.continuation.yield()
    }

    /// Runs until shutdown; then what is due is still tried, for as long as one try may take, and tries under way are finished.
    func run() async throws {
        courier.start()
        await withTaskGroup(of: Void.self) { timers in
            timers.addTask { await self.keepAwake() }
            await withDiscardingTaskGroup { tries in
                for await _ in wakeups.stream.cancelOnGracefulShutdown() { await startDue(in: &tries) }
                await finish(&tries)
            }
            timers.cancelAll()
        }
        await courier.stop()
    }

    /// Of several messages about one call the next can be sent when the one before was tried.
    private func finish(_ tries: inout DiscardingTaskGroup) async {
        let end = timing.now() + longestTry.timeInterval
        while !Task.isCancelled, timing.now() < end {
            await startDue(in: &tries)
            guard !underWay.isEmpty else { return }
            for await _ in endings.stream { break }
        }
    }

    /// Retries come due by the clock.
    private func keepAwake() async {
        await timing.rounds {
            let next = try? await deliveries.nextDue(room)
            if let next, next <= timing.now() { wake() }
            return .seconds(1)
        }
    }

    private var room: DeliveryStore.Room {
        DeliveryStore.Room(
            total: configuration.concurrency,
            perProject: configuration.concurrencyPerProject,
            perLane: configuration.concurrencyPerReceiver,
            underWay: underWay
        )
    }

    private func startDue(in tries: inout DiscardingTaskGroup) async {
        while true {
            guard let claim = await claim() else { return }
            for delivery in claim.lost { await giveUp(delivery, because: DeliveryStore.cutOff) }
            guard !claim.due.isEmpty else { return }
            for delivery in claim.due {
                underWay[delivery.lane, default: 0] += 1
                tries.addTask {
                    await self.attempt(delivery)
                    await self.finished(delivery.lane)
                }
            }
        }
    }

    private func claim() async -> DeliveryStore.Claim? {
        let now = timing.now()
        do {
            return try await deliveries.claimDue(
                room,
                tries: formats.mapValues(\.policy.tries),
                hiddenUntil: now + 3 * longestTry.timeInterval,
                now: now
            )
        } catch {
            logger.error("Could not look for due webhooks", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private var longestTry: Duration { formats.values.map(\.policy.timeout).max() ?? .seconds(10) }

    private func finished(_ lane: String) {
        let left = underWay[lane, default: 1] - 1
        underWay[lane] = left == 0 ? nil : left
        wake()
        endings.continuation.yield()
    }

    private func attempt(_ delivery: WebhookDelivery) async {
        do {
            guard let format = formats[delivery.door] else {
                return await giveUp(delivery, because: "No door named '\(delivery.door)' is open")
            }
            guard let destination = try await endpoints.destination(of: delivery, at: timing.now()) else {
                return await giveUp(delivery, because: "The endpoint was removed")
            }
            var delivery = delivery
            delivery.url = destination.url
            let attempt = await courier.attempt(delivery, in: format, secrets: destination.secrets)
            let next = format.policy.outcome(
                of: attempt.log,
                retryAfter: attempt.retryAfter,
                delivery: delivery,
                now: timing.now()
            )
            try await record(attempt.log, of: next, policy: format.policy)
        } catch {
            // It comes up again when its claim runs out.
            logger.error("Could not send a webhook", metadata: ["webhook.id": "\(delivery.id)", "error": "\(error)"])
        }
    }

    /// Ends a delivery without another try.
    private func giveUp(_ delivery: WebhookDelivery, because reason: String) async {
        var next = delivery
        next.givenUpAt = timing.now()
        next.updatedAt = timing.now()
        next.lastError = reason
        do {
            try await record(nil, of: next, policy: formats[delivery.door]?.policy)
        } catch {
            logger.error(
                "Could not give a webhook up",
                metadata: ["webhook.id": "\(delivery.id)", "error": "\(error)"]
            )
        }
    }

    private func record(
        _ attempt: WebhookAttempt?,
        of delivery: WebhookDelivery,
        policy: WebhookPolicy?
    ) async throws {
        let isGone = attempt.map { policy?.isGone($0) == true } ?? false
        let disabled = try await deliveries.record(
            attempt,
            of: delivery,
            disableAfter: policy?.disableAfter,
            disabling: isGone ? .gone : nil
        )
        EngineMetrics.delivered(delivery.status == .pending ? "failed" : delivery.status.rawValue)
        var metadata: Logger.Metadata = [
            "webhook.id": "\(delivery.id)", "webhook.type": "\(delivery.type)", "webhook.tries": "\(delivery.attempts)",
        ]
        if let call = delivery.call { metadata["call.id"] = "\(call)" }
        if delivery.status == .exhausted { logger.warning("Webhook given up", metadata: metadata) }
        if let disabled, let endpoint = delivery.endpoint {
            metadata["webhook.endpoint"] = "\(endpoint)"
            metadata["webhook.reason"] = "\(disabled.rawValue)"
            logger.warning("Webhook endpoint disabled", metadata: metadata)
        }
    }
}
