import Calls
import Media
import Telephony

/// A call on the stack's thread, outgoing or incoming. Not `Sendable`: it never leaves its stack.
protocol SIPSession: AnyObject {
    var id: UInt64 { get }
    var media: CallMedia { get }
    var ending: Ending { get }

    func handle(_ event: SofiaEvent)
    /// A message of this dialog passed the wire.
    func passed(_ message: SIPText, sent: Bool)
    func handle(_ event: MediaEvent)
    func hangUp(_ cause: HangUpCause)
}

/// Why we take a line down.
enum HangUpCause: Sendable, Hashable {
    /// Whoever holds the leg asked for it.
    case requested
    case maxDuration
    case noMedia
    case shutDown

    /// What the far end may read in the BYE (RFC 3326).
    var header: String {
        switch self {
        case .requested, .maxDuration: "Q.850;cause=16;text=\"Normal call clearing\""
        case .noMedia: "Q.850;cause=41;text=\"No media\""
        case .shutDown: "Q.850;cause=41;text=\"Shutting down\""
        }
    }

    /// What this means for a call that was answered.
    var reason: EndReason {
        switch self {
        case .requested: .agentHungUp
        case .maxDuration: .maxDuration
        case .noMedia: .noMedia
        case .shutDown: .serverDrained
        }
    }

    var party: Transport.Party { self == .requested ? .agent : .server }
}

/// The end of a session: comes once, and is waited for by the task that attends the call.
final class Ending {
    private(set) var value: LegEnding?
    private var waiters: [CheckedContinuation<Void, Never>] = []

    var isOver: Bool { value != nil }

    func come(_ ending: LegEnding) {
        guard value == nil else { return }
        value = ending
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func add(_ waiter: CheckedContinuation<Void, Never>) {
        if isOver { waiter.resume() } else { waiters.append(waiter) }
    }
}

/// The timers of one call by purpose.
struct CallTimers {
    enum Purpose {
        case ring
        case setup
        case maxDuration
        /// For the far end to confirm our BYE or CANCEL.
        case confirmation
        /// For the callee to be handed over.
        case transfer
    }

    private let sofia: Sofia
    private var running: [Purpose: UInt64] = [:]

    init(_ sofia: Sofia) {
        self.sofia = sofia
    }

    mutating func start(_ purpose: Purpose, after delay: Duration, _ action: @escaping () -> Void) {
        cancel(purpose)
        running[purpose] = sofia.after(delay, action)
    }

    mutating func cancel(_ purpose: Purpose) {
        sofia.cancelTimer(running.removeValue(forKey: purpose))
    }

    mutating func cancelAll() {
        for id in running.values { sofia.cancelTimer(id) }
        running = [:]
    }
}
