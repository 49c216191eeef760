import Calls
import FoundationEssentials
import Logging
import NIOPosix
import ServiceLifecycle
import Storage

/// Delivers what the outbox holds: at once, then with growing waits, until a receiver takes it or its time is up.
///
/// An actor because of the tries under way: they are counted per host, so that a receiver that hangs holds up its own deliveries alone.
actor WebhookSender: Service {
    private let deliveries: DeliveryStore
    private let projects: ProjectStore
    private let courier: WebhookCourier
    private let configuration: WebhookConfiguration
    private let timing: Timing
    private let logger: Logger
    private let wakeups = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private var underWay: [String: Int] = [:]

    init(
        deliveries: DeliveryStore,
        projects: ProjectStore,
        addressGuard: AddressGuard,
        configuration: WebhookConfiguration,
        timing: Timing,
        logger: Logger
    ) {
        self.deliveries = deliveries
        self.projects = projects
        self.configuration = configuration
        self.timing = timing
        self.logger = logger
        courier = WebhookCourier(addressGuard: addressGuard, configuration: configuration, timing: timing)
    }

    /// Has the outbox looked at now.
    nonisolated func wake() {
        wakeups.continuation.yield()
    }

    /// Runs until shutdown; then what is due now is tried once more, and tries under way are finished.
    func run() async throws {
        courier.start()
        await withTaskGroup(of: Void.self) { timers in
            timers.addTask { await self.keepAwake() }
            await withDiscardingTaskGroup { tries in
                for await _ in wakeups.stream.cancelOnGracefulShutdown() { await startDue(in: &tries) }
                if !Task.isCancelled { await startDue(in: &tries) }
            }
            timers.cancelAll()
        }
        await courier.stop()
    }

    /// Retries come due by the clock.
    private func keepAwake() async {
        repeat {
            let next = try? await deliveries.nextDue(busyHosts: busyHosts)
            if let next, next <= timing.now() { wake() }
        } while (try? await timing.sleep(for: .seconds(1))) != nil
    }

    private var busyHosts: [String] {
        underWay.filter { $0.value >= configuration.concurrencyPerHost }.map(\.key)
    }

    private func startDue(in tries: inout DiscardingTaskGroup) async {
        while true {
            let due = await claim()
            guard !due.isEmpty else { return }
            for delivery in due {
                underWay[delivery.host, default: 0] += 1
                tries.addTask {
                    await self.attempt(delivery)
                    await self.finished(delivery.host)
                }
            }
        }
    }

    private func claim() async -> [WebhookDelivery] {
        let room = configuration.concurrency - underWay.values.reduce(0, +)
        guard room > 0 else { return [] }
        let now = timing.now()
        do {
            return try await deliveries.claimDue(
                limit: room,
                room: underWay.mapValues { configuration.concurrencyPerHost - $0 },
                roomPerHost: configuration.concurrencyPerHost,
                hiddenUntil: now + 3 * configuration.timeout.timeInterval,
                now: now
            )
        } catch {
            logger.error("Could not look for due webhooks", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func finished(_ host: String) {
        let left = underWay[host, default: 1] - 1
        underWay[host] = left == 0 ? nil : left
        wake()
    }

    private func attempt(_ delivery: WebhookDelivery) async {
        do {
            guard let secret = try await projects.webhookSecret(of: delivery.project) else { return }
            let attempt = await courier.attempt(delivery, secret: secret)
            let next = RetryPolicy(configuration: configuration).outcome(
                of: attempt.log,
                retryAfter: attempt.retryAfter,
                delivery: delivery,
                now: timing.now()
            )
            try await deliveries.record(attempt.log, of: next)
            EngineMetrics.delivered(
                next.deliveredAt != nil ? "delivered" : next.givenUpAt != nil ? "given_up" : "failed"
            )
            if next.givenUpAt != nil {
                logger.warning(
                    "Webhook given up",
                    metadata: [
                        "call.id": "\(delivery.call)", "webhook.id": "\(delivery.id)",
                        "webhook.tries": "\(next.attempts)",
                    ]
                )
            }
        } catch {
            // It comes up again when its claim runs out.
            logger.error("Could not record a webhook", metadata: ["webhook.id": "\(delivery.id)", "error": "\(error)"])
        }
    }
}
