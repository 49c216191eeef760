import CSofiaSIP
import Calls
import Glibc
import Logging
import Media
import Telephony

/// One SIP port, its thread, and everything that lives on it. The telephone and the exchange are two faces of it.
actor SIPStack {
    /// What the far end is told to answer to.
    nonisolated let host: String
    nonisolated let port: Int
    nonisolated let advertisedAddress: String?
    private nonisolated let loop = SofiaLoop()
    private nonisolated let logger: Logger

    /// Nil before the start and after the stop.
    private(set) var sofia: Sofia?
    var sessions: [UInt64: any SIPSession] = [:]
    var requests: [UInt64: any SIPRequest] = [:]
    var traces = TraceTable()
    /// Takes new incoming calls; nil refuses them.
    var reception: Reception?

    private nonisolated let calls: AsyncStream<AttendedCall>
    private nonisolated let callsContinuation: AsyncStream<AttendedCall>.Continuation
    private var isStopping = false
    private var isStopped = false
    private var stopWaiters: [CheckedContinuation<Void, Never>] = []
    private var shutDownWaiter: CheckedContinuation<Void, Never>?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Looks for the port; `start` binds it.
    init(
        address: String,
        port: Int,
        advertisedAddress: String? = nil,
        reception: Reception? = nil,
        logger: Logger
    ) throws(SIPError) {
        if address == "0.0.0.0", advertisedAddress == nil { throw .badAddress(address) }
        if let advertisedAddress, !advertisedAddress.isIPv4 { throw .badAddress(advertisedAddress) }
        self.port = try LocalPort.free(address: address, port: port)
        self.advertisedAddress = advertisedAddress
        self.reception = reception
        self.logger = logger
        host = advertisedAddress ?? address
        bindAddress = address
        (calls, callsContinuation) = AsyncStream.makeStream()
    }

    private nonisolated let bindAddress: String

    nonisolated func start(userAgent: String, nameservers: String? = nil) async throws(SIPError) {
        let maddr = bindAddress == host ? "" : ";maddr=\(bindAddress)"
        let url = "sip:\(host):\(port)\(maddr)"
        guard await loop.start(owner: self, url: url, userAgent: userAgent, nameservers: nameservers) else {
            throw .stackFailed
        }
    }

    /// The Contact of our dialogs.
    nonisolated func contact(isTCP: Bool) -> String {
        "<sip:trunkline@\(host):\(port)\(isTCP ? ";transport=tcp" : "")>"
    }

    func adopt(_ stack: OpaquePointer) {
        sofia = Sofia(stack: stack)
    }

    /// The library, as long as new work is taken.
    var openSofia: Sofia? { isStopping ? nil : sofia }
}

// A call on the stack is attended by a task: it carries media events in, and closes the audio before the end is reported.
extension SIPStack {
    struct AttendedCall: Sendable {
        let id: UInt64
        let callID: String
        let media: MediaStream
        let events: AsyncStream<LegEvent>.Continuation
    }

    func attend(_ call: AttendedCall, session: any SIPSession) {
        sessions[call.id] = session
        callsContinuation.yield(call)
    }

    /// Attends calls until the stack is stopped. Canceling the task stops it.
    nonisolated func run() async {
        await withDiscardingTaskGroup { group in
            for await call in calls {
                group.addTask { await self.follow(call) }
            }
            await stop()
        }
    }

    private nonisolated func follow(_ call: AttendedCall) async {
        await withTaskGroup { group in
            group.addTask {
                for await event in call.media.events { await self.handle(event, of: call.id) }
            }
            let party = await over(call.id)
            await call.media.close(isHungUp: party == .callee)
        }
        if let ending = await forget(call) {
            logger.debug(
                "Leg ended",
                metadata: [
                    "leg.callID": "\(call.callID)", "leg.reason": "\(ending.reason.rawValue)",
                    "leg.sipStatus": "\(ending.transport.sipStatus.map(String.init) ?? "none")",
                ]
            )
            call.events.yield(.ended(ending))
        }
        call.events.finish()
    }

    private func handle(_ event: MediaEvent, of id: UInt64) {
        sessions[id]?.handle(event)
    }

    /// Returns when the dialog is over, whatever becomes of the task that waits: who put the line down.
    @discardableResult
    private func over(_ id: UInt64) async -> Transport.Party? {
        guard let ending = sessions[id]?.ending else { return nil }
        await withCheckedContinuation { ending.add($0) }
        return ending.value?.transport.hungUpBy
    }

    private func forget(_ call: AttendedCall) -> LegEnding? {
        traces.close(call.callID, session: call.id)
        return sessions.removeValue(forKey: call.id)?.ending.value
    }
}

// From the library's thread.
extension SIPStack {
    func handle(_ event: SofiaEvent) {
        if event.kind == CSIP_SHUT_DOWN {
            if event.status >= 200 { shutDownEnded() }
        } else if let session = sessions[event.id] {
            session.handle(event)
        } else if let request = requests[event.id] {
            request.handle(event)
        } else if let raw = event.handle {
            let handle = SofiaHandle(raw: raw)
            if event.kind == CSIP_REMOTE_INVITE {
                receive(event, handle)
            } else if event.kind != CSIP_OTHER, event.kind != CSIP_SESSION_STATE {
                // A request outside a dialog, which the library has answered, or what is left of one we refused.
                handle.destroy()
            }
        }
    }

    func record(_ text: String, sent: Bool, peer: String) {
        guard let parsed = SIPText(text) else { return }
        let reader = traces.record(text, parsed: parsed, sent: sent, peer: peer, at: .now())
        guard let reader else { return }
        sessions[reader]?.passed(parsed, sent: sent)
        requests[reader]?.passed(parsed, sent: sent)
    }

    func timerFired(_ id: UInt64) {
        sofia?.timerFired(id)
    }
}

// The end.
extension SIPStack {
    /// Hangs up what is left, waits for it, and ends the thread. Every call confirms or is given up within 4 s.
    func stop() async {
        if isStopped { return }
        if isStopping {
            await withCheckedContinuation { stopWaiters.append($0) }
            return
        }
        isStopping = true
        callsContinuation.finish()
        for session in sessions.values { session.hangUp(.shutDown) }
        for id in Array(sessions.keys) { await over(id) }
        for request in requests.values { request.abandon() }
        await shutDown()
        await loop.join()
        isStopped = true
        for waiter in stopWaiters { waiter.resume() }
        stopWaiters = []
    }

    private func shutDown() async {
        guard let sofia else { return }
        await withCheckedContinuation { continuation in
            shutDownWaiter = continuation
            _ = sofia.after(.seconds(5)) { [weak self] in self?.assumeIsolated { $0.shutDownEnded() } }
            sofia.shutDown()
        }
        self.sofia = nil
        sofia.stop()
    }

    private func shutDownEnded() {
        shutDownWaiter?.resume()
        shutDownWaiter = nil
    }
}

extension Int64 {
    /// Microseconds since 1970.
    fileprivate static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
