package import FoundationEssentials

/// Proof that somebody agreed to be called.
package struct Consent: Sendable, Hashable, Codable, Identified {
    package typealias ID = Identifier<Consent>
    package static let identifierPrefix = "cons"

    package let id: ID
    package var number: PhoneNumber
    /// What was agreed to, in the words that were shown or read.
    package var text: String
    /// Where it was given: a form's address, a contract, a recording.
    package var source: String
    /// Who gave it, by name. Nil if nobody asked.
    package var givenBy: String?
    package var givenAt: Date
    /// No longer good from then on. Nil if it does not end by itself.
    package var expiresAt: Date?
    package var revokedAt: Date?
    /// The key that recorded it.
    package var recordedBy: String
    package var createdAt: Date

    package init(
        id: ID,
        number: PhoneNumber,
        text: String,
        source: String,
        givenBy: String? = nil,
        givenAt: Date,
        expiresAt: Date? = nil,
        revokedAt: Date? = nil,
        recordedBy: String,
        createdAt: Date
    ) {
        self.id = id
        self.number = number
        self.text = text
        self.source = source
        self.givenBy = givenBy
        self.givenAt = givenAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.recordedBy = recordedBy
        self.createdAt = createdAt
    }

    package func isGood(at now: Date) -> Bool {
        guard revokedAt == nil, givenAt <= now else { return false }
        return expiresAt.map { now < $0 } ?? true
    }
}
