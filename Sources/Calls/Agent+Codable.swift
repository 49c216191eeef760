import FoundationEssentials

// Written by hand, because agents are kept for as long as their calls: what an older version did not store has its default.
extension Agent: Codable {
    private enum Key: String, CodingKey {
        case id, slug, name, description, status, direction, voice, language, numbers, callerIDChoice, greeting, goodbye
        case tools, toolServers, transfers, prefetch
        case persona, instructions, flow, model, returns, voicemail, answering, disclosure, webhookURL, defaults,
            settings,
            attributes, policy, pronunciations, keywords
        case createdAt, updatedAt
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(
            id: try values.decode(ID.self, forKey: .id),
            slug: try values.decode(String.self, forKey: .slug),
            name: try values.decode(String.self, forKey: .name),
            voice: try values.decode(String.self, forKey: .voice),
            language: try values.decode(String.self, forKey: .language),
            numbers: try values.decode([PhoneNumber].self, forKey: .numbers),
            greeting: try values.decode(String.self, forKey: .greeting),
            goodbye: try values.decode(String.self, forKey: .goodbye),
            flow: try values.decodeIfPresent(Flow.self, forKey: .flow),
            defaults: try values.decode([String: JSONValue].self, forKey: .defaults),
            settings: try values.decode(Settings.self, forKey: .settings),
            createdAt: try values.decode(Date.self, forKey: .createdAt),
            updatedAt: try values.decode(Date.self, forKey: .updatedAt)
        )
        description = try values.decodeIfPresent(String.self, forKey: .description) ?? description
        status = try values.decodeIfPresent(Status.self, forKey: .status) ?? status
        direction = try values.decodeIfPresent(Direction.self, forKey: .direction) ?? direction
        callerIDChoice = try values.decodeIfPresent(CallerIDChoice.self, forKey: .callerIDChoice) ?? callerIDChoice
        persona = try values.decodeIfPresent(String.self, forKey: .persona) ?? persona
        instructions = try values.decodeIfPresent(String.self, forKey: .instructions) ?? instructions
        model = try values.decodeIfPresent(String.self, forKey: .model)
        returns = try values.decodeIfPresent([String: JSONValue].self, forKey: .returns)
        tools = try values.decodeIfPresent([HTTPTool].self, forKey: .tools) ?? tools
        toolServers = try values.decodeIfPresent([ToolServer].self, forKey: .toolServers) ?? toolServers
        transfers = try values.decodeIfPresent([TransferDestination].self, forKey: .transfers) ?? transfers
        prefetch = try values.decodeIfPresent(Prefetch.self, forKey: .prefetch)
        voicemail = try values.decodeIfPresent(Voicemail.self, forKey: .voicemail) ?? voicemail
        answering = try values.decodeIfPresent(Answering.self, forKey: .answering) ?? answering
        disclosure = try values.decodeIfPresent(Disclosure.self, forKey: .disclosure) ?? disclosure
        webhookURL = try values.decodeIfPresent(String.self, forKey: .webhookURL)
        attributes = try values.decodeIfPresent([String: JSONValue].self, forKey: .attributes) ?? attributes
        policy = try values.decodeIfPresent(DialPolicyChanges.self, forKey: .policy) ?? policy
        pronunciations = try values.decodeIfPresent([String: String].self, forKey: .pronunciations) ?? [:]
        keywords = try values.decodeIfPresent([String].self, forKey: .keywords) ?? []
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(id, forKey: .id)
        try values.encode(slug, forKey: .slug)
        try values.encode(name, forKey: .name)
        try values.encode(description, forKey: .description)
        try values.encode(status, forKey: .status)
        try values.encode(direction, forKey: .direction)
        try values.encode(voice, forKey: .voice)
        try values.encode(language, forKey: .language)
        try values.encode(numbers, forKey: .numbers)
        try values.encode(callerIDChoice, forKey: .callerIDChoice)
        try values.encode(greeting, forKey: .greeting)
        try values.encode(goodbye, forKey: .goodbye)
        try values.encode(persona, forKey: .persona)
        try values.encode(instructions, forKey: .instructions)
        try values.encodeIfPresent(flow, forKey: .flow)
        try values.encodeIfPresent(model, forKey: .model)
        try values.encodeIfPresent(returns, forKey: .returns)
        try values.encode(tools, forKey: .tools)
        if !toolServers.isEmpty { try values.encode(toolServers, forKey: .toolServers) }
        try values.encode(transfers, forKey: .transfers)
        try values.encodeIfPresent(prefetch, forKey: .prefetch)
        try values.encode(voicemail, forKey: .voicemail)
        try values.encode(answering, forKey: .answering)
        try values.encode(disclosure, forKey: .disclosure)
        try values.encodeIfPresent(webhookURL, forKey: .webhookURL)
        try values.encode(defaults, forKey: .defaults)
        try values.encode(settings, forKey: .settings)
        try values.encode(attributes, forKey: .attributes)
        try values.encode(policy, forKey: .policy)
        try values.encode(pronunciations, forKey: .pronunciations)
        try values.encode(keywords, forKey: .keywords)
        try values.encode(createdAt, forKey: .createdAt)
        try values.encode(updatedAt, forKey: .updatedAt)
    }
}

extension Agent.Settings: Codable {
    private enum Key: String, CodingKey {
        case ringTimeout, maxDuration, silenceReprompts, bargeIn, bargeInSpeech, eagerness, holdTimeout, record
    }

    package init(from decoder: any Decoder) throws {
        self.init()
        let values = try decoder.container(keyedBy: Key.self)
        ringTimeout = try values.decodeIfPresent(Int.self, forKey: .ringTimeout) ?? ringTimeout
        maxDuration = try values.decodeIfPresent(Int.self, forKey: .maxDuration) ?? maxDuration
        silenceReprompts = try values.decodeIfPresent(Int.self, forKey: .silenceReprompts) ?? silenceReprompts
        bargeIn = try values.decodeIfPresent(Bool.self, forKey: .bargeIn) ?? bargeIn
        bargeInSpeech = try values.decodeIfPresent(Int.self, forKey: .bargeInSpeech) ?? bargeInSpeech
        eagerness = try values.decodeIfPresent(Agent.Eagerness.self, forKey: .eagerness) ?? eagerness
        holdTimeout = try values.decodeIfPresent(Int.self, forKey: .holdTimeout) ?? holdTimeout
        record = try values.decodeIfPresent(Bool.self, forKey: .record) ?? record
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(ringTimeout, forKey: .ringTimeout)
        try values.encode(maxDuration, forKey: .maxDuration)
        try values.encode(silenceReprompts, forKey: .silenceReprompts)
        try values.encode(bargeIn, forKey: .bargeIn)
        try values.encode(bargeInSpeech, forKey: .bargeInSpeech)
        try values.encode(eagerness, forKey: .eagerness)
        try values.encode(holdTimeout, forKey: .holdTimeout)
        try values.encode(record, forKey: .record)
    }
}
