import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage

/// Follows the outbox and makes each event into messages, one per receiver and type, moments after it was committed.
///
/// How far it came is stored with the messages, so that whatever dies when, an event is passed over by nobody and makes no message twice.
/// An actor because of that place, which it knows without asking. Nothing that moves calls waits for it.
actor WebhookFanOut: Service {
    private static let pageSize = 200

    private let outbox: WebhookOutbox
    private let plan: MessagePlan
    private let feed: EventFeed
    /// Has the sender look for what is due.
    private let wakeSender: @Sendable () -> Void
    private let safetyPoll: Duration
    private let timing: Timing
    private let logger: Logger
    private let polls = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private var place: Place?

    /// Events that make no message move `read` alone: a cursor that was lost with the process is a little work done twice, while storing it
    /// each time would be a commit per event.
    private struct Place {
        var stored: Int64
        var read: Int64
    }

    init(
        outbox: WebhookOutbox,
        formats: [String: any WebhookFormat],
        links: RecordingLinks,
        feed: EventFeed,
        wakeSender: @escaping @Sendable () -> Void,
        safetyPoll: Duration,
        timing: Timing,
        logger: Logger
    ) {
        self.outbox = outbox
        plan = MessagePlan(formats: formats, links: links, logger: logger)
        self.feed = feed
        self.wakeSender = wakeSender
        self.safetyPoll = safetyPoll
        self.timing = timing
        self.logger = logger
    }

    /// Runs until shutdown; then what was committed until then is still made into messages.
    func run() async throws {
        let commits = feed.wakes()
        await withTaskGroup(of: Void.self) { timers in
            timers.addTask { await self.keepAwake() }
            timers.addTask { for await _ in commits { self.polls.continuation.yield() } }
            await catchUp()
            for await _ in polls.stream.cancelOnGracefulShutdown() { await catchUp() }
            if !Task.isCancelled {
                await catchUp()
                await keepPlace()
            }
            timers.cancelAll()
        }
    }

    /// Another node's commit wakes nobody here.
    private func keepAwake() async {
        while (try? await timing.sleep(for: safetyPoll)) != nil {
            await keepPlace()
            polls.continuation.yield()
        }
    }

    private func catchUp() async {
        do {
            while try await step() {}
        } catch {
            // Where the cursor is now is not known. The next wake-up asks.
            place = nil
            logger.error("Could not make webhooks of events", metadata: ["error": "\(error)"])
        }
    }

    /// False if nothing was left to do.
    private func step() async throws -> Bool {
        let place = try await currentPlace()
        let page = try await outbox.page(after: place.read, limit: Self.pageSize)
        guard let end = page.end else { return false }
        let deliveries = plan.deliveries(for: page, at: timing.now())
        if deliveries.isEmpty {
            self.place = Place(stored: place.stored, read: end)
        } else if try await outbox.advance(from: place.stored, to: end, adding: deliveries) {
            self.place = Place(stored: end, read: end)
            wakeSender()
        } else {
            self.place = nil
        }
        return true
    }

    private func currentPlace() async throws -> Place {
        if let place { return place }
        let cursor = try await outbox.cursor()
        return Place(stored: cursor, read: cursor)
    }

    private func keepPlace() async {
        guard let place, place.read > place.stored else { return }
        do {
            let isOurs = try await outbox.advance(from: place.stored, to: place.read)
            // While this was written, the next page may have been.
            guard self.place?.stored == place.stored else { return }
            self.place = isOurs ? Place(stored: place.read, read: max(place.read, self.place?.read ?? 0)) : nil
        } catch {
            self.place = nil
            logger.error("Could not store how far webhooks are made", metadata: ["error": "\(error)"])
        }
    }
}
