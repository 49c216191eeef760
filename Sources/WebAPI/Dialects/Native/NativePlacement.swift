import Calls
import Engine
import FoundationEssentials
import Hummingbird

/// The body of `POST /v1/calls`.
enum NativePlacement {
    static let fields = [
        "agent", "to", "from", "variables", "metadata", "callback_url", "scheduled_for", "expires_at", "ring_timeout",
        "max_duration",
    ]

    /// The most that `metadata` may have, in bytes.
    static let metadataLimit = 16 * 1024

    static func read(_ body: JSONObjectBody, mode: CallMode) throws -> CallControl.Placement {
        let agent = try body.required("agent")
        guard let destination = try body.phoneNumber("to") else { throw RequestProblem.missingField("to") }
        return CallControl.Placement(
            agent: agent,
            from: try body.phoneNumber("from"),
            request: CallRequest(
                destination: destination,
                mode: mode,
                variables: try body.object("variables") ?? [:],
                metadata: try metadata(in: body),
                callbackURL: try body.string("callback_url"),
                scheduledFor: try body.date("scheduled_for"),
                expiresAt: try body.date("expires_at"),
                ringTimeout: try body.integer("ring_timeout", in: 5...120),
                maxDuration: try body.integer("max_duration", in: 10...7200)
            )
        )
    }

    private static func metadata(in body: JSONObjectBody) throws -> String? {
        guard let text = body.text("metadata") else { return nil }
        guard text.hasPrefix("{") else {
            throw RequestProblem.invalidField("metadata", message: "expected an object: {…}")
        }
        guard text.utf8.count <= metadataLimit else {
            throw RequestProblem.invalidField(
                "metadata",
                message: "may have \(metadataLimit) bytes, got \(text.utf8.count)"
            )
        }
        return text
    }
}
