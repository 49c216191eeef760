package import Calls
package import FoundationEssentials
import Logging
import Storage
package import Telephony

/// The counter at which all doors stand: place, look up, cancel.
package struct CallControl: Sendable {
    /// What a door asks for. `agent` is an id or a slug.
    package struct Placement: Sendable {
        package var agent: String
        /// One of the agent's numbers; nil for its primary one.
        package var from: PhoneNumber?
        package var request: CallRequest

        package init(agent: String, from: PhoneNumber?, request: CallRequest) {
            self.agent = agent
            self.from = from
            self.request = request
        }
    }

    let floor: CallFloor
    let events: EventStore
    let agents: AgentStore
    let dispatcher: Dispatcher
    let addressGuard: AddressGuard
    /// Links to recordings that need no key.
    package let links: RecordingLinks

    /// Stores the call durably and wakes the dispatcher. When this returns, the call will be placed even if the process dies now.
    package func place(_ placement: Placement, project: Project.ID) async throws -> Call {
        let (call, version, decision) = try await newCall(placement, project: project)
        try decision.refuseIfBlocked()
        do {
            try await floor.store.add(
                call,
                version: version,
                events: [.status(of: call, at: call.createdAt)],
                decision: decision
            )
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        } catch let shortfall as Shortfall {
            throw Refusal(shortfall)
        }
        wasPlaced(call)
        return call
    }

    /// The call that `placement` asks for, if it can be placed, and what the gate says of it. Nothing is stored yet.
    func newCall(
        _ placement: Placement,
        project: Project.ID
    ) async throws -> (call: Call, version: AgentVersion.ID, decision: GateDecision) {
        guard !dispatcher.isDraining else { throw Refusal.draining }
        let now = floor.timing.now()
        guard let (agent, version) = try await agents.agent(placement.agent, project: project) else {
            throw Refusal.unknownAgent(placement.agent)
        }
        let check = PlacementCheck(configuration: floor.configuration, addressGuard: addressGuard, now: now)
        try check.agent(agent)
        let callerID = try check.callerID(of: placement, agent: agent)
        try check.request(placement.request, agent: agent)

        let scheduledFor = placement.request.scheduledFor.flatMap { $0 > now ? $0 : nil }
        var call = Call(
            id: Call.ID(bornAt: now),
            project: project,
            request: placement.request,
            agent: agent,
            callerID: callerID,
            createdAt: now,
            lifecycle: CallLifecycle(state: scheduledFor.map { .scheduled(for: $0) } ?? .queued)
        )
        call.reservation = Reservation(
            rate: floor.configuration.rates.rate(for: call.request.destination),
            maxDuration: call.maxDuration
        )
        call.prompt = call.request.prompt(for: agent)
        call.conductor = call.speaker.conductor(lacking: floor.configuration.lack)
        return (call, version, try await decision(.placement, on: call, at: now))
    }

    /// Whether calls of `mode` have a trunk to go through.
    package func hasTrunk(for mode: CallMode) -> Bool { mode == .test || floor.configuration.liveTrunk != nil }

    /// The time of day, as the engine has it.
    package var now: Date { floor.timing.now() }

    func wasPlaced(_ call: Call) {
        EngineMetrics.placed()
        floor.feed.signal(call.id, of: call.project)
        dispatcher.wake()
    }

    package func call(_ id: Call.ID, project: Project.ID) async throws -> Call {
        guard let call = try await floor.store.call(id, project: project) else { throw Refusal.unknownCall }
        return call
    }

    package func transcript(_ id: Call.ID, project: Project.ID) async throws -> [TranscriptEntry] {
        _ = try await call(id, project: project)
        return try await floor.store.transcript(of: id)
    }

    /// Where the finished recording lies.
    package func recordingPath(_ id: Call.ID, project: Project.ID) async throws -> String {
        let call = try await call(id, project: project)
        guard call.lifecycle.status.isFinal, let path = try await floor.store.recording(of: id) else {
            throw Refusal.noRecording
        }
        return path
    }

    package func attempts(_ id: Call.ID, project: Project.ID) async throws -> [Attempt] {
        _ = try await call(id, project: project)
        return try await floor.store.attempts(of: id)
    }

    /// Every SIP message of every attempt, oldest first, secrets masked. Complete once the call is over.
    package func trace(_ id: Call.ID, project: Project.ID) async throws -> [SIPMessage] {
        var messages: [SIPMessage] = []
        for attempt in try await attempts(id, project: project) {
            messages += try await floor.store.trace(of: attempt.id)
        }
        return messages
    }
}
