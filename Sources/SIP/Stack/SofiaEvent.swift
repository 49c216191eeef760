import CSofiaSIP

/// One report of the library, to be read before its callback returns.
struct SofiaEvent {
    let raw: UnsafePointer<csip_event>

    var kind: csip_event_kind { raw.pointee.kind }
    var status: Int { Int(raw.pointee.status) }
    var phrase: String { String(cString: raw.pointee.phrase) }
    var id: UInt64 { raw.pointee.id }
    var handle: OpaquePointer? { raw.pointee.handle }
    var q850Cause: Int? { raw.pointee.q850 >= 0 ? Int(raw.pointee.q850) : nil }
    var isTerminated: Bool { kind == CSIP_SESSION_STATE && raw.pointee.state == Int32(CSIP_STATE_TERMINATED.rawValue) }

    /// The status line in the body, where that is a piece of a SIP message (RFC 3420).
    var fragmentStatus: Int? { raw.pointee.fragment_status >= 0 ? Int(raw.pointee.fragment_status) : nil }

    /// The session description in the message.
    var sdp: String? {
        guard let start = raw.pointee.sdp else { return nil }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: raw.pointee.sdp_length), as: UTF8.self)
    }

    var callID: String? { text(csip_message_call_id) }
    /// The method of the request, if there is one.
    var method: String? { text(csip_message_method) }
    var requestUser: String? { text(csip_message_request_user) }
    var identityUser: String? { text(csip_message_identity_user) }
    var fromUser: String? { text(csip_message_from_user) }
    var isTCP: Bool { raw.pointee.message.map { csip_message_is_tcp($0) } ?? false }
    var isStaleChallenge: Bool { raw.pointee.message.map { csip_message_is_stale($0) } ?? false }

    /// The value of the first header called `name`, up to 4 KB.
    func header(_ name: String) -> String? {
        guard let message = raw.pointee.message else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return csip_message_header(message, name, start, buffer.count) < 0 ? nil : String(cString: start)
        }
    }

    private func text(_ part: (OpaquePointer?) -> UnsafePointer<CChar>?) -> String? {
        guard let message = raw.pointee.message else { return nil }
        return part(message).map { String(cString: $0) }
    }
}
