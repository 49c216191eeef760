package import Logging
import Metrics
import Synchronization

/// Stands between the program and one server: bounds how many requests it has at once and how long each may take, leaves it alone while
/// it fails, and counts.
package final class ServerGuard: Sendable {
    /// How a server has been doing.
    package struct Health: Sendable, Hashable {
        package var name: String
        /// Requests that ended well since the start.
        package var succeeded = 0
        /// Requests that the server failed.
        package var failed = 0
        /// What was wrong the last time, if anything ever was.
        package var lastFault: ServerFault?
        /// Whether requests go out to it now.
        package var isAvailable = true
    }

    private struct State {
        var breaker = CircuitBreaker()
        var health: Health
    }

    package let name: String
    private let slots: Slots
    private let clock: ProviderClock
    private let logger: Logger
    private let state: Mutex<State>

    /// `name` is what logs and metrics call it; `places`, how many requests it has at once.
    package init(name: String, places: Int, clock: ProviderClock = .continuous, logger: Logger) {
        self.name = name
        self.clock = clock
        self.logger = logger
        slots = Slots(max(1, places))
        state = Mutex(State(health: Health(name: name)))
        show(isAvailable: true)
    }

    package var health: Health {
        let now = clock.now()
        return state.withLock { state in
            var health = state.health
            switch state.breaker.state {
            case .closed: health.isAvailable = true
            case .open(let until, _): health.isAvailable = now >= until
            case .probing: health.isAvailable = false
            }
            return health
        }
    }

    /// Carries out one request. Throws `ServerFault`, or `CancellationError` if nobody wants it any more.
    func run<Value: Sendable>(
        _ patience: Patience,
        _ work: @escaping @Sendable (Progress) async throws -> Value
    ) async throws -> Value {
        try admit()
        do {
            let (value, firstPart) = try await withPatience(patience, clock: clock) { [slots] progress in
                try await slots.wait()
                defer { slots.leave() }
                let value = try await work(progress)
                return (value, progress.firstPart)
            }
            succeed(firstPart)
            return value
        } catch {
            throw fail(error)
        }
    }

    /// A request that takes as long as somebody talks goes out. Its end is told by `settle`. Throws `ServerFault`.
    func begin() throws(ServerFault) {
        try admit()
        guard slots.take() else {
            state.withLock { $0.breaker.giveUp(at: clock.now()) }
            count(ServerFault.busy.label)
            throw .busy
        }
    }

    /// Waits for the answer to a request that `begin` let out. `settle` has still to be told.
    func finish<Value: Sendable>(
        _ limit: Duration,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> (Value, after: Duration) {
        let start = clock.now()
        let value = try await withPatience(.whole(limit), clock: clock) { _ in try await work() }
        return (value, clock.now() - start)
    }

    /// What `begin` let out goes on for long, and was answered after `time`. `settle` has still to be told.
    func answered(after time: Duration) {
        succeed(time)
    }

    /// The server failed in something that what `begin` let out survives.
    func failed(_ fault: ServerFault) {
        _ = fail(fault)
    }

    /// A request that `begin` let out is over, once. Nil: given up. Returns what to throw.
    @discardableResult
    func settle(_ result: Result<Duration, any Error>?) -> any Error {
        slots.leave()
        switch result {
        case .success(let duration):
            succeed(duration)
            return CancellationError()
        case .failure(let error): return fail(error)
        case nil: return fail(CancellationError())
        }
    }

    private func admit() throws(ServerFault) {
        guard state.withLock({ $0.breaker.admits(at: clock.now()) }) else {
            count(ServerFault.paused.label)
            throw .paused
        }
    }

    private func succeed(_ firstPart: Duration?) {
        let wasBroken = state.withLock { state in
            defer {
                state.breaker.succeed()
                state.health.succeeded += 1
            }
            if case .probing = state.breaker.state { return true }
            return false
        }
        if wasBroken {
            logger.notice("A speech server works again", metadata: ["provider.name": "\(name)"])
            show(isAvailable: true)
        }
        count("ok")
        if let firstPart {
            Metrics.Timer(label: "trunkline_provider_first_part", dimensions: [("provider", name)])
                .recordNanoseconds(Int64(firstPart / .nanoseconds(1)))
        }
    }

    private func fail(_ error: any Error) -> any Error {
        guard !(error is CancellationError) else {
            state.withLock { $0.breaker.giveUp(at: clock.now()) }
            return error
        }
        let fault = ServerFault(error)
        let isNews = state.withLock { state in
            guard fault.countsAgainstServer else {
                state.breaker.giveUp(at: clock.now())
                return false
            }
            state.health.failed += 1
            state.health.lastFault = fault
            let before = state.breaker.state
            state.breaker.fail(at: clock.now())
            if case .open = state.breaker.state { return before != state.breaker.state }
            return false
        }
        if isNews {
            show(isAvailable: false)
            logger.warning(
                "A speech server fails and is left alone for a while",
                metadata: ["provider.name": "\(name)", "error": "\(fault)"]
            )
        }
        count(fault.label)
        return fault
    }

    private func show(isAvailable: Bool) {
        Meter(label: "trunkline_provider_available", dimensions: [("provider", name)]).set(isAvailable ? 1 : 0)
    }

    private func count(_ outcome: String) {
        Counter(label: "trunkline_provider_requests_total", dimensions: [("provider", name), ("outcome", outcome)])
            .increment()
    }
}
