import Calls
package import Conversation
import FoundationEssentials
package import Logging
import NIOCore
import Synchronization

/// A realtime model behind a WebSocket as OpenAI has it (`/v1/realtime`): one connection for each call, opened while the phone rings.
package struct RealtimeEndpoint: RealtimeModel {
    private let server: RealtimeServer
    private let guardian: ServerGuard
    private let logger: Logger

    package init(_ server: RealtimeServer, guardian: ServerGuard, logger: Logger) {
        self.server = server
        self.guardian = guardian
        self.logger = logger
    }

    package var name: String { server.name }

    package func open(
        _ setup: RealtimeSetup,
        tell: @escaping @Sendable (RealtimeEvent) -> Void
    ) async throws -> any RealtimeSession {
        do {
            try guardian.begin()
            let call = RealtimeCall(server, setup, guardian: guardian, logger: logger, tell: tell)
            try await call.open(url: url())
            return call
        } catch let fault as ServerFault {
            throw ModelFailure(fault, after: server.timeout)
        }
    }

    /// Whether a session can be had. Throws `ModelFailure`.
    package func warmUp() async throws {
        try await open(RealtimeSetup(instructions: "You are being tried.")) { _ in }.close()
    }

    func url() throws(ServerFault) -> String {
        guard var parts = URLComponents(string: server.url) else { throw .unreachable("no address") }
        if parts.path.isEmpty || parts.path == "/" { parts.path = "/v1/realtime" }
        var items = parts.queryItems ?? []
        // Azure names a deployment in its address.
        if !items.contains(where: { ["model", "deployment"].contains($0.name) }) {
            items.append(URLQueryItem(name: "model", value: server.model))
        }
        parts.queryItems = items
        guard let url = parts.string else { throw .unreachable("no address") }
        return url
    }
}

/// The session of one call.
final class RealtimeCall: RealtimeSession {
    private struct State {
        var exchange: RealtimeExchange
        var wire: WebSocketWire?
        /// The server has agreed to the session.
        var hasAgreed = false
        /// Its place at the server is given back.
        var isSettled = false
    }

    private let server: RealtimeServer
    private let guardian: ServerGuard
    private let logger: Logger
    private let tell: @Sendable (RealtimeEvent) -> Void
    private let state: Mutex<State>
    private let agreement: AsyncThrowingStream<Void, any Error>
    private let agreed: AsyncThrowingStream<Void, any Error>.Continuation
    private let settlements: AsyncStream<Void>
    private let settled: AsyncStream<Void>.Continuation

    /// For a session that `guardian` let out.
    init(
        _ server: RealtimeServer,
        _ setup: RealtimeSetup,
        guardian: ServerGuard,
        logger: Logger,
        tell: @escaping @Sendable (RealtimeEvent) -> Void
    ) {
        self.server = server
        self.guardian = guardian
        self.logger = logger
        self.tell = tell
        state = Mutex(State(exchange: RealtimeExchange(RealtimeRequest(server: server), setup)))
        (agreement, agreed) = AsyncThrowingStream.makeStream(of: Void.self)
        (settlements, settled) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    deinit {
        close()
    }

    /// Throws `ServerFault`, and `CancellationError`.
    func open(url: String) async throws {
        do {
            let wire = try WebSocketWire.webSocket(
                url,
                headers: headers,
                mouth: WireMouth(
                    say: { [weak self] message in self?.perform { $0.hear(message) } },
                    end: { [weak self] error in self?.perform { $0.end(error) } }
                )
            )
            state.withLock { $0.wire = wire }
            perform { $0.begin() }
            let agreement = agreement
            let (_, time) = try await guardian.finish(server.timeout) {
                for try await _ in agreement { return }
                try Task.checkCancellation()
                throw ServerFault.cutShort
            }
            guardian.answered(after: time)
        } catch {
            throw end(.failure(error)) ?? error
        }
    }

    func send(_ command: RealtimeCommand) {
        guard case .answer(let line) = command, let injected = FaultSwitch.current else {
            return perform { $0.take(command) }
        }
        guard !injected.faults.modelError.reaches(0) else {
            return tell(.failed(line: line, .unreachable("\(InjectedFault())")))
        }
        let cut = injected.faults.modelCut
        guard let delay = injected.faults.modelFirstWord else { return perform { $0.take(command, cut: cut) } }
        state.withLock(\.wire)?.schedule(after: .milliseconds(Int64(delay))) { [weak self] in
            self?.perform { $0.take(command, cut: cut) }
        }
    }

    func settle() async {
        guard !state.withLock(\.exchange.isSettled) else { return }
        for await _ in settlements where state.withLock(\.exchange.isSettled) { return }
    }

    func close() {
        state.withLock { $0.exchange.close() }
        _ = end(nil)
    }

    /// Has the exchange do something, and does what comes of it. Under the lock, so that what is sent from here and from there keeps its order.
    private func perform(_ change: (inout RealtimeExchange) -> [RealtimeExchange.Effect]) {
        let lost = state.withLock { state in
            var lost: ServerFault?
            for effect in change(&state.exchange) {
                switch effect {
                case .send(let text): state.wire?.send(.text(text))
                case .tell(let event): tell(event)
                case .agreed:
                    state.hasAgreed = true
                    agreed.yield()
                case .failed(let fault): guardian.failed(fault)
                case .lost(let fault): lost = fault
                case .grumbled(let words):
                    logger.debug(
                        "A realtime server refused something",
                        metadata: ["provider.name": "\(server.name)", "error": "\(words)"]
                    )
                }
            }
            if state.exchange.isSettled { settled.yield() }
            return lost
        }
        guard let lost else { return }
        agreed.finish(throwing: lost)
        // Before the server has agreed, whoever waits for that is told, and has it end.
        guard state.withLock(\.hasAgreed) else { return }
        _ = end(.failure(lost))
        tell(.lost(ModelFailure(lost, after: .zero)))
    }

    /// Hangs up and gives the place back, once. Returns what to throw.
    private func end(_ result: Result<Duration, any Error>?) -> (any Error)? {
        let (wire, isFirst) = state.withLock { state in
            defer { (state.wire, state.isSettled) = (nil, true) }
            return (state.wire, !state.isSettled)
        }
        wire?.close()
        settled.finish()
        return isFirst ? guardian.settle(result) : nil
    }

    private var headers: [(String, String)] {
        var headers: [(String, String)] = []
        if let key = server.key?.revealed {
            // Azure takes a bearer token for something else.
            headers.append(server.url.contains(".azure.") ? ("api-key", key) : ("Authorization", "Bearer \(key)"))
        }
        if server.dialect == .beta { headers.append(("OpenAI-Beta", "realtime=v1")) }
        return headers
    }
}
