import CSofiaSIP
import Calls
import Telephony

/// How far handing the callee over has come (RFC 3515).
enum TransferPhase {
    /// The REFER is out.
    case asked
    /// It was accepted: notifications tell of the other side. The last status they told.
    case accepted(Int?)
}

// Handing the callee over.
extension OutgoingCall {
    func transfer(to target: String) {
        guard case .answered = phase, transferPhase == nil, let handle else {
            events.yield(.transferred(TransferOutcome(.refused)))
            return
        }
        transferPhase = .asked
        // What asks for a password is asked anew for each request.
        challenges = 0
        let uri = target.contains(":") ? target : record.dialog.uri(ofUser: target)
        handle.refer(to: "<\(uri)>", by: "<\(record.dialog.localURI)>")
        // For the answer to the REFER the library waits 32 s; the other side may be rung for as long as a telephone rings.
        timers.start(.transfer, after: limits.transfer) { [weak self] in self?.giveUpTransfer() }
    }

    /// RFC 3515 section 2.4.2.
    func referResponded(_ event: SofiaEvent) {
        guard case .asked = transferPhase, event.status >= 200 else { return }
        if event.status == 401 || event.status == 407, challenges < 1, let credentials, let handle {
            challenges += 1
            if handle.authenticate(to: event, user: credentials.user, password: credentials.password) { return }
        }
        if event.status < 300 {
            transferPhase = .accepted(nil)
        } else {
            transferEnded(.refused, event.status)
        }
    }

    /// RFC 3515 section 2.4.4: the body tells of the other side as far as the far end knows; the last one has a final status, or ends the
    /// subscription.
    func notified(_ event: SofiaEvent) {
        // The first notification may overtake the answer to the REFER.
        guard let transferPhase else { return }
        var last: Int?
        if case .accepted(let status) = transferPhase { last = status }
        let status = event.fragmentStatus ?? last
        self.transferPhase = .accepted(status)
        let state = event.header("Subscription-State")?.lowercased() ?? ""
        switch status {
        case let status? where status >= 200: transferEnded(status < 300 ? .transferred : .failed, status)
        // Over, and nobody said how it went (section 2.4.7: such as `noresource`).
        case _ where state.hasPrefix("terminated"): transferEnded(.unknown, status)
        default: break
        }
    }

    private func giveUpTransfer() {
        switch transferPhase {
        case .asked: transferEnded(.refused, nil)
        case .accepted(let status): transferEnded(.unknown, status)
        case nil: break
        }
    }

    private func transferEnded(_ result: TransferOutcome.Result, _ status: Int?) {
        timers.cancel(.transfer)
        transferPhase = nil
        events.yield(.transferred(TransferOutcome(result, sipStatus: status)))
    }

    /// The line is down before it was known.
    func abandonTransfer() {
        giveUpTransfer()
    }
}

extension Dialog {
    /// Where somebody with this number is found at the far end: at the host that we called.
    fileprivate func uri(ofUser user: String) -> String {
        let host = remoteURI.split(separator: "@", maxSplits: 1).last.map(String.init) ?? remoteURI
        return "sip:\(user)@\(host)"
    }
}
