package import Calls
import Digests
import FoundationEssentials
import Storage

extension CallControl {
    /// A client's name for one request, which it may send again when it does not know what became of it. Each door has its own: a
    /// reply in one door's words is no answer at another.
    package struct IdempotencyKey: Sendable, Hashable {
        /// What becomes of another request under the same name.
        package enum Mismatch: Sendable, Hashable {
            /// `Refusal.idempotencyKeyReused`.
            case refused
            /// It gets the first answer, and no call is made.
            case answeredAsBefore
            /// It is carried out as if it had no key; the first answer stays the one that is kept.
            case carriedOut
        }

        let name: String
        let fingerprint: String
        let mismatch: Mismatch

        /// `request` is everything that was asked.
        package init(_ name: String, door: String, request: String, mismatch: Mismatch = .refused) {
            // Keys that were stored before there were other doors have no prefix.
            self.name = door == CallRequest.nativeDoor ? name : "\(door)/\(name)"
            fingerprint = SHA256.hexadecimal(request)
            self.mismatch = mismatch
        }

        /// How long a key stands for its request.
        static let keptFor: TimeInterval = 24 * 60 * 60

        /// Whether what was answered to the request of this `fingerprint` is the answer to this one too. Throws `Refusal.idempotencyKeyReused`.
        func isAnswered(byThatOf fingerprint: String) throws(Refusal) -> Bool {
            if fingerprint == self.fingerprint { return true }
            switch mismatch {
            case .refused: throw .idempotencyKeyReused
            case .answeredAsBefore: return true
            case .carriedOut: return false
            }
        }
    }

    /// What the maker of a call is answered.
    package struct Reply: Sendable, Hashable {
        package var call: Call.ID
        /// Of HTTP.
        package var status: Int
        package var body: String
        /// It was answered before, and no call was made now.
        package var isRepeated: Bool
    }

    /// What was answered under `key` within a day: the request was carried out then and need not be looked at again. Nil if there is no
    /// such answer, or it does not stand for this request. Throws `Refusal.idempotencyKeyReused`.
    package func reply(to key: IdempotencyKey, project: Project.ID) async throws -> Reply? {
        try await floor.store.reply(to: key.name, since: since, project: project).flatMap { try reply($0, key) }
    }

    /// Like `place`, once for each key: repeated within a day, a request is answered as it was the first time. `answer` words that for a new
    /// call; it is stored with the call, both or none. What was refused leaves no trace and may be sent again under the same key.
    package func place(
        _ placement: Placement,
        under key: IdempotencyKey,
        project: Project.ID,
        answer: (Call) throws -> (status: Int, body: String)
    ) async throws -> Reply {
        if let earlier = try await reply(to: key, project: project) { return earlier }
        let (call, version, decision) = try await newCall(placement, project: project)
        try decision.refuseIfBlocked()
        let (status, body) = try answer(call)
        let events = [CallEvent.status(of: call, at: call.createdAt)]
        do {
            let earlier = try await floor.store.add(
                call,
                version: version,
                events: events,
                decision: decision,
                answering: IdempotentReply(
                    key: key.name,
                    fingerprint: key.fingerprint,
                    call: call.id,
                    status: status,
                    body: body
                ),
                since: since
            )
            if let earlier {
                if let reply = try reply(earlier, key) { return reply }
                try await floor.store.add(call, version: version, events: events, decision: decision)
            }
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        } catch let shortfall as Shortfall {
            throw Refusal(shortfall)
        }
        wasPlaced(call)
        return Reply(call: call.id, status: status, body: body, isRepeated: false)
    }

    private var since: Date { floor.timing.now() - IdempotencyKey.keptFor }

    private func reply(_ earlier: IdempotentReply, _ key: IdempotencyKey) throws -> Reply? {
        guard try key.isAnswered(byThatOf: earlier.fingerprint) else { return nil }
        guard !earlier.body.isEmpty else { throw Refusal.callErased }
        return Reply(call: earlier.call, status: earlier.status, body: earlier.body, isRepeated: true)
    }
}
