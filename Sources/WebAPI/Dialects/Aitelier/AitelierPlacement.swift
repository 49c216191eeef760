import Calls
import Engine
import FoundationEssentials

/// The body of `POST /v1/calls`.
enum AitelierPlacement {
    /// "5 calls per minute dispatch rate", says the page: later ones wait.
    static let dialsPerMinute = 5
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
            variables: variables(metadata),
            metadata: try body.objectText("metadata"),
            scheduledFor: scheduledFor
        )
        request.door = AitelierDialect.name
        request.key = key.id
        request.placeholders = .optional
        request.dialsPerMinute = dialsPerMinute
        request.voicemailAction = .hangUp
        return CallControl.Placement(agent: scenario, from: nil, request: request)
    }

    /// A scenario reads `session.metadata.<key>`, and members of members with further dots. The shorter names are for agents that were not
    /// written for this door.
    static func variables(_ metadata: [String: JSONValue]) -> [String: JSONValue] {
        var variables: [String: JSONValue] = [:]
        for (path, value) in leaves(of: metadata) {
            for prefix in ["session.metadata.", "metadata.", ""] { variables[prefix + path] = value }
        }
        return variables
    }

    /// Every member by its path, objects within the object too.
    private static func leaves(of object: [String: JSONValue]) -> [(path: String, value: JSONValue)] {
        object.flatMap { name, value -> [(path: String, value: JSONValue)] in
            guard case .object(let inner) = value else { return [(name, value)] }
            return [(name, value)] + leaves(of: inner).map { ("\(name).\($0.path)", $0.value) }
        }
    }
}
