import Calls

/// How a call ended, in CallingBox's words.
struct CallingBoxEnding: Hashable, Sendable {
    enum Status: String, Encodable, Sendable, CaseIterable {
        case queued
        case initiated
        case ringing
        case inProgress = "in_progress"
        case completed
        case noAnswer = "no_answer"
        case busy
        case canceled
        case failed
    }

    let status: Status
    /// A sentence for what went wrong. Nil if nothing did.
    let message: String?

    /// Total: a new reason does not compile until it has a word here.
    init(_ reason: EndReason) {
        switch reason {
        case .agentHungUp, .calleeHungUp, .transferred, .endedByRequest, .maxDuration, .silence:
            self.init(status: .completed)

        // A machine is nobody: the vendor tells it apart by `answered_by`.
        case .voicemail, .screened: self.init(status: .noAnswer)
        case .noAnswer: self.init(status: .noAnswer)
        case .busy, .declined: self.init(status: .busy)

        case .canceled: self.init(status: .canceled)
        case .expired: self.init(status: .canceled, "The call was not placed before its last moment had passed.")

        case .providerStalled:
            self.init(status: .failed, "Speech recognition, the language model or the voice stopped answering.")
        case .serverDrained: self.init(status: .failed, "The server was stopped during the call.")
        case .notInService: self.init(status: .failed, "The number is not in service.")
        case .fax: self.init(status: .failed, "A fax or a modem answered.")
        case .callerIDRejected: self.init(status: .failed, "The telephony provider does not accept the caller ID.")
        case .carrierFailure: self.init(status: .failed, "The telephony provider could not connect the call.")
        case .carrierUnreachable: self.init(status: .failed, "The telephony provider could not be reached.")
        case .trunkAuthentication: self.init(status: .failed, "The telephony provider did not accept our credentials.")
        case .mediaRefused: self.init(status: .failed, "The far end offered no audio that can be used.")
        case .noMedia: self.init(status: .failed, "The line was up, but no audio came.")
        case .blocked: self.init(status: .failed, "The rules of this account do not allow the call.")
        case .prefetchFailed: self.init(status: .failed, "What the agent needs for the call could not be fetched.")
        case .interrupted: self.init(status: .failed, "The server stopped while the call was being placed.")
        case .internalError: self.init(status: .failed, "Something failed on our side.")
        }
    }

    private init(status: Status, _ message: String? = nil) {
        self.status = status
        self.message = message
    }
}

extension CallingBoxEnding.Status {
    /// Where a call is. While its result is being made after the line went down, a call is in progress: `completed` comes with the result.
    init(_ call: Call) {
        self =
            switch call.lifecycle.state {
            case .scheduled, .queued, .dispatching: .queued
            case .dialing: .initiated
            case .ringing: .ringing
            case .inProgress, .wrappingUp: .inProgress
            case .ended(let ending): CallingBoxEnding(ending.reason.told(of: call.reached)).status
            }
    }
}

extension Transport {
    /// The provider's code for why a call failed: the SIP status. Nil if none came, or the call was accepted.
    var callingBoxCode: String? { sipStatus.flatMap { $0 >= 400 ? String($0) : nil } }

    /// Why the line went down, as telephony told it: the Q.850 cause, by name where it has a usual one, otherwise the SIP status. Nil if
    /// nothing was told.
    var callingBoxCause: String? {
        if let cause = q850Cause { return Self.causes[cause] ?? "q850_\(cause)" }
        guard let sipStatus, sipStatus >= 400 else { return nil }
        return [String(sipStatus), sipPhrase].compactMap(\.self).joined(separator: " ")
    }

    /// ITU-T Q.850 section 2.2.7, those that gateways send.
    private static let causes = [
        1: "unallocated_number", 2: "no_route_to_transit_network", 3: "no_route_to_destination", 16: "normal_clearing",
        17: "user_busy", 18: "no_user_response", 19: "no_answer", 20: "subscriber_absent", 21: "call_rejected",
        22: "number_changed", 27: "destination_out_of_order", 28: "invalid_number_format", 29: "facility_rejected",
        31: "normal_unspecified", 34: "no_circuit_available", 38: "network_out_of_order", 41: "temporary_failure",
        42: "switching_equipment_congestion", 44: "requested_channel_not_available", 50: "facility_not_subscribed",
        55: "incoming_calls_barred", 57: "bearer_capability_not_authorized", 58: "bearer_capability_not_available",
        65: "bearer_capability_not_implemented", 79: "service_not_implemented", 88: "incompatible_destination",
        102: "recovery_on_timer_expiry", 111: "protocol_error", 127: "interworking",
    ]
}
