import Conversation
import Logging
import ServiceLifecycle
import Telephony

/// What the engine needs of the telephone network and of speech, and what must run for both. Lowest dependency first.
struct CallingParts: Sendable {
    let telephone: any Telephone
    let conversations: any ConversationFactory
    let services: [any Service]
}

/// Puts together SIP, media, speech and the phone lab as `settings` say.
func makeTelephony(_ settings: Settings, logger: Logger) async throws -> CallingParts {
    throw Complaint("This build has no telephony")
}

/// What `trunkline doctor` checks of them: SIP and RTP ports, speech models, each trunk by OPTIONS.
func telephonyChecks(_ settings: Settings) -> [Check] {
    []
}
