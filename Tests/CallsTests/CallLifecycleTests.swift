import Calls
import FoundationEssentials
import Testing

@Suite("The call lifecycle")
struct CallLifecycleTests {
    private typealias State = CallLifecycle.State
    private typealias Event = CallLifecycle.Event
    private typealias Effect = CallLifecycle.Effect

    private static let noon = Date(timeIntervalSince1970: 1_781_179_200)
    private static let answered = noon - 60
    private static let ending = CallLifecycle.Ending(reason: .calleeHungUp, answeredAt: answered, at: noon - 5)

    private static let states: [State] = [
        .scheduled(for: noon), .queued, .dispatching, .dialing, .ringing, .inProgress(since: answered),
        .wrappingUp(ending), .ended(ending),
    ]
    private static let events: [Event] =
        [
            .due, .postponed(until: noon + 60), .claimed, .ready, .ringing, .answered, .cancelRequested, .blocked,
            .expired, .wrappedUp, .nodeLost,
        ] + EndReason.allCases.flatMap { [Event.hungUp($0), .reconsidered($0)] }

    /// Every move that is allowed. What is not listed must change nothing and ask for nothing.
    private static func move(_ event: Event, _ state: State) -> (State, [Effect])? {
        func ended(_ reason: EndReason) -> State {
            .ended(CallLifecycle.Ending(reason: reason, answeredAt: nil, at: noon))
        }
        switch (event, state) {
        case (.due, .scheduled): return (.queued, [.announce])
        case (.postponed(let date), .queued): return (.scheduled(for: date), [.announce])
        case (.claimed, .queued): return (.dispatching, [.announce])
        case (.ready, .dispatching): return (.dialing, [.dial, .announce])
        case (.ringing, .dialing): return (.ringing, [.announce])
        case (.answered, .dialing), (.answered, .ringing): return (.inProgress(since: noon), [.converse, .announce])
        case (.hungUp(let reason), .dispatching), (.hungUp(let reason), .dialing), (.hungUp(let reason), .ringing):
            return (ended(reason), [.announce])
        case (.hungUp(let reason), .inProgress(let since)):
            return (
                .wrappingUp(CallLifecycle.Ending(reason: reason, answeredAt: since, at: noon)), [.wrapUp, .announce]
            )
        case (.reconsidered(let reason), .wrappingUp(let ending)) where reason != ending.reason:
            return (
                .wrappingUp(CallLifecycle.Ending(reason: reason, answeredAt: ending.answeredAt, at: ending.at)),
                [.announce]
            )
        case (.wrappedUp, .wrappingUp(let ending)): return (.ended(ending), [.announce])
        case (.cancelRequested, .scheduled), (.cancelRequested, .queued), (.cancelRequested, .dispatching):
            return (ended(.canceled), [.announce])
        case (.cancelRequested, .dialing), (.cancelRequested, .ringing):
            return (ended(.canceled), [.hangUp, .announce])
        case (.cancelRequested, .inProgress): return (state, [.hangUp])
        case (.blocked, .scheduled), (.blocked, .queued), (.blocked, .dispatching):
            return (ended(.blocked), [.announce])
        case (.expired, .scheduled), (.expired, .queued), (.expired, .dispatching):
            return (ended(.expired), [.announce])
        case (.nodeLost, .dispatching): return (.queued, [.announce])
        case (.nodeLost, .dialing), (.nodeLost, .ringing): return (ended(.interrupted), [.announce])
        case (.nodeLost, .inProgress(let since)):
            return (
                .ended(CallLifecycle.Ending(reason: .interrupted, answeredAt: since, at: noon)), [.announce]
            )
        case (.nodeLost, .wrappingUp(let ending)): return (.ended(ending), [.announce])
        default: return nil
        }
    }

    @Test("Every pair of state and event does what the table says", arguments: events)
    func table(event: CallLifecycle.Event) {
        for state in Self.states {
            var lifecycle = CallLifecycle(state: state)
            let effects = lifecycle.handle(event, at: Self.noon)
            let expected = Self.move(event, state) ?? (state, [])
            #expect(lifecycle.state == expected.0, "\(event) in \(state)")
            #expect(effects == expected.1, "\(event) in \(state)")
        }
    }

    @Test(
        "Whatever happens: it dials at most once, never after an INVITE may have left, and nothing moves it once ended",
        arguments: 0..<200
    )
    func randomWalk(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var lifecycle = CallLifecycle(state: seed.isMultiple(of: 3) ? .scheduled(for: Self.noon) : .queued)
        var now = Self.noon
        var dials = 0
        var conversations = 0
        var end: CallLifecycle.Ending?
        for _ in 0..<400 {
            now += Double(random.next() % 30)
            guard let event = Self.events.randomElement(using: &random) else { return }
            let before = lifecycle
            let effects = lifecycle.handle(event, at: now)
            dials += effects.count { $0 == .dial }
            conversations += effects.count { $0 == .converse }

            #expect(effects.contains(.announce) == (before.state != lifecycle.state))
            if effects.contains(.dial) { #expect(lifecycle.state == .dialing) }
            if case .ended(let ending) = lifecycle.state {
                if let end { #expect(ending == end) }
                end = ending
                #expect(ending.at <= now)
                #expect(lifecycle.status.isFinal)
            } else {
                #expect(end == nil)
                #expect(!lifecycle.status.isFinal)
            }
            #expect(lifecycle.answeredAt == nil || conversations == 1)
        }
        #expect(dials <= 1)
        #expect(conversations <= 1)
    }

    @Test("From any state, the loss of the node ends a call whose INVITE may have left, and requeues one whose cannot")
    func nodeLost() {
        for state in Self.states {
            var lifecycle = CallLifecycle(state: state)
            _ = lifecycle.handle(.nodeLost, at: Self.noon)
            switch state {
            case .scheduled, .queued: #expect(lifecycle.state == state)
            case .dispatching: #expect(lifecycle.state == .queued)
            case .dialing, .ringing, .inProgress, .wrappingUp, .ended: #expect(lifecycle.status.isFinal)
            }
        }
    }

    @Test("Every end reason leads to a final status")
    func reasons() {
        for reason in EndReason.allCases { #expect(reason.status.isFinal, "\(reason)") }
    }

    @Test("A stored lifecycle reads back as it was")
    func coding() throws {
        for state in Self.states {
            let lifecycle = CallLifecycle(state: state)
            let data = try JSONEncoder().encode(lifecycle)
            #expect(try JSONDecoder().decode(CallLifecycle.self, from: data) == lifecycle)
        }
    }
}
