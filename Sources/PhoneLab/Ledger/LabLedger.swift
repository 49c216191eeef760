package import FoundationEssentials
import Synchronization

/// The ground truth of the lab: every INVITE that reached it, counted by Call-ID, and what became of each call.
///
/// Kept in memory and, if a path is given, in a file of JSON lines that is written before the INVITE is acted on. What was written
/// outlives the process being killed; only the machine going down can lose its last lines.
package actor LabLedger {
    /// Details are kept of this many calls; older ones that are over are dropped from memory. Counts are kept for ever.
    private static let detailLimit = 20_000

    private let file: LedgerFile?
    private var calls: [String: LabCall] = [:]
    /// Call-IDs in order of their first INVITE.
    private var order: [String] = []
    private var counts: [String: Int] = [:]
    private nonisolated let followers = Mutex<[UUID: AsyncStream<LabCall>.Continuation]>([:])

    /// Opens the file to append to it, if a path is given. Throws if it cannot be written.
    package init(path: String? = nil) throws {
        file = try path.map { try LedgerFile(path: $0) }
    }

    /// Every call known in detail, in order of the first INVITE.
    package func snapshot() -> [LabCall] { order.compactMap { calls[$0] } }

    /// `snapshot` as JSON. Dates are microseconds since 1970.
    package func export() throws -> Data {
        try LedgerFile.encoder([.sortedKeys, .prettyPrinted]).encode(snapshot())
    }

    package func call(sipCallID: String) -> LabCall? { calls[sipCallID] }

    /// Calls to a number, in order. `dialed` as `LabNumber.Digits` reads it.
    package func calls(to dialed: String) -> [LabCall] {
        let digits = LabNumber.Digits(dialed)
        return snapshot().filter { $0.dialed == dialed || digits != nil && LabNumber.Digits($0.dialed) == digits }
    }

    /// How many INVITEs opened a dialog with this Call-ID.
    package func inviteCount(sipCallID: String) -> Int { counts[sipCallID] ?? 0 }

    /// How many INVITEs came for each Call-ID since the lab began. Any count above 1 is a phone that rang twice.
    package var inviteCounts: [String: Int] { counts }

    /// Every change to a call, from now on, as the call is after it. A slow reader loses the oldest.
    package nonisolated func changes() -> AsyncStream<LabCall> {
        let id = UUID()
        let (stream, continuation) = AsyncStream.makeStream(of: LabCall.self, bufferingPolicy: .bufferingNewest(4096))
        continuation.onTermination = { [weak self] _ in self?.followers.withLock { _ = $0.removeValue(forKey: id) } }
        followers.withLock { $0[id] = continuation }
        return stream
    }

    /// Waits until the call has ended and returns it.
    package func ended(sipCallID: String) async -> LabCall? {
        await first { $0.sipCallID == sipCallID && $0.endedAt != nil }
    }

    /// Waits for the first call that is as asked, now or after any change. Nil if the task is canceled.
    package func first(where isWanted: @Sendable (LabCall) -> Bool) async -> LabCall? {
        let changes = changes()
        if let call = order.lazy.compactMap({ self.calls[$0] }).first(where: isWanted) { return call }
        for await call in changes where isWanted(call) { return call }
        return nil
    }

    /// An INVITE came.
    func invite(sipCallID: String, dialed: String, caller: String, title: String, at date: Date) throws {
        try file?.append(.invite(sipCallID: sipCallID, dialed: dialed, caller: caller, at: date))
        counts[sipCallID, default: 0] += 1
        if calls[sipCallID] != nil {
            change(sipCallID) { $0.invites.append(date) }
            return
        }
        order.append(sipCallID)
        let call = LabCall(sipCallID: sipCallID, dialed: dialed, caller: caller, title: title, invitedAt: date)
        calls[sipCallID] = call
        forgetOldest()
        tell(call)
    }

    func change(_ sipCallID: String, _ update: @Sendable (inout LabCall) -> Void) {
        guard var call = calls[sipCallID] else { return }
        update(&call)
        calls[sipCallID] = call
        tell(call)
    }

    /// The call is over; what is known of it goes to the file.
    func end(_ sipCallID: String, _ ending: LabCall.Ending, at date: Date) throws {
        change(sipCallID) { call in
            call.ending = ending
            call.endedAt = date
        }
        if let call = calls[sipCallID] { try file?.append(.ended(call: call)) }
    }

    private func tell(_ call: LabCall) {
        for follower in followers.withLock({ Array($0.values) }) { follower.yield(call) }
    }

    private func forgetOldest() {
        guard order.count > Self.detailLimit, let oldest = order.firstIndex(where: { calls[$0]?.endedAt != nil }) else {
            return
        }
        calls[order.remove(at: oldest)] = nil
    }
}
