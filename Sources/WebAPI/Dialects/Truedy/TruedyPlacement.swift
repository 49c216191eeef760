import Calls
import Engine

/// The body of `POST /calls`.
enum TruedyPlacement {
    static func read(_ body: JSONObjectBody, key: APIKey) throws -> CallControl.Placement {
        let agent = try body.required("agent_id")
        guard let destination = try body.phoneNumber("phone_number") else {
            throw RequestProblem.missingField("phone_number")
        }
        if let direction = try body.string("direction"), direction != "outbound" {
            throw RequestProblem.invalidField("direction", message: "only outbound calls can be placed")
        }
        let given = try body.object("variables") ?? [:]
        let settings = try body.nested("call_settings", accepting: nil)
        var request = CallRequest(
            destination: destination,
            mode: key.mode,
            variables: try given.reduce(into: [:]) { $0[$1.key] = .string(try text($1.value, of: $1.key)) },
            ringTimeout: try settings?.truedySeconds("join_timeout", below: "call_settings."),
            maxDuration: try settings?.truedySeconds("max_duration", below: "call_settings.")
        )
        request.door = TruedyDialect.name
        request.key = key.id
        request.placeholders = .optional
        request.attributes = ["variables": .object(given)]
        request.greeting = try settings?.string("greeting", upTo: Agent.textLimit)
        request.record = try settings?.truth("recording_enabled") ?? true
        request.transcribe = try settings?.truth("transcription_enabled") ?? true
        return CallControl.Placement(agent: agent, from: try body.phoneNumber("from_number"), request: request)
    }

    /// Values are treated as strings.
    static func text(_ value: JSONValue, of name: String) throws(RequestProblem) -> String {
        switch value {
        case .null: ""
        case .bool(let value): "\(value)"
        case .integer, .number, .string: value.spoken
        case .array, .object:
            throw .invalidField("variables.\(name)", message: "expected a string, a number or a truth value")
        }
    }
}

extension JSONObjectBody {
    /// Reads a time like `"30s"`, in seconds. Complaints name it below `object`.
    func truedySeconds(_ name: String, below object: String = "") throws(RequestProblem) -> Int? {
        guard let text = try string(name) else { return nil }
        guard text.hasSuffix("s"), (2...6).contains(text.utf8.count), let seconds = Int(text.dropLast()), seconds >= 0,
            text.first != "+"
        else {
            throw .invalidField(
                object + name,
                message: "expected seconds like \"30s\", got \(text.debugDescription)"
            )
        }
        return seconds
    }
}
