import CSofiaSIP
import Calls
import Telephony

extension SIPStack {
    /// Ends a dialog by its name. True once the far end confirmed; false at once when the task is canceled.
    func takeDown(_ dialog: Dialog, credentials: (user: String, password: String)?) async -> Bool {
        guard let sofia = openSofia, dialog.isWritable else { return false }
        let takeDown = TakeDown(id: sofia.newID(), dialog: dialog, sofia: sofia, credentials: credentials)
        let id = takeDown.id
        let trace = traces.open(dialog.callID, session: id)
        requests[id] = takeDown
        defer {
            requests[id] = nil
            traces.close(dialog.callID, session: id)
            withExtendedLifetime(trace) {}
        }
        let never = AsyncStream.makeStream(of: Never.self)
        return await withDiscardingTaskGroup(returning: Bool.self) { group in
            group.addTask {
                for await _ in never.stream {}
                await self.abandon(id)
            }
            let isConfirmed = await takeDown.run()
            never.continuation.finish()
            return isConfirmed
        }
    }

    private func abandon(_ id: UInt64) {
        requests[id]?.abandon()
    }
}

/// A BYE, or a CANCEL and perhaps a BYE, in a dialog that this stack did not start.
///
/// The library has no such dialog, so what the far end sends about the INVITE is read from the wire: a 200 that crosses the CANCEL
/// gets its BYE. That can only be seen on the port that the INVITE was sent from.
private final class TakeDown: SIPRequest {
    let id: UInt64
    private var dialog: Dialog
    private let sofia: Sofia
    private let credentials: (user: String, password: String)?
    private var continuation: CheckedContinuation<Bool, Never>?
    private var handle: SofiaHandle?
    private var deadline: UInt64?
    private var settling: UInt64?
    private var hasTriedCredentials = false
    private var hasCanceledRepetition = false

    init(
        id: UInt64,
        dialog: Dialog,
        sofia: Sofia,
        credentials: (user: String, password: String)?
    ) {
        self.id = id
        self.dialog = dialog
        self.sofia = sofia
        self.credentials = credentials
    }

    /// Returns true once the far end confirmed.
    func run(isolation: isolated (any Actor)? = #isolation) async -> Bool {
        await withCheckedContinuation { continuation in
            self.continuation = continuation
            start()
        }
    }

    private func start() {
        deadline = sofia.after(.seconds(4)) { [weak self] in self?.finish(false) }
        if dialog.remoteTag != nil { sendBye() } else { sendCancel() }
    }

    /// CSeq has to grow; by how much is free (RFC 3261 section 12.2.1.1). The gap leaves room for requests that the earlier process
    /// sent after it last wrote the dialog down.
    private func sendBye() {
        send("BYE", sequence: dialog.sequence &+ 100, via: nil)
    }

    /// RFC 3261 section 9.1: request URI, Call-ID, To, From, the number in CSeq and the topmost Via are those of the INVITE.
    private func sendCancel() {
        guard let via = dialog.via else { return finish(false) }
        send("CANCEL", sequence: dialog.sequence, via: via)
    }

    private func send(_ method: String, sequence: UInt32, via: String?) {
        handle?.destroy()
        let tag = dialog.remoteTag.map { $0.isEmpty ? "" : ";tag=\($0)" } ?? ""
        let request = Sofia.DialogRequest(
            method: method,
            url: dialog.target,
            from: "<\(dialog.localURI)>;tag=\(dialog.localTag)",
            to: "<\(dialog.remoteURI)>\(tag)",
            callID: dialog.callID,
            sequence: sequence,
            routes: dialog.routes,
            via: via,
            reason: "Q.850;cause=41;text=\"Interrupted\""
        )
        handle = sofia.send(id: id, request).map(SofiaHandle.init)
        if handle == nil { finish(false) }
    }

    func handle(_ event: SofiaEvent) {
        guard event.kind == CSIP_REQUEST_RESPONSE, event.status >= 200 else { return }
        switch event.status {
        case 401, 407:
            guard !hasTriedCredentials, let credentials, let handle else { return finish(false) }
            hasTriedCredentials = true
            if !handle.authenticate(to: event, user: credentials.user, password: credentials.password) { finish(false) }
        case 200..<300, 481:
            // 481: the far end has no such dialog any more, or the INVITE got its final response before our CANCEL.
            if dialog.remoteTag != nil {
                finish(true)
            } else if credentials != nil, !hasCanceledRepetition {
                // The earlier process may have answered a challenge and died before it could write that down.
                hasCanceledRepetition = true
                dialog = dialog.repetition
                sendCancel()
            } else {
                settle()
            }
        default:
            finish(false)
        }
    }

    /// After a CANCEL: the final response of the INVITE is still to come. A 200 that nobody acknowledged is repeated every 4 s at least (T2, RFC
    /// 3261 section 13.3.1.4), and one that was acknowledged is in the ledger.
    private func settle() {
        guard settling == nil else { return }
        sofia.cancelTimer(deadline)
        settling = sofia.after(.milliseconds(4500)) { [weak self] in self?.finish(true) }
    }

    func passed(_ message: SIPText, sent: Bool) {
        guard !sent, dialog.remoteTag == nil, let status = message.status, status >= 200, status != 401, status != 407,
            message.sequence?.method == "INVITE"
        else { return }
        guard status < 300, let to = message.first("to").flatMap({ SIPAddress($0) }) else { return finish(true) }
        sofia.cancelTimer(settling)
        sofia.cancelTimer(deadline)
        deadline = sofia.after(.seconds(4)) { [weak self] in self?.finish(false) }
        dialog.remoteTag = to.tag ?? ""
        if let contact = message.first("contact").flatMap({ SIPAddress($0) }) { dialog.target = contact.uri }
        dialog.routes = message.all("record-route").flatMap(\.listElements).reversed().map { String($0) }
        sendBye()
    }

    func abandon() { finish(false) }

    private func finish(_ isConfirmed: Bool) {
        guard let continuation else { return }
        self.continuation = nil
        sofia.cancelTimer(deadline)
        sofia.cancelTimer(settling)
        handle?.destroy()
        continuation.resume(returning: isConfirmed)
    }
}

extension Dialog {
    /// Read back from a store, it goes into headers as it is.
    fileprivate var isWritable: Bool {
        let parts = [callID, localURI, localTag, remoteURI, remoteTag ?? "", target, via ?? ""] + routes
        return parts.allSatisfy(HeaderText.isWritable)
    }
}
