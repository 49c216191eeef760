import Calls
import Engine
import Hummingbird

/// The body of `POST /v1/calls`, in both of its generations: with an `agent_id`, or, as the vendor's own client for Python writes it,
/// without one but with what such an agent would be.
enum CallingBoxPlacement {
    /// Marks a call that named no agent, in its request's attributes.
    static let agentless = "agentless"

    /// What belongs to the agent and cannot be changed for one call.
    private static let ofTheAgent = [
        "persona", "voice", "language", "returns", "tools", "voicemail_action", "prompt",
    ]

    static func read(_ body: JSONObjectBody, key: APIKey) throws -> CallControl.Placement {
        guard let destination = try body.phoneNumber("to") else { throw RequestProblem.missingField("to") }
        var request = CallRequest(destination: destination, mode: key.mode)
        request.door = CallingBoxDialect.name
        request.key = key.id
        request.placeholders = .optional
        request.callbackURL = try body.string("webhook_url")
        request.context = try body.objectText("context")
        request.metadata = try body.objectText("metadata")
        let from = try body.phoneNumber("from_number")
        guard let agent = try body.string("agent_id") else {
            try readAgentless(body, into: &request)
            return CallControl.Placement(agent: Agent.defaultSlug, from: from, request: request)
        }
        if let field = ofTheAgent.first(where: body.names.contains) {
            throw CallingBoxError.badRequest("\(field) is not accepted on POST /v1/calls; set it on the agent")
        }
        guard let id = Agent.ID(spelled: agent) else { throw CallingBoxError.notFound("agent", agent) }
        request.instructions = try instructions("instructions", in: body)
        return CallControl.Placement(agent: id.description, from: from, request: request)
    }

    private static func readAgentless(_ body: JSONObjectBody, into request: inout CallRequest) throws {
        request.attributes[agentless] = true
        request.instructions = try instructions("prompt", in: body) ?? instructions("instructions", in: body)
        request.returns = try body.object("returns")
        request.language = try body.string("language")
        request.voicemailAction = try CallingBoxVoicemail.action(in: body)
        request.attributes["tools"] = try CallingBoxAgent.tools(in: body)
    }

    private static func instructions(
        _ name: String,
        in body: JSONObjectBody
    ) throws -> CallRequest.Instructions? {
        try body.string(name, upTo: Agent.textLimit).map { CallRequest.Instructions(text: $0, mode: .replace) }
    }
}

/// What is done when a machine answers, in CallingBox's words.
enum CallingBoxVoicemail: String, CaseIterable {
    case hangup
    case leaveMessage = "leave_message"

    init(_ action: Agent.Voicemail.Action) {
        self =
            switch action {
            case .hangUp: .hangup
            // Both keep the line.
            case .leaveMessage, .talk: .leaveMessage
            }
    }

    var action: Agent.Voicemail.Action {
        switch self {
        case .hangup: .hangUp
        case .leaveMessage: .leaveMessage
        }
    }

    static func action(in body: JSONObjectBody) throws -> Agent.Voicemail.Action? {
        try (body.word("voicemail_action") as Self?)?.action
    }
}
