package import FoundationEssentials

/// Where a call is in its life, and the only rules by which it moves.
///
/// A pure value: it does no I/O, reads no clock and knows no vendor. Whoever drives it hands it an event, stores the new state,
/// and only then carries out the effects.
///
/// ```
/// scheduled ◄► queued ─► dispatching ─► dialing ─► ringing ─► inProgress ─► wrappingUp ─► ended
///     │           │           │            └──────────┼────────────┘             ▲         ▲
///     └───────────┴───────────┴───────────────────────┴──────────────────────────┴─────────┘
/// ```
package struct CallLifecycle: Sendable, Hashable, Codable {
    package enum State: Sendable, Hashable, Codable {
        /// Waits for its time. Left for `queued`, or ended by a cancellation or by expiry.
        case scheduled(for: Date)
        /// Due. Left for `dispatching`, put off to `scheduled`, or ended by a cancellation, by the gate or by expiry.
        case queued
        /// A node holds the call, and no INVITE can have left: `.dial` is asked for only on the way into `dialing`, which is
        /// stored first. The last state from which the call may be tried again.
        case dispatching
        /// From here on an INVITE may have left. Never dialed again.
        case dialing
        case ringing
        case inProgress(since: Date)
        /// The line is down; summary, fields and cost are being made. Left for `ended`, with the ending it carries.
        case wrappingUp(Ending)
        case ended(Ending)
    }

    /// How and when a call ended.
    package struct Ending: Sendable, Hashable, Codable {
        package var reason: EndReason
        /// When the callee picked up, if anybody did.
        package var answeredAt: Date?
        /// When the line went down, or the call was given up.
        package var at: Date

        package init(reason: EndReason, answeredAt: Date?, at: Date) {
            self.reason = reason
            self.answeredAt = answeredAt
            self.at = at
        }
    }

    package enum Event: Sendable, Hashable {
        /// Its time has come.
        case due
        /// The gate lets it be dialed no sooner than then.
        case postponed(until: Date)
        /// A node took the call off the queue.
        case claimed
        /// The attempt is about to be committed; agent, voice and channel are at hand.
        case ready
        case ringing
        case answered
        /// The leg is over, or could not be made.
        case hungUp(EndReason)
        case cancelRequested
        /// The gate said no.
        case blocked
        /// Its last moment has passed.
        case expired
        /// What is known after the line went down shows that the call is over for this reason.
        case reconsidered(EndReason)
        /// Summary, fields and cost are there, or their time is up.
        case wrappedUp
        /// The node that held the call is gone.
        case nodeLost
    }

    package enum Effect: Sendable, Hashable {
        case dial
        case converse
        case hangUp
        case wrapUp
        /// The state changed: tell whoever listens.
        case announce
    }

    package private(set) var state: State

    package init(state: State = .queued) {
        self.state = state
    }

    /// Applies `event` and says what must be done now.
    ///
    /// Total by design: on a phone line a BYE crosses a CANCEL and a 180 trails a 200, so an event that comes too late changes
    /// nothing and asks for nothing.
    package mutating func handle(_ event: Event, at now: Date) -> [Effect] {
        switch (event, state) {
        case (.due, .scheduled):
            move(to: .queued)
        case (.postponed(let date), .queued):
            move(to: .scheduled(for: date))
        case (.claimed, .queued):
            move(to: .dispatching)
        case (.ready, .dispatching):
            move(to: .dialing, then: .dial)
        case (.ringing, .dialing):
            move(to: .ringing)
        case (.answered, .dialing), (.answered, .ringing):
            move(to: .inProgress(since: now), then: .converse)

        case (.hungUp(let reason), .dispatching), (.hungUp(let reason), .dialing), (.hungUp(let reason), .ringing):
            end(reason, at: now)
        case (.hungUp(let reason), .inProgress(let since)):
            move(to: .wrappingUp(Ending(reason: reason, answeredAt: since, at: now)), then: .wrapUp)
        case (.reconsidered(let reason), .wrappingUp(let ending)) where reason != ending.reason:
            move(to: .wrappingUp(Ending(reason: reason, answeredAt: ending.answeredAt, at: ending.at)))
        case (.wrappedUp, .wrappingUp(let ending)):
            move(to: .ended(ending))

        case (.cancelRequested, .scheduled), (.cancelRequested, .queued), (.cancelRequested, .dispatching):
            end(.canceled, at: now)
        case (.cancelRequested, .dialing), (.cancelRequested, .ringing):
            end(.canceled, at: now, then: .hangUp)
        case (.cancelRequested, .inProgress):
            // The conversation happened: the record is made when the leg reports that it is down.
            [.hangUp]

        case (.blocked, .scheduled), (.blocked, .queued), (.blocked, .dispatching):
            end(.blocked, at: now)
        case (.expired, .scheduled), (.expired, .queued), (.expired, .dispatching):
            end(.expired, at: now)

        case (.nodeLost, .dispatching):
            move(to: .queued)
        case (.nodeLost, .dialing), (.nodeLost, .ringing):
            // The callee may have been rung: a person is never called twice by a crash.
            end(.interrupted, at: now)
        case (.nodeLost, .inProgress(let since)):
            move(to: .ended(Ending(reason: .interrupted, answeredAt: since, at: now)))
        case (.nodeLost, .wrappingUp(let ending)):
            move(to: .ended(ending))

        case (.due, _), (.postponed, _), (.claimed, _), (.ready, _), (.ringing, _), (.answered, _), (.hungUp, _),
            (.reconsidered, _), (.wrappedUp, _),
            (.cancelRequested, _), (.blocked, _), (.expired, _), (.nodeLost, _):
            []
        }
    }

    private mutating func end(_ reason: EndReason, at now: Date, then effect: Effect? = nil) -> [Effect] {
        move(to: .ended(Ending(reason: reason, answeredAt: nil, at: now)), then: effect)
    }

    private mutating func move(to next: State, then effect: Effect? = nil) -> [Effect] {
        state = next
        return [effect, .announce].compactMap(\.self)
    }
}

extension CallLifecycle {
    package var status: CallStatus {
        switch state {
        case .scheduled: .scheduled
        case .queued: .queued
        case .dispatching: .dispatching
        case .dialing: .dialing
        case .ringing: .ringing
        case .inProgress: .inProgress
        case .wrappingUp: .wrappingUp
        case .ended(let ending): ending.reason.status
        }
    }

    /// When the callee picked up, if they did.
    package var answeredAt: Date? {
        switch state {
        case .scheduled, .queued, .dispatching, .dialing, .ringing: nil
        case .inProgress(let since): since
        case .wrappingUp(let ending), .ended(let ending): ending.answeredAt
        }
    }

    package var ending: Ending? {
        switch state {
        case .wrappingUp(let ending), .ended(let ending): ending
        case .scheduled, .queued, .dispatching, .dialing, .ringing, .inProgress: nil
        }
    }
}
