import Calls
import Engine
import FoundationEssentials

/// The body of `POST /v1/calls`.
enum AitelierPlacement {
    /// "5 calls per minute dispatch rate", says the page: later ones wait.
    static let dialsPerMinute = 5
    /// In bytes.
    private static let metadataLimit = 16 * 1024
    /// A time that is past by no more than this counts as now, in seconds.
    private static let lateness: TimeInterval = 60

    static func read(_ body: JSONObjectBody, key: APIKey, now: Date) throws -> CallControl.Placement {
        let scenario = try body.required("scenario")
        guard let destination = try body.phoneNumber("phone") else { throw RequestProblem.missingField("phone") }
        let metadata = try body.object("metadata") ?? [:]
        let scheduledFor = try body.date("scheduled_for")
        if let scheduledFor, scheduledFor < now - lateness {
            throw RequestProblem.invalidField("scheduled_for", message: "already past")
        }
        var request = CallRequest(
            destination: destination,
            mode: key.mode,
            variables: metadata.reduce(into: [:]) { variables, member in
                // A scenario reads `session.metadata.<key>`.
                for name in ["session.metadata.", "metadata.", ""] { variables[name + member.key] = member.value }
            },
            metadata: try body.objectText("metadata", limit: metadataLimit),
            scheduledFor: scheduledFor
        )
        request.door = AitelierDialect.name
        request.key = key.id
        request.placeholders = .optional
        request.dialsPerMinute = dialsPerMinute
        request.voicemailAction = .hangUp
        return CallControl.Placement(agent: scenario, from: nil, request: request)
    }
}
