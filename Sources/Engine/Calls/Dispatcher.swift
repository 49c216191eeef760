import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage
import Synchronization
import Telephony

/// Takes due calls off the queue, as many as there are free channels, and runs each to its end.
///
/// An actor because two things are shared with the doors: which calls are live here, and whether the server is stopping.
actor Dispatcher: Service {
    private let floor: CallFloor
    private var live: [Call.ID: CallInbox] = [:]
    /// Wake-ups waiting to be looked at. Two are as good as one.
    private let wakeups = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// When to wake by itself, sooner than the safety poll would.
    private let alarms = AsyncStream.makeStream(of: Date.self, bufferingPolicy: .bufferingNewest(1))
    private let drainFlag = Mutex(false)
    /// Calls in the queue that cannot be read, each told of once.
    private var unreadable: Set<Call.ID> = []
    /// The drain is over: no call may go on.
    private var isDrained = false

    init(floor: CallFloor) {
        self.floor = floor
    }

    var liveCalls: Int { live.count }
    var liveCallIDs: Set<Call.ID> { Set(live.keys) }

    /// Nothing new is dialed any more.
    nonisolated var isDraining: Bool { drainFlag.withLock(\.self) }

    /// Has the queue looked at now.
    nonisolated func wake() {
        wakeups.continuation.yield()
    }

    /// Passes `command` on to a call that is live here. False if it is not.
    func send(_ command: CallRun.Command, to call: Call.ID) -> Bool {
        live[call]?.send(.command(command)) ?? false
    }

    /// Runs until shutdown: then nothing new is dialed, and live calls go on until `drainLimit`. Cancellation hangs up at once.
    func run() async throws {
        await withTaskGroup(of: Void.self) { timers in
            timers.addTask { await self.keepAwake() }
            timers.addTask { await self.ring() }
            timers.addTask { await self.drain() }
            await withDiscardingTaskGroup { calls in
                for await _ in wakeups.stream.cancelOnGracefulShutdown() {
                    guard !isDraining else { break }
                    let claims = await claim()
                    for claimed in claims.dialed {
                        let inbox = open(claimed.call.id)
                        calls.addTask {
                            await CallRun(claimed: claimed, floor: self.floor, inbox: inbox).run()
                            await self.close(claimed.call.id)
                        }
                    }
                    await settle(claims)
                }
                drainFlag.withLock { $0 = true }
            }
            timers.cancelAll()
        }
    }

    /// Carries out what the clock decides, and has the queue looked at every second in case a wake-up was lost.
    private func keepAwake() async {
        await floor.timing.rounds {
            var wait = floor.configuration.safetyPoll
            do {
                let now = floor.timing.now()
                if let next = try await floor.store.nextDue() {
                    if next <= now {
                        try await moveClock(to: now)
                    } else {
                        wait = min(wait, .seconds(next.timeIntervalSince(now)))
                    }
                }
            } catch {
                floor.logger.error("Could not look for due calls", metadata: ["error": "\(error)"])
            }
            wake()
            return wait
        }
    }

    private func ring() async {
        for await date in alarms.stream {
            guard (try? await floor.timing.sleep(until: date)) != nil else { return }
            wake()
        }
    }

    private func drain() async {
        do {
            try await gracefulShutdown()
            drainFlag.withLock { $0 = true }
            floor.logger.info("Draining", metadata: ["calls.live": "\(live.count)"])
            try await floor.timing.sleep(for: floor.configuration.drainLimit)
            for inbox in live.values { inbox.send(.command(.sayGoodbye)) }
            try await floor.timing.sleep(for: floor.configuration.goodbyeLimit)
            isDrained = true
            for inbox in live.values { inbox.send(.command(.hangUp(.serverDrained))) }
        } catch {
            // Canceled: every call ended before its time ran out, or all of them are being hung up now.
        }
    }

    /// Scheduled calls come due, waiting ones expire.
    private func moveClock(to now: Date) async throws {
        for call in try await floor.store.promoteScheduled(now: now) { floor.feed.signal(call.id, of: call.project) }
        for call in try await floor.store.expired(now: now) { try await floor.expire(call) }
    }

    private func claim() async -> Claims {
        do {
            let now = floor.timing.now()
            let configuration = floor.configuration
            return try await floor.store.claim(
                channels: configuration.channels,
                node: configuration.node,
                until: now + configuration.lease.timeInterval,
                now: now,
                destination: CallFloor.destination,
                conductor: { $0.speaker.conductor(lacking: configuration.lack) },
                dialog: { [floor] call, attempt in
                    floor.telephone.dialog(for: floor.dialRequest(for: attempt, of: call))
                }
            )
        } catch {
            // The queue is durable and the next wake-up tries again; the calls now talking must not die of this.
            floor.logger.error("Could not claim due calls", metadata: ["error": "\(error)"])
            return Claims()
        }
    }

    /// Carries out what the gate decided of calls that were not dialed.
    private func settle(_ claims: Claims) async {
        for call in claims.postponed { floor.feed.signal(call.id, of: call.project) }
        for (call, error) in claims.unreadable where unreadable.insert(call).inserted {
            floor.logger.error(
                "A call cannot be read: it stays in the queue",
                metadata: ["call.id": "\(call)", "error": "\(error)"]
            )
        }
        do {
            for (call, decision) in claims.blocked { try await floor.end(call, blockedBy: decision) }
        } catch {
            // Still in the queue, where the gate meets them again at the next wake-up.
            return floor.logger.error("Could not end blocked calls", metadata: ["error": "\(error)"])
        }
        guard let next = claims.next else { return }
        let wait = next.timeIntervalSince(floor.timing.now())
        if wait < floor.configuration.safetyPoll.timeInterval { alarms.continuation.yield(next) }
    }

    private func open(_ call: Call.ID) -> CallInbox {
        let inbox = CallInbox()
        live[call] = inbox
        // Claimed in the moment the drain began, and late to hear of its end.
        if isDrained { inbox.send(.command(.hangUp(.serverDrained))) }
        EngineMetrics.live(live.count)
        return inbox
    }

    private func close(_ call: Call.ID) {
        live[call] = nil
        EngineMetrics.live(live.count)
        wake()
    }
}
