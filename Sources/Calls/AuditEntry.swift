package import FoundationEssentials

/// One thing that somebody did at the pages of the server, or tried to.
package struct AuditEntry: Sendable, Hashable, Identified {
    package typealias ID = Identifier<AuditEntry>
    package static let identifierPrefix = "aud"

    package enum Action: String, Sendable, Hashable, CaseIterable {
        case signedIn = "signed_in"
        case signInFailed = "sign_in_failed"
        case signedOut = "signed_out"
        case choseRole = "chose_role"
        case chosePassword = "chose_password"
        case invitedUser = "invited_user"
        case disabledUser = "disabled_user"
        case enabledUser = "enabled_user"
        case placedCall = "placed_call"
        case endedCall = "ended_call"
        case saidOnCall = "said_on_call"
        case listenedToCall = "listened_to_call"
        case labelledCall = "labelled_call"
        case sentWebhookAgain = "sent_webhook_again"
        case savedAgent = "saved_agent"
        case removedAgent = "removed_agent"
        case madeKey = "made_key"
        case rotatedKey = "rotated_key"
        case revokedKey = "revoked_key"
        case madeEndpoint = "made_endpoint"
        case changedEndpoint = "changed_endpoint"
        case rotatedEndpointSecret = "rotated_endpoint_secret"
        case triedEndpoint = "tried_endpoint"
        case removedEndpoint = "removed_endpoint"
        case addedNumber = "added_number"
        case removedNumber = "removed_number"
        case stoppedNumber = "stopped_number"
        case freedNumber = "freed_number"
        case pausedBatch = "paused_batch"
        case resumedBatch = "resumed_batch"
        case canceledBatch = "canceled_batch"
        case launchedBatch = "launched_batch"
    }

    package let id: ID
    package let project: Project.ID
    /// Nil for a sign-in under a name that nobody has.
    package let user: User.ID?
    /// The name of the user, or the one that was tried.
    package let name: String
    package let action: Action
    /// What it was done to: an identifier, a number, a name.
    package let subject: String?
    /// More about it, in a few words.
    package let detail: String?
    /// Where the request came from.
    package let address: String?
    package let at: Date

    package init(
        id: ID,
        project: Project.ID,
        user: User.ID?,
        name: String,
        action: Action,
        subject: String?,
        detail: String?,
        address: String?,
        at: Date
    ) {
        self.id = id
        self.project = project
        self.user = user
        self.name = name
        self.action = action
        self.subject = subject
        self.detail = detail
        self.address = address
        self.at = at
    }
}
