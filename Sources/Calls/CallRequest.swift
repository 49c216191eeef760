package import FoundationEssentials

/// What a customer asked for, checked, in no vendor's words.
package struct CallRequest: Sendable, Hashable {
    package var destination: PhoneNumber
    package var mode: CallMode
    /// Names the door it came through: the call's webhooks speak that door's language.
    package var door: String = Self.nativeDoor
    /// The key it came with.
    package var key: APIKey.ID?
    /// Fills the agent's `{{variables}}`.
    package var variables: [String: JSONValue]
    /// What a placeholder without a value reads as.
    package var placeholders = Placeholders.required
    /// What the agent is to know: a JSON object as received, echoed byte for byte. Its members are variables too, after `variables`.
    package var context: String?
    /// JSON text as received, echoed byte for byte. Nil if none was given.
    package var metadata: String?
    package var callbackURL: String?
    package var scheduledFor: Date?
    package var expiresAt: Date?
    /// Higher ones are dialed first. 0 unless given.
    package var priority = 0
    /// How many calls of its project that bring this number along may be dialed per minute; they wait, and are never refused. What the
    /// project's policy says goes before.
    package var dialsPerMinute: Int?
    /// Where the callee's clock is, if whoever placed the call knows: an IANA name. Nil: from the number.
    package var timeZone: String?
    package var origin = CallOrigin.single
    /// Which call of a batch it is. Nil unless `origin` says so.
    package var batch: BatchCall?
    /// Overrides the agent's, in seconds.
    package var ringTimeout: Int?
    /// Overrides the agent's, in seconds.
    package var maxDuration: Int?
    package var instructions: Instructions?
    /// Said first, in place of the agent's greeting.
    package var greeting: String?
    package var record: Bool?
    /// Whether what is said is kept. True unless given.
    package var transcribe = true
    package var voicemailAction: Agent.Voicemail.Action?
    /// The fields that are to be found out, in place of the agent's.
    package var returns: [String: JSONValue]?
    /// BCP 47, in place of the agent's.
    package var language: String?
    /// What is to go wrong in it on purpose: calls of the phone lab only.
    package var faults: Faults?
    /// What the door keeps for its client: stored and given back, read by nobody else.
    package var attributes: [String: JSONValue] = [:]

    /// Our own API.
    package static let nativeDoor = "native"

    package init(
        destination: PhoneNumber,
        mode: CallMode,
        variables: [String: JSONValue] = [:],
        metadata: String? = nil,
        callbackURL: String? = nil,
        scheduledFor: Date? = nil,
        expiresAt: Date? = nil,
        ringTimeout: Int? = nil,
        maxDuration: Int? = nil
    ) {
        self.destination = destination
        self.mode = mode
        self.variables = variables
        self.metadata = metadata
        self.callbackURL = callbackURL
        self.scheduledFor = scheduledFor
        self.expiresAt = expiresAt
        self.ringTimeout = ringTimeout
        self.maxDuration = maxDuration
    }

    /// What to do, for one call.
    package struct Instructions: Sendable, Hashable, Codable {
        package enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
            /// After the agent's own.
            case append
            /// Instead of the agent's own.
            case replace
        }

        package var text: String
        package var mode: Mode

        package init(text: String, mode: Mode) {
            self.text = text
            self.mode = mode
        }
    }

    package enum Placeholders: String, Sendable, Hashable, Codable, CaseIterable {
        /// The request is refused.
        case required
        /// As nothing.
        case optional
    }

    /// `agent` as this request has it speak.
    package func applied(to agent: Agent) -> Agent {
        var agent = agent
        agent.greeting = greeting ?? agent.greeting
        agent.settings.record = record ?? agent.settings.record
        agent.voicemail.action = voicemailAction ?? agent.voicemail.action
        agent.returns = returns ?? agent.returns
        agent.language = language ?? agent.language
        switch instructions?.mode {
        case .replace?: agent.instructions = instructions?.text ?? ""
        case .append?:
            let parts = [agent.instructions, instructions?.text ?? ""]
            agent.instructions = parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
        case nil: break
        }
        return agent
    }

    /// The same without anything about the callee, or that a customer wrote for this one callee: what is left is for counting.
    package var erased: CallRequest {
        var request = CallRequest(
            destination: .erased,
            mode: mode,
            scheduledFor: scheduledFor,
            expiresAt: expiresAt,
            ringTimeout: ringTimeout,
            maxDuration: maxDuration
        )
        request.door = door
        request.key = key
        request.placeholders = placeholders
        request.priority = priority
        request.dialsPerMinute = dialsPerMinute
        request.record = record
        request.transcribe = transcribe
        request.voicemailAction = voicemailAction
        request.origin = origin
        request.batch = batch
        request.faults = faults
        return request
    }

    /// Every value a placeholder of `agent` can have: the agent's defaults, then what was fetched before the call, then the context, then what was
    /// given for this call.
    package func values(for agent: Agent, fetched: [String: JSONValue] = [:]) -> [String: JSONValue] {
        agent.defaults.merging(fetched) { $1 }.merging(contextMembers) { $1 }.merging(variables) { $1 }
    }

    private var contextMembers: [String: JSONValue] {
        guard let context,
            case .object(let members)? = try? JSONDecoder().decode(JSONValue.self, from: Data(context.utf8))
        else { return [:] }
        return members
    }
}

// Written by hand, because calls are kept: what an older version did not store has its default.
extension CallRequest: Codable {
    private enum Key: String, CodingKey {
        case destination, mode, door, key, variables, placeholders, context, metadata, callbackURL, scheduledFor
        case expiresAt, priority, dialsPerMinute, ringTimeout, maxDuration, instructions, greeting, record, transcribe
        case voicemailAction, returns, language, attributes, timeZone, origin, batch, faults
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            destination: try values.decode(PhoneNumber.self, forKey: .destination),
            mode: try values.decode(CallMode.self, forKey: .mode),
            variables: try values.decode([String: JSONValue].self, forKey: .variables),
            metadata: try values.decodeIfPresent(String.self, forKey: .metadata),
            callbackURL: try values.decodeIfPresent(String.self, forKey: .callbackURL),
            scheduledFor: try values.decodeIfPresent(Date.self, forKey: .scheduledFor),
            expiresAt: try values.decodeIfPresent(Date.self, forKey: .expiresAt),
            ringTimeout: try values.decodeIfPresent(Int.self, forKey: .ringTimeout),
            maxDuration: try values.decodeIfPresent(Int.self, forKey: .maxDuration)
        )
        door = try values.decodeIfPresent(String.self, forKey: .door) ?? door
        key = try values.decodeIfPresent(APIKey.ID.self, forKey: .key)
        placeholders = try values.decodeIfPresent(Placeholders.self, forKey: .placeholders) ?? placeholders
        context = try values.decodeIfPresent(String.self, forKey: .context)
        priority = try values.decodeIfPresent(Int.self, forKey: .priority) ?? priority
        dialsPerMinute = try values.decodeIfPresent(Int.self, forKey: .dialsPerMinute)
        instructions = try values.decodeIfPresent(Instructions.self, forKey: .instructions)
        greeting = try values.decodeIfPresent(String.self, forKey: .greeting)
        record = try values.decodeIfPresent(Bool.self, forKey: .record)
        transcribe = try values.decodeIfPresent(Bool.self, forKey: .transcribe) ?? transcribe
        voicemailAction = try values.decodeIfPresent(Agent.Voicemail.Action.self, forKey: .voicemailAction)
        returns = try values.decodeIfPresent([String: JSONValue].self, forKey: .returns)
        language = try values.decodeIfPresent(String.self, forKey: .language)
        attributes = try values.decodeIfPresent([String: JSONValue].self, forKey: .attributes) ?? attributes
        timeZone = try values.decodeIfPresent(String.self, forKey: .timeZone)
        origin = try values.decodeIfPresent(CallOrigin.self, forKey: .origin) ?? origin
        batch = try values.decodeIfPresent(BatchCall.self, forKey: .batch)
        faults = try values.decodeIfPresent(Faults.self, forKey: .faults)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(destination, forKey: .destination)
        try values.encode(mode, forKey: .mode)
        try values.encode(door, forKey: .door)
        try values.encodeIfPresent(key, forKey: .key)
        try values.encode(variables, forKey: .variables)
        try values.encode(placeholders, forKey: .placeholders)
        try values.encodeIfPresent(context, forKey: .context)
        try values.encodeIfPresent(metadata, forKey: .metadata)
        try values.encodeIfPresent(callbackURL, forKey: .callbackURL)
        try values.encodeIfPresent(scheduledFor, forKey: .scheduledFor)
        try values.encodeIfPresent(expiresAt, forKey: .expiresAt)
        try values.encode(priority, forKey: .priority)
        try values.encodeIfPresent(dialsPerMinute, forKey: .dialsPerMinute)
        try values.encodeIfPresent(ringTimeout, forKey: .ringTimeout)
        try values.encodeIfPresent(maxDuration, forKey: .maxDuration)
        try values.encodeIfPresent(instructions, forKey: .instructions)
        try values.encodeIfPresent(greeting, forKey: .greeting)
        try values.encodeIfPresent(record, forKey: .record)
        try values.encode(transcribe, forKey: .transcribe)
        try values.encodeIfPresent(voicemailAction, forKey: .voicemailAction)
        try values.encodeIfPresent(returns, forKey: .returns)
        try values.encodeIfPresent(language, forKey: .language)
        try values.encode(attributes, forKey: .attributes)
        try values.encodeIfPresent(timeZone, forKey: .timeZone)
        try values.encode(origin, forKey: .origin)
        try values.encodeIfPresent(batch, forKey: .batch)
        try values.encodeIfPresent(faults, forKey: .faults)
    }
}
