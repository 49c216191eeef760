import Telephony

/// Whose messages are kept: the traces of the stack's dialogs by Call-ID.
struct TraceTable {
    private struct Entry {
        /// Nil once the leg is gone.
        weak var trace: SIPTrace?
        /// The session that reads along.
        var session: UInt64?
    }

    private var entries: [String: Entry] = [:]
    /// Traces of INVITEs that the library has received and not yet reported.
    private var newcomers: [(callID: String, trace: SIPTrace)] = []
    private var sweepAt = 1024

    mutating func open(_ callID: String, session: UInt64) -> SIPTrace {
        sweep()
        let trace = entries[callID]?.trace ?? SIPTrace()
        newcomers.removeAll { $0.callID == callID }
        entries[callID] = Entry(trace: trace, session: session)
        return trace
    }

    mutating func close(_ callID: String, session: UInt64) {
        if entries[callID]?.session == session { entries[callID]?.session = nil }
    }

    /// Keeps the message if somebody is interested, and says who reads along.
    mutating func record(_ text: String, parsed: SIPText, sent: Bool, peer: String, at time: Int64) -> UInt64? {
        guard let callID = parsed.first("call-id").map({ String($0) }) else { return nil }
        if entries[callID]?.trace == nil, !sent, parsed.method == "INVITE" { welcome(callID) }
        guard let entry = entries[callID] else { return nil }
        entry.trace?.append(SIPMessage(at: time, sent: sent, peer: peer, text: SIPMessage.masked(text)))
        return entry.session
    }

    private mutating func welcome(_ callID: String) {
        let trace = SIPTrace()
        newcomers.append((callID, trace))
        // Refused ones are never asked for.
        if newcomers.count > 512 { newcomers.removeFirst(256) }
        entries[callID] = Entry(trace: trace, session: nil)
    }

    /// Forgets dialogs whose legs are gone, now and then.
    private mutating func sweep() {
        guard entries.count >= sweepAt else { return }
        entries = entries.filter { $0.value.trace != nil || $0.value.session != nil }
        sweepAt = max(1024, entries.count * 2)
    }
}
