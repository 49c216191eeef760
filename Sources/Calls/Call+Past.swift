import FoundationEssentials

extension CallEvent {
    /// The status that the call has since this event. Nil for events that tell of none.
    package var status: CallStatus? { word("status") }

    /// Why the call is over. Nil for events that do not end it.
    package var endReason: EndReason? { word("end_reason") }

    /// Whether the conversation did what it was for. Nil for events that do not end a call, and for those from before this was told.
    package var goal: Goal? { word("goal") }

    /// Who or what was reached. Nil for events that do not end a call, and for those from before this was told.
    package var reached: Reached? { word("reached") }

    private func word<Word: RawRepresentable<String>>(_ name: String) -> Word? {
        guard case .object(let members) = data, case .string(let word)? = members[name] else { return nil }
        return Word(rawValue: word)
    }
}

extension Call {
    /// The call as it was right after `event`, one of its own: a message that says `ringing` shows no answer, however late it is written.
    ///
    /// What a conversation yields is stored with the end and never changes before, so all of it is left out until then.
    package func asOf(_ event: CallEvent) -> Call {
        guard let state = state(after: event) else { return self }
        var past = self
        past.lifecycle = CallLifecycle(state: state)
        past.reached = .nobody
        past.answer = nil
        past.goal = .undecided
        past.optedOut = false
        past.fields = [:]
        past.calleeTurns = 0
        past.resultError = nil
        past.summary = nil
        past.costs = []
        past.reservation?.status = .reserved
        past.blockedBy = nil
        past.notes = notes.filter { $0.at <= event.at }
        past.recorded = false
        if past.lifecycle.status != .wrappingUp { past.transport = Transport() }
        return past
    }

    /// Nil if the call is over since then: nothing about it has changed.
    private func state(after event: CallEvent) -> CallLifecycle.State? {
        let answeredAt = lifecycle.answeredAt
        return
            switch [.said, .answeredBy, .onHold, .toolUsed, .transferred].contains(event.kind)
            ? .inProgress : event.status
        {
        case .scheduled: .scheduled(for: request.scheduledFor ?? createdAt)
        case .queued: .queued
        case .dispatching: .dispatching
        case .dialing: .dialing
        case .ringing: .ringing
        case .inProgress: .inProgress(since: answeredAt ?? event.at)
        case .wrappingUp:
            .wrappingUp(
                CallLifecycle.Ending(reason: event.endReason ?? .internalError, answeredAt: answeredAt, at: event.at)
            )
        case .completed, .canceled, .noAnswer, .busy, .rejected, .voicemail, .screened, .invalidNumber,
            .callerIDRejected, .carrierError, .blocked, .expired, .internalError, nil:
            nil
        }
    }
}
