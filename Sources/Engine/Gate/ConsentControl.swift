package import Calls
package import FoundationEssentials
import Storage

/// Proof of who agreed to be called: recorded, looked up, revoked. Only an erasure of the number removes a record.
package struct ConsentControl: Sendable {
    /// What is recorded.
    package struct Entry: Sendable, Hashable {
        package var number: PhoneNumber
        package var text: String
        package var source: String
        package var givenBy: String?
        package var givenAt: Date
        package var expiresAt: Date?

        package init(
            number: PhoneNumber,
            text: String,
            source: String,
            givenBy: String?,
            givenAt: Date,
            expiresAt: Date?
        ) {
            self.number = number
            self.text = text
            self.source = source
            self.givenBy = givenBy
            self.givenAt = givenAt
            self.expiresAt = expiresAt
        }
    }

    /// In bytes, of each text.
    package static let textLimit = 8 * 1024

    let store: ConsentStore
    let now: @Sendable () -> Date

    package func record(_ entry: Entry, by author: String, project: Project.ID) async throws -> Consent {
        let now = now()
        for (field, text) in [("text", entry.text), ("source", entry.source), ("given_by", entry.givenBy ?? "")]
        where text.utf8.count > Self.textLimit {
            throw Refusal.invalid(field: field, message: "may have \(Self.textLimit) bytes")
        }
        guard entry.givenAt <= now else { throw Refusal.invalid(field: "given_at", message: "Not past yet") }
        if let expiresAt = entry.expiresAt, expiresAt <= entry.givenAt {
            throw Refusal.invalid(field: "expires_at", message: "Not after 'given_at'")
        }
        let consent = Consent(
            id: Consent.ID(bornAt: now),
            number: entry.number,
            text: entry.text,
            source: entry.source,
            givenBy: entry.givenBy,
            givenAt: entry.givenAt,
            expiresAt: entry.expiresAt,
            recordedBy: author,
            createdAt: now
        )
        do {
            try await store.add(consent, project: project)
        } catch is DatabaseOverloaded {
            throw Refusal.overloaded
        }
        return consent
    }

    package func consent(_ id: Consent.ID, project: Project.ID) async throws -> Consent {
        guard let consent = try await store.consent(id, project: project) else { throw Refusal.unknownConsent }
        return consent
    }

    /// The newest record first.
    package func consents(
        number: PhoneNumber?,
        before: Consent.ID?,
        limit: Int,
        project: Project.ID
    ) async throws -> (consents: [Consent], hasMore: Bool) {
        let found = try await store.consents(number: number, before: before, limit: limit + 1, project: project)
        return (Array(found.prefix(limit)), found.count > limit)
    }

    /// From now on it is good for nothing.
    package func revoke(_ id: Consent.ID, project: Project.ID) async throws -> Consent {
        guard let consent = try await store.revoke(id, project: project, at: now()) else {
            throw Refusal.unknownConsent
        }
        return consent
    }
}
