import CSofiaSIP
import Telephony

extension SIPStack {
    /// OPTIONS to `trunk` (RFC 3261 section 11).
    func probe(_ destination: Trunk.Destination, route: String?) async -> TrunkHealth {
        guard let sofia = openSofia else { return TrunkHealth(hop: .noAnswer) }
        let id = sofia.newID()
        let callID = "probe-\(UInt64.random(in: .min ... .max))@\(host)"
        let trace = traces.open(callID, session: id)
        defer {
            requests[id] = nil
            traces.close(callID, session: id)
            withExtendedLifetime(trace) {}
        }
        return await withCheckedContinuation { continuation in
            let probe = TrunkProbe(destination: destination, sofia: sofia, continuation: continuation)
            requests[id] = probe
            probe.start(
                sofia.options(
                    id: id,
                    url: destination.uri,
                    from: "<sip:trunkline@\(host)>",
                    callID: callID,
                    route: route
                )
            )
        }
    }
}

/// One OPTIONS on its way, and how far it came.
private final class TrunkProbe: SIPRequest {
    private let destination: Trunk.Destination
    private let sofia: Sofia
    private var continuation: CheckedContinuation<TrunkHealth, Never>?
    private var handle: SofiaHandle?
    private var timer: UInt64?
    private let startedAt = ContinuousClock.now
    private var hasLeft = false
    private var answer: TrunkHealth?

    init(destination: Trunk.Destination, sofia: Sofia, continuation: CheckedContinuation<TrunkHealth, Never>) {
        self.destination = destination
        self.sofia = sofia
        self.continuation = continuation
    }

    func start(_ raw: OpaquePointer?) {
        handle = raw.map(SofiaHandle.init)
        guard handle != nil else { return finish(.nameNotResolved) }
        timer = sofia.after(.seconds(4)) { [weak self] in
            guard let self else { return }
            // A name server that does not answer looks the same as one that knows nothing.
            finish(hasLeft || destination.host.isIPv4 ? .noAnswer : .nameNotResolved)
        }
    }

    func passed(_ message: SIPText, sent: Bool) {
        if sent {
            hasLeft = true
        } else if let status = message.status, status >= 200 {
            answer = TrunkHealth(hop: .answered, sipStatus: status, roundTrip: startedAt.duration(to: .now))
        }
    }

    func handle(_ event: SofiaEvent) {
        guard event.kind == CSIP_OPTIONS_RESPONSE, event.status >= 200 else { return }
        if answer != nil {
            finish(.answered)
        } else if event.status == 408 {
            finish(.noAnswer)
        } else {
            // Made by the library. It was sent and refused, or could not be sent because of the name, or of the connection.
            finish(event.phrase.hasPrefix("DNS") ? .nameNotResolved : .refused)
        }
    }

    func abandon() { finish(.noAnswer) }

    private func finish(_ hop: TrunkHealth.Hop) {
        guard let continuation else { return }
        self.continuation = nil
        sofia.cancelTimer(timer)
        handle?.destroy()
        continuation.resume(returning: answer ?? TrunkHealth(hop: hop))
    }
}
