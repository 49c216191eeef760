import CSofiaSIP

/// The library's functions, on its own thread. Not `Sendable`: the stack's actor owns it, and lends it to its calls.
final class Sofia {
    private let stack: OpaquePointer
    private var timers: [UInt64: (raw: OpaquePointer, action: () -> Void)] = [:]
    private var lastID: UInt64 = 0

    init(stack: OpaquePointer) {
        self.stack = stack
    }

    /// A number that no handle and no timer had before. Never 0.
    func newID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// Calls `action` once after `delay`, unless canceled.
    func after(_ delay: Duration, _ action: @escaping () -> Void) -> UInt64 {
        let id = newID()
        let (seconds, attoseconds) = delay.components
        let milliseconds = max(0, min(seconds, 2_000_000)) * 1000 + attoseconds / 1_000_000_000_000_000
        if let raw = csip_timer_start(stack, milliseconds, id) { timers[id] = (raw, action) }
        return id
    }

    func cancelTimer(_ id: UInt64?) {
        guard let id, let timer = timers.removeValue(forKey: id) else { return }
        csip_timer_cancel(timer.raw)
    }

    func timerFired(_ id: UInt64) {
        timers.removeValue(forKey: id)?.action()
    }

    struct Invite {
        var url: String
        var from: String
        var to: String
        var callID: String
        var sequence: UInt32
        var via: String?
        var contact: String
        var route: String?
        var identity: String?
        var sdp: String
    }

    func invite(id: UInt64, _ invite: Invite) -> OpaquePointer? {
        let strings: [String?] = [
            invite.url, invite.from, invite.to, invite.callID, "\(invite.sequence &- 1) INVITE", invite.via,
            invite.contact, invite.route, invite.identity, invite.sdp,
        ]
        return withCStrings(strings) { text in
            var raw = csip_invite(
                url: text[0],
                from: text[1],
                to: text[2],
                call_id: text[3],
                cseq: text[4],
                via: text[5],
                contact: text[6],
                route: text[7],
                identity: text[8],
                sdp: text[9]
            )
            return csip_handle_invite(stack, id, &raw)
        }
    }

    func options(id: UInt64, url: String, from: String, callID: String, route: String?) -> OpaquePointer? {
        csip_handle_options(stack, id, url, from, callID, route)
    }

    struct DialogRequest {
        var method: String
        var url: String
        var from: String
        var to: String
        var callID: String
        var sequence: UInt32
        var routes: [String]
        var via: String?
        var reason: String?
    }

    func send(id: UInt64, _ request: DialogRequest) -> OpaquePointer? {
        let strings: [String?] = [
            request.method, request.url, request.from, request.to, request.callID,
            "\(request.sequence) \(request.method)",
            request.routes.isEmpty ? nil : request.routes.joined(separator: ", "), request.via, request.reason,
        ]
        return withCStrings(strings) { text in
            var raw = csip_dialog_request(
                method: text[0],
                url: text[1],
                from: text[2],
                to: text[3],
                call_id: text[4],
                cseq: text[5],
                routes: text[6],
                via: text[7],
                reason: text[8]
            )
            return csip_handle_dialog_request(stack, id, &raw)
        }
    }

    /// Answers the request of `event`, during that event.
    func respond(to event: SofiaEvent, status: Int, phrase: String, sdp: String? = nil) {
        csip_handle_respond_to(stack, event.raw, Int32(status), phrase, sdp)
    }

    func shutDown() { csip_stack_shut_down(stack) }
    func stop() { csip_stack_stop(stack) }
}

/// Runs `body` with C copies of `strings`, nil for nil.
private func withCStrings<Result>(_ strings: [String?], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
    var copies: [ContiguousArray<CChar>?] = strings.map { $0.map { ContiguousArray($0.utf8CString) } }
    func lend(_ index: Int, _ lent: [UnsafePointer<CChar>?]) -> Result {
        guard index < copies.count else { return body(lent) }
        guard let copy = copies[index] else { return lend(index + 1, lent + [nil]) }
        return copy.withUnsafeBufferPointer { lend(index + 1, lent + [$0.baseAddress]) }
    }
    defer { copies = [] }
    return lend(0, [])
}

/// One dialog or request of the library.
struct SofiaHandle {
    let raw: OpaquePointer

    func bind(_ id: UInt64) { csip_handle_bind(raw, id) }

    func respond(_ status: Int, _ phrase: String, sdp: String? = nil, contact: String? = nil, header: String? = nil) {
        csip_handle_respond(raw, Int32(status), phrase, sdp, contact, header)
    }

    func cancel() { csip_handle_cancel(raw) }
    func acknowledge() { csip_handle_ack(raw) }
    /// Asks the far end to connect its user with `target` (RFC 3515), in the name of `referrer` (RFC 3892).
    func refer(to target: String, by referrer: String) { csip_handle_refer(raw, target, referrer) }
    func bye(reason: String? = nil) { csip_handle_bye(raw, reason) }

    /// Sends the request again with credentials, under `via` if it was given one. False if there was nothing to authenticate to.
    func authenticate(to event: SofiaEvent, user: String, password: String, via: String? = nil) -> Bool {
        csip_handle_authenticate(raw, event.raw, user, password, via)
    }

    /// Lets go. A dialog that is still up gets its BYE or CANCEL from the library.
    func destroy() { csip_handle_destroy(raw) }
}
