package import FoundationEssentials

/// How far a batch is, counted from its contacts and calls at one moment.
package struct BatchCounts: Sendable, Hashable {
    /// Contacts whose turn is still to come, or comes again; those included whose call waits in the queue.
    package var queued = 0
    /// Contacts whose phone is being dialed or rings.
    package var dialing = 0
    /// Contacts on the line.
    package var connected = 0
    package var completed = 0
    package var failed = 0
    package var skipped = 0
    package var canceled = 0
    /// Why the last dialed call of each contact that is done ended.
    package var endReasons: [EndReason: Int] = [:]
    /// Contacts whose last call met its goal.
    package var goalsMet = 0
    /// Calls placed, those included that were withdrawn before they were dialed.
    package var calls = 0
    /// Calls placed in the last minute.
    package var callsLastMinute = 0
    /// Charged so far.
    package var cost = Money.zero

    package init() {}

    package var total: Int { queued + dialing + connected + completed + failed + skipped + canceled }

    /// Which part of the contacts that were called to the end had a conversation. Nil while there are none.
    package var successRate: Double? { Self.part(completed, of: completed + failed) }

    /// Which part of the conversations met their goal. Nil while there are none.
    package var goalRate: Double? { Self.part(goalsMet, of: completed) }

    /// When the contacts that are left will have had their turn if the pace holds: no hours, no retries to come, nothing in the way. The
    /// forecast knows better. Nil if nothing is left, or `settings` do not let it go on.
    package func estimatedFinish(by settings: BatchSettings, nextSlot: Date?, at now: Date) -> Date? {
        guard queued > 0 else { return nil }
        let start = max(now, nextSlot ?? settings.startAt ?? now)
        return Date(microseconds: (start + TimeInterval(queued - 1) * settings.pacing.interval).microseconds)
    }

    private static func part(_ count: Int, of whole: Int) -> Double? {
        whole == 0 ? nil : Double(count) / Double(whole)
    }
}
