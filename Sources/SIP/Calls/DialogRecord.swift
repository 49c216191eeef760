import Calls

/// What the wire has shown of an outgoing dialog: its name, and which responses really came.
///
/// Read from the messages themselves. The stack reports a 408 or 503 of its own making just as it reports one from the far end.
struct DialogRecord {
    /// At first as it was decided before the INVITE left, then as the wire shows it.
    private(set) var dialog: Dialog
    /// Of the INVITE, or of the one that followed a challenge.
    private(set) var lastStatus: Int?
    private(set) var lastPhrase: String?
    private(set) var q850Cause: Int?

    init(_ dialog: Dialog) {
        self.dialog = dialog
    }

    private var isEstablished: Bool { dialog.remoteTag != nil }

    /// A final refusal that came from outside.
    var refusal: Int? { lastStatus.flatMap { $0 >= 300 ? $0 : nil } }

    mutating func passed(_ message: SIPText, sent: Bool) {
        if sent {
            self.sent(message)
        } else if let status = message.status {
            received(message, status: status)
        } else if isEstablished, message.method == "INVITE" || message.method == "UPDATE" {
            refreshTarget(message)
        }
    }

    private mutating func sent(_ message: SIPText) {
        guard let method = message.method, let sequence = message.sequence else { return }
        switch method {
        case "ACK", "CANCEL": break
        case "INVITE" where !isEstablished:
            // Sent again, or sent anew after a challenge: then what the challenge said is past.
            if sequence.number != dialog.sequence { (lastStatus, lastPhrase, q850Cause) = (nil, nil, nil) }
            dialog = Dialog(invite: message, sequence: sequence.number, trunk: dialog.trunk) ?? dialog
        default:
            dialog.sequence = max(dialog.sequence, sequence.number)
        }
    }

    private mutating func received(_ message: SIPText, status: Int) {
        guard message.sequence?.method == "INVITE" else { return }
        guard !isEstablished else {
            if (200..<300).contains(status) { refreshTarget(message) }
            return
        }
        lastStatus = status
        lastPhrase = message.phrase
        q850Cause = message.q850Cause
        if (200..<300).contains(status) { establish(message) }
    }

    /// RFC 3261 section 12.1.2: the far end's tag, its Contact, and the recorded route from our end.
    private mutating func establish(_ message: SIPText) {
        guard let to = message.first("to").flatMap({ SIPAddress($0) }) else { return }
        dialog.remoteTag = to.tag ?? ""
        if let contact = message.first("contact").flatMap({ SIPAddress($0) }) { dialog.target = contact.uri }
        dialog.routes = message.all("record-route").flatMap(\.listElements).reversed().map { String($0) }
    }

    /// A re-INVITE or UPDATE may move the far end's Contact (RFC 3261 section 12.2). Another fork's 200 may not.
    private mutating func refreshTarget(_ message: SIPText) {
        let party = message.first(message.status == nil ? "from" : "to").flatMap { SIPAddress($0) }
        guard let party, party.tag == dialog.remoteTag else { return }
        if let contact = message.first("contact").flatMap({ SIPAddress($0) }) { dialog.target = contact.uri }
    }
}

extension Dialog {
    /// The INVITE once more, after a challenge: the next number, and a branch of its own that follows from the first.
    var repetition: Dialog {
        var next = self
        next.sequence &+= 1
        next.via = via.map { $0 + ".r" }
        return next
    }

    fileprivate init?(invite message: SIPText, sequence: UInt32, trunk: String) {
        guard let callID = message.first("call-id"),
            let from = message.first("from").flatMap({ SIPAddress($0) }),
            let to = message.first("to").flatMap({ SIPAddress($0) }),
            let target = message.requestURI
        else { return nil }
        self.init(
            callID: String(callID),
            localURI: from.uri,
            localTag: from.tag ?? "",
            remoteURI: to.uri,
            remoteTag: nil,
            target: String(target),
            routes: message.all("route").flatMap(\.listElements).map { String($0) },
            sequence: sequence,
            via: message.first("via")?.listElements.first.map { String($0) },
            trunk: trunk
        )
    }
}
