/// One thing that an API key may do. A key has a set of them, chosen when it is made.
package enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    /// Place calls, and act on them: cancel, hang up, say something.
    case outboundTrigger = "outbound:trigger"
    /// Look at calls, and follow what happens to them; not what was said.
    case sessionsRead = "sessions:read"
    /// Read and hear what was said: transcripts and recordings.
    case sessionsReadTranscript = "sessions:read:transcript"
    case webhooksManage = "webhooks:manage"
    case agentsManage = "agents:manage"
    case numbersManage = "numbers:manage"
    case batchesManage = "batches:manage"
    /// The list of numbers that must not be called.
    case suppressionManage = "dnc:manage"
    case billingRead = "billing:read"
    case keysManage = "keys:manage"

    package static let all = Set(allCases)
}
