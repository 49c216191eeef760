import Calls
import Engine
import FoundationEssentials
import Hummingbird

/// A batch as our own API writes it, with what is counted at this moment. Every member is always there.
struct NativeBatch: ResponseEncodable, Sendable {
    let id: String
    let name: String
    let mode: CallMode
    let door: String
    let agentId: String
    let status: BatchStatus
    /// Why it stands still, is being stopped, or was.
    @Nullable var reason: Reason?
    let settings: NativeBatchSettings.Document
    @Nullable var redialOf: String?
    let createdAt: String
    @Nullable var startedAt: String?
    @Nullable var endedAt: String?
    let counts: Counts
    /// Why the last call of each contact that is done ended, by the words of `end_reason`.
    let endReasons: [String: Int]
    /// 0 to 1; `null` while nobody was called to the end.
    @Nullable var successRate: Double?
    /// 0 to 1; `null` while nobody was talked to.
    @Nullable var goalRate: Double?
    /// In the last minute.
    let callsPerMinute: Int
    /// By the pace alone; `null` if nothing is left to dial, or nothing is being dialed.
    @Nullable var estimatedFinish: String?
    let cost: NativeMoney

    struct Reason: Encodable, Sendable {
        let kind: BatchReason.Kind
        let text: String
    }

    struct Counts: Encodable, Sendable {
        let total: Int
        let queued: Int
        let dialing: Int
        let connected: Int
        let completed: Int
        let failed: Int
        let skipped: Int
        let canceled: Int
        let goalsMet: Int
        let calls: Int
    }

    init(_ progress: BatchProgress, at now: Date) {
        let (batch, counted) = (progress.batch, progress.counts)
        id = batch.id.description
        name = batch.name
        mode = batch.mode
        door = batch.door
        agentId = batch.settings.agent.description
        status = batch.status
        reason = batch.reason.map { Reason(kind: $0.kind, text: $0.words) }
        settings = NativeBatchSettings.Document(batch.settings)
        redialOf = batch.redialOf?.description
        createdAt = Timestamp.text(batch.createdAt)
        startedAt = batch.startedAt.map(Timestamp.text)
        endedAt = batch.endedAt.map(Timestamp.text)
        counts = Counts(
            total: counted.total,
            queued: counted.queued,
            dialing: counted.dialing,
            connected: counted.connected,
            completed: counted.completed,
            failed: counted.failed,
            skipped: counted.skipped,
            canceled: counted.canceled,
            goalsMet: counted.goalsMet,
            calls: counted.calls
        )
        endReasons = Dictionary(uniqueKeysWithValues: counted.endReasons.map { ($0.rawValue, $1) })
        successRate = counted.successRate
        goalRate = counted.goalRate
        callsPerMinute = counted.callsLastMinute
        let isGoingOn = batch.status == .running || batch.status == .scheduled
        estimatedFinish =
            isGoingOn
            ? counted.estimatedFinish(by: batch.settings, nextSlot: batch.nextSlot, at: now).map(Timestamp.text) : nil
        cost = NativeMoney(counted.cost)
    }
}

/// A page of batches, newest first. `nextBefore` goes into `before` of the next request; `null` on the last page.
struct NativeBatchPage: Encodable, Sendable {
    let data: [NativeBatch]
    let hasMore: Bool
    @Nullable var nextBefore: String?
}

/// A contact of a batch with its calls.
struct NativeContact: Encodable, Sendable {
    let line: Int
    /// `null` once it is erased.
    @Nullable var phone: String?
    let variables: [String: JSONValue]
    @Nullable var metadata: VerbatimJSON?
    @Nullable var timeZone: String?
    @Nullable var scheduledFor: String?
    let priority: Int
    let state: Contact.State
    /// When its turn may come at the earliest; `null` once it is over.
    @Nullable var dueAt: String?
    @Nullable var endReason: EndReason?
    @Nullable var goal: Goal?
    /// Why it waits or was skipped, in plain words.
    @Nullable var note: String?
    /// Oldest first.
    let calls: [Outcome]

    /// What became of one call.
    struct Outcome: Encodable, Sendable {
        let id: String
        let attempt: Int
        let status: CallStatus
        @Nullable var endReason: EndReason?
        let reached: Reached
        let goal: Goal
        let from: String
        @Nullable var duration: Int?
        let cost: NativeMoney
        let createdAt: String
        @Nullable var endedAt: String?
    }

    init(_ contact: Contact, calls: [Call]) {
        line = contact.line
        phone = contact.listed.phone == .erased ? nil : contact.listed.phone.description
        variables = contact.listed.variables
        metadata = contact.listed.metadata.map(VerbatimJSON.init)
        timeZone = contact.listed.timeZone
        scheduledFor = contact.listed.scheduledFor.map(Timestamp.text)
        priority = contact.listed.priority
        state = contact.state
        dueAt = contact.state.isFinal ? nil : Timestamp.text(contact.dueAt)
        endReason = contact.endReason
        goal = contact.goal
        note = contact.note
        self.calls = calls.map { call in
            Outcome(
                id: call.id.description,
                attempt: call.request.batch?.attempt ?? 1,
                status: call.lifecycle.status,
                endReason: call.lifecycle.ending?.reason,
                reached: call.reached,
                goal: call.goal,
                from: call.callerID.description,
                duration: call.duration,
                cost: NativeMoney(call.cost),
                createdAt: Timestamp.text(call.createdAt),
                endedAt: (call.lifecycle.ending?.at).map(Timestamp.text)
            )
        }
    }
}

/// A page of contacts in the order of the list. `nextAfter` goes into `after` of the next request; `null` on the last page.
struct NativeContactPage: Encodable, Sendable {
    let data: [NativeContact]
    let hasMore: Bool
    @Nullable var nextAfter: Int?
}
