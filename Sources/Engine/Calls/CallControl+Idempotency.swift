package import Calls
import Digests
import FoundationEssentials
import Storage

extension CallControl {
    /// A client's name for one request, which it may send again when it does not know what became of it.
    package struct IdempotencyKey: Sendable, Hashable {
        let name: String
        let fingerprint: String

        /// `request` is everything that was asked: with another one the key is refused.
        package init(_ name: String, request: String) {
            self.name = name
            fingerprint = SHA256.hexadecimal(request)
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

    /// How long a key stands for its request.
    private static let keptFor: TimeInterval = 24 * 60 * 60

    /// Like `place`, once for each key: repeated within a day, a request is answered as it was the first time. `answer` words that for a new
    /// call; it is stored with the call, both or none. What was refused leaves no trace and may be sent again under the same key.
    package func place(
        _ placement: Placement,
        under key: IdempotencyKey,
        project: Project.ID,
        answer: (Call) throws -> (status: Int, body: String)
    ) async throws -> Reply {
        let since = floor.timing.now() - Self.keptFor
        if let earlier = try await floor.store.reply(to: key.name, since: since, project: project) {
            return try repeated(earlier, key)
        }
        let (call, version) = try await newCall(placement, project: project)
        let (status, body) = try answer(call)
        do {
            let earlier = try await floor.store.add(
                call,
                version: version,
                events: [.status(of: call, at: call.createdAt)],
                answering: IdempotentReply(
                    key: key.name,
                    fingerprint: key.fingerprint,
                    call: call.id,
                    status: status,
                    body: body
                ),
                since: since
            )
            if let earlier { return try repeated(earlier, key) }
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
        wasPlaced(call)
        return Reply(call: call.id, status: status, body: body, isRepeated: false)
    }

    private func repeated(_ earlier: IdempotentReply, _ key: IdempotencyKey) throws -> Reply {
        guard earlier.fingerprint == key.fingerprint else { throw Refusal.idempotencyKeyReused }
        return Reply(call: earlier.call, status: earlier.status, body: earlier.body, isRepeated: true)
    }
}
