import Calls
import Hummingbird

/// One line of a do-not-call list.
struct NativeSuppression: Encodable, Sendable {
    let number: String
    let scope: Suppression.Scope
    let reason: Suppression.Reason
    let note: String
    /// The key or the user who added it, or `call`.
    let addedBy: String
    @Nullable var callId: String?
    let createdAt: String

    init(_ suppression: Suppression) {
        number = suppression.number.description
        scope = suppression.scope
        reason = suppression.reason
        note = suppression.note
        addedBy = suppression.addedBy
        callId = suppression.call?.description
        createdAt = Timestamp.text(suppression.createdAt)
    }
}

/// A page of a list in the order of the numbers. `nextAfter` goes into `after` of the next request; `null` on the last page.
struct NativeSuppressionPage: Encodable, Sendable {
    let data: [NativeSuppression]
    let hasMore: Bool
    @Nullable var nextAfter: String?
}

/// What an import did.
struct NativeSuppressionImport: ResponseEncodable, Sendable {
    /// Numbers that are on the list now and were not before.
    let added: Int
    /// Numbers that were on it already: they keep reason and date.
    let alreadyListed: Int
}
