import Calls
import FoundationEssentials

/// The body of `POST /v1/agents`: the page “Create Agent”. It takes camelCase, although what it answers is snake_case.
struct TelzinoNewAgent: Sendable {
    let name: String
    private let organization: UUID
    private let description: String
    private let greeting: String
    private let prompt: String
    private let language: String?
    private let records: Bool?
    /// The name of a voice, which need not be one of ours.
    let voice: String?
    private let kept: [String: JSONValue]

    /// What is given back and not used. The models are the server's, whatever a client asks for.
    private static let keptFields = [
        "agentType", "model", "voiceModel", "sttModel", "ttsModel", "voiceSettings", "config", "extensions",
        "integrations",
        "transferEnabled",
    ]

    init(_ body: JSONObjectBody) throws {
        name = try body.telzinoText("name", upTo: 255, isRequired: true) ?? ""
        guard let id = try body.string("organizationId") else { throw RequestProblem.missingField("organizationId") }
        organization = try Self.organization(id, named: "organizationId")
        description = try body.string("description") ?? ""
        greeting = try body.string("greetingMessage") ?? ""
        prompt = try body.string("systemPrompt") ?? ""
        language = try body.string("language")
        let config = try body.nested("config", accepting: nil)
        records = try config?.truth("enable_recording") ?? body.truth("enableRecording")
        let voiceSettings = try body.nested("voiceSettings", accepting: nil)
        voice = try voiceSettings?.string("voice_id") ?? voiceSettings?.string("voiceId")
        kept = try Self.keptFields.reduce(into: [:]) { $0[$1] = try body.value($1) }
    }

    /// The body of `POST /v1/organizations/{organization_id}/agents`: a title and little else.
    init(titled body: JSONObjectBody, organization id: String) throws {
        name = try body.telzinoText("title", upTo: 255, isRequired: true) ?? ""
        organization = try Self.organization(id, named: "organization_id")
        description = try body.telzinoText("description", upTo: 1000) ?? ""
        (greeting, prompt, language, records, voice) = ("", "", nil, nil, nil)
        kept = try ["externalId": body.telzinoText("external_id", upTo: 255).map(JSONValue.string)].compactMapValues {
            $0
        }
    }

    func fill(_ agent: inout Agent) {
        agent.description = description
        agent.greeting = greeting
        agent.instructions = prompt
        // The vendor asks for a name alone; whoever speaks has to know at least that.
        if prompt.allSatisfy(\.isWhitespace) { agent.persona = "You are \(name)." }
        agent.language = language ?? agent.language
        agent.settings.record = records ?? agent.settings.record
        TelzinoAttributes.keep(kept, organization: organization, in: &agent)
    }

    private static func organization(_ text: String, named name: String) throws(RequestProblem) -> UUID {
        guard let id = UUID(uuidString: text) ?? Project.ID(text)?.uuid else {
            throw .invalidField(name, message: "expected a UUID, got \(text.debugDescription)")
        }
        return id
    }
}

extension JSONObjectBody {
    fileprivate func telzinoText(
        _ name: String,
        upTo limit: Int,
        isRequired: Bool = false
    ) throws(RequestProblem) -> String? {
        let text = isRequired ? try required(name) : try string(name)
        guard let text, text.unicodeScalars.count > limit else { return text }
        throw .invalidField(name, message: "may have \(limit) characters, got \(text.unicodeScalars.count)")
    }
}
