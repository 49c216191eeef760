import Calls
import FoundationEssentials
import PhoneNumbers

/// What must hold before a call is accepted. Anything that could only be found out on the phone is found out here if it can be.
struct PlacementCheck {
    let configuration: EngineConfiguration
    let addressGuard: AddressGuard
    let now: Date

    func callerID(of placement: CallControl.Placement, agent: Agent) throws -> PhoneNumber {
        guard !agent.numbers.isEmpty else { throw Refusal.agentHasNoNumber(slug: agent.slug) }
        guard let from = placement.from else { return agent.callerID(for: placement.request.destination) }
        guard agent.numbers.contains(from) else {
            throw Refusal.numberNotAttached(from, to: agent.slug, has: agent.numbers)
        }
        return from
    }

    func agent(_ agent: Agent) throws {
        guard agent.status != .archived else { throw Refusal.unknownAgent(agent.slug) }
        guard agent.direction == .outbound else { throw Refusal.agentNotOutbound(slug: agent.slug) }
        guard agent.status == .active else { throw Refusal.agentNotActive(slug: agent.slug, status: agent.status) }
    }

    func request(_ request: CallRequest, agent: Agent) throws {
        if request.faults != nil, request.mode == .live {
            throw Refusal.invalid(
                field: "faults",
                message: "Nothing goes wrong on purpose in a live call: place it with a test key"
            )
        }
        if let model = agent.model, agent.flow == nil, let fault = request.faults?.ofStages.first {
            throw Refusal.invalid(
                field: "faults.\(fault.rawValue)",
                message: "\(model) hears and speaks by itself: of its calls only llm_* and rtp_loss_pct can go wrong"
            )
        }
        if request.mode == .live, configuration.liveTrunk == nil { throw Refusal.noTrunk(.live) }
        if let name = request.timeZone, CalleeZones.zone(name) == nil {
            throw Refusal.invalid(
                field: "time_zone",
                message: "expected a name of the IANA database, like Europe/Berlin, got \(name.debugDescription)"
            )
        }
        try variables(of: request, agent)
        try times(of: request)
        try limits(of: request)
        if let url = request.callbackURL, let problem = addressGuard.problem(with: url) {
            throw Refusal.invalid(field: "callback_url", message: problem)
        }
    }

    private func variables(of request: CallRequest, _ agent: Agent) throws {
        guard request.placeholders == .required else { return }
        let speaker = request.applied(to: agent)
        let missing = Template.missingVariables(in: speaker, variables: request.values(for: agent))
        guard missing.isEmpty else { throw Refusal.missingVariables(missing) }
    }

    private func times(of request: CallRequest) throws {
        if let scheduledFor = request.scheduledFor, scheduledFor > now + 366 * 86_400 {
            throw Refusal.invalid(field: "scheduled_for", message: "More than a year away")
        }
        guard let expiresAt = request.expiresAt else { return }
        guard expiresAt > now else {
            throw Refusal.invalid(field: "expires_at", message: "Already past")
        }
        if let scheduledFor = request.scheduledFor, expiresAt <= scheduledFor {
            throw Refusal.invalid(
                field: "expires_at",
                message: "Not after 'scheduled_for': the call could never be placed"
            )
        }
    }

    /// The same bounds as an agent's own settings have.
    private func limits(of request: CallRequest) throws {
        if let ringTimeout = request.ringTimeout, !(5...180).contains(ringTimeout) {
            throw Refusal.invalid(field: "ring_timeout", message: "\(ringTimeout) is outside 5 to 180 seconds")
        }
        if let maxDuration = request.maxDuration, !(10...14_400).contains(maxDuration) {
            throw Refusal.invalid(field: "max_duration", message: "\(maxDuration) is outside 10 to 14400 seconds")
        }
    }
}
