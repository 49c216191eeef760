package import FoundationEssentials

/// One callee's wish to be forgotten by a project, and what was done for it.
package struct Erasure: Sendable, Hashable, Identified {
    package typealias ID = Identifier<Erasure>
    package static let identifierPrefix = "era"

    package let id: ID
    package let project: Project.ID
    /// Whose data it is. Nil once they are gone: the receipt does not keep what it was for.
    package var number: PhoneNumber?
    /// The calls it is about, if not all: a test key erases test calls only.
    package let mode: CallMode?
    package let createdAt: Date
    /// When everything was gone, files included. Nil before.
    package var completedAt: Date?
    package var counts: Counts

    /// How much was erased.
    package struct Counts: Sendable, Hashable, Codable {
        package var calls = 0
        package var transcriptEntries = 0
        package var recordings = 0
        package var sipMessages = 0
        package var events = 0
        package var webhooks = 0
        package var replies = 0

        package init() {}

        package static func += (counts: inout Counts, more: Counts) {
            counts.calls += more.calls
            counts.transcriptEntries += more.transcriptEntries
            counts.recordings += more.recordings
            counts.sipMessages += more.sipMessages
            counts.events += more.events
            counts.webhooks += more.webhooks
            counts.replies += more.replies
        }
    }

    package init(
        id: ID,
        project: Project.ID,
        number: PhoneNumber?,
        mode: CallMode?,
        createdAt: Date,
        completedAt: Date? = nil,
        counts: Counts = Counts()
    ) {
        self.id = id
        self.project = project
        self.number = number
        self.mode = mode
        self.createdAt = createdAt
        self.completedAt = completedAt
        self.counts = counts
    }
}
