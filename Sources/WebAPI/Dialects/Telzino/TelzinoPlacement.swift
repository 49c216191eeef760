import Calls
import Engine
import FoundationEssentials

/// The body of `POST …/outbound-calls`: the page “Create Outbound Call”. Members that it does not name are not looked at.
enum TelzinoPlacement {
    /// Characters, taken as Unicode scalars.
    static let contextLimit = 4000
    /// Bytes of UTF-8, without white space and escapes that need not be there.
    static let metadataLimit = 16 * 1024
    /// Seconds: “rang for ~45 seconds”.
    static let ringTimeout = 45

    static func read(_ body: JSONObjectBody, agent: Agent.ID, key: APIKey) throws -> CallControl.Placement {
        guard let destination = try body.phoneNumber("to_number") else {
            throw RequestProblem.missingField("to_number")
        }
        var request = CallRequest(
            destination: destination,
            mode: key.mode,
            metadata: try metadata(in: body),
            callbackURL: try body.string("callback_url"),
            ringTimeout: ringTimeout
        )
        request.door = TelzinoDialect.name
        request.key = key.id
        // The vendor has no variables: braces are nothing it asks a value for.
        request.placeholders = .optional
        // “If voicemail … picks up, the call is treated as answered … the agent will speak to the recording.”
        request.voicemailAction = .talk
        if let context = try context(in: body) {
            request.instructions = CallRequest.Instructions(text: context, mode: .append)
        }
        return CallControl.Placement(agent: agent.description, from: nil, request: request)
    }

    private static func context(in body: JSONObjectBody) throws -> String? {
        guard let context = try body.string("call_context") else { return nil }
        let length = context.unicodeScalars.count
        guard length <= contextLimit else {
            throw RequestProblem.invalidField(
                "call_context",
                message: "may have \(contextLimit) characters, got \(length)"
            )
        }
        return context
    }

    private static func metadata(in body: JSONObjectBody) throws -> String? {
        // Six bytes is the most that an escape takes for what is one byte.
        guard let text = try body.objectText("metadata", limit: 6 * metadataLimit) else { return nil }
        let length = try compactLength(of: text)
        guard length <= metadataLimit else {
            throw RequestProblem.invalidField("metadata", message: "may have \(metadataLimit) bytes, got \(length)")
        }
        return text
    }

    /// As clients write the same object differently, what counts is what is in it.
    private static func compactLength(of text: String) throws -> Int {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        return min(text.utf8.count, try encoder.encode(value).count)
    }
}
