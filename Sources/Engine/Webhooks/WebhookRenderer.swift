package import Calls
package import FoundationEssentials

/// Writes the body of a webhook: the business of the door through which the call came in.
package protocol WebhookRenderer: Sendable {
    /// JSON in UTF-8. Rendered once, when the event happens; every try sends the same bytes. `certainty` is that of the call's last attempt,
    /// `notSent` if it has none.
    func body(
        for event: CallEvent,
        call: Call,
        certainty: Attempt.Certainty,
        transcript: [TranscriptEntry]
    ) -> Data
}
