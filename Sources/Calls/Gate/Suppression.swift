package import FoundationEssentials

/// One line of a do-not-call list: a number that must not be dialed.
package struct Suppression: Sendable, Hashable, Codable {
    /// Which calls it stops.
    package enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
        /// Those of one project.
        case project
        /// Those of every project of this installation.
        case account
    }

    package enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
        /// Whoever was called asked not to be called again.
        case calleeRequest = "callee_request"
        case complaint
        /// The number stands in a public register, such as a national do-not-call registry.
        case registry
        /// The number reaches nobody, or the wrong person.
        case wrongNumber = "wrong_number"
        case other
    }

    package var number: PhoneNumber
    package var scope: Scope
    package var reason: Reason
    /// In the words of whoever added it. Empty if they gave none.
    package var note: String
    /// Who added it: the key or the user, or `call` if the callee said so on the phone.
    package var addedBy: String
    /// On which call the callee asked for it.
    package var call: Call.ID?
    package var createdAt: Date

    package init(
        number: PhoneNumber,
        scope: Scope,
        reason: Reason,
        note: String = "",
        addedBy: String,
        call: Call.ID? = nil,
        createdAt: Date
    ) {
        self.number = number
        self.scope = scope
        self.reason = reason
        self.note = note
        self.addedBy = addedBy
        self.call = call
        self.createdAt = createdAt
    }

    /// What the end of `call` adds to its project's list. Nil unless the callee asked not to be called again.
    package init?(optOutOf call: Call) {
        guard call.optedOut, let ending = call.lifecycle.ending else { return nil }
        self.init(
            number: call.request.destination,
            scope: .project,
            reason: .calleeRequest,
            addedBy: "call",
            call: call.id,
            createdAt: ending.at
        )
    }
}
