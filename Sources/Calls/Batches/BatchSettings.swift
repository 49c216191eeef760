package import FoundationEssentials

/// How a batch is to be carried out: everything about it but whom it calls.
package struct BatchSettings: Sendable, Hashable {
    package var agent: Agent.ID
    package var callerIDs = CallerIDPool()
    /// 1 or more.
    package var callsPerMinute = 5
    /// How many of its calls may be under way at once. Nil: as many as there are channels for.
    package var concurrency: Int?
    /// How many of a node's channels it leaves to single calls. Nil: a tenth of them.
    package var reserve: Int?
    /// How many calls it makes in a day. Nil: any number.
    package var callsPerDay: Int?
    /// Where a day begins for it, an IANA name.
    package var timeZone = "UTC"
    /// Nil: at once.
    package var startAt: Date?
    /// Nothing is dialed from then on.
    package var deadline: Date?
    /// When it may call, besides the project's calling hours, which hold for every batch. Nil: those alone.
    package var hours: CallingHours?
    /// Whose clock `hours` go by, an IANA name. Nil: the callee's own.
    package var hoursTimeZone: String?
    package var retry = RetryPolicy.never
    package var stop = StopConditions.none
    /// Nil: it goes on however many calls fail.
    package var breaker: CircuitBreaker? = .standard
    /// Whether a number that stands in the list twice is called twice. Else the second is skipped.
    package var allowsDuplicates = false
    /// What a placeholder without a value reads as.
    package var placeholders = CallRequest.Placeholders.required
    /// Said first, in place of the agent's greeting.
    package var greeting: String?
    /// Overrides the agent's, in seconds.
    package var ringTimeout: Int?
    /// Overrides the agent's, in seconds.
    package var maxDuration: Int?
    package var record: Bool?
    package var voicemailAction: Agent.Voicemail.Action?
    package var callbackURL: String?

    package init(agent: Agent.ID) {
        self.agent = agent
    }

    package var pacing: BatchPacing { BatchPacing(callsPerMinute: callsPerMinute) }

    /// The zone in which its days begin.
    package var dayZone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }

    /// Whether its own hours allow a dial at `now` to somebody in `zones`; if not, from when on. The project's calling hours are the gate's.
    package func opening(in zones: [TimeZone], at now: Date) -> CallingHours.Opening {
        guard let hours else { return .open }
        if let hoursTimeZone { return hours.opening(in: [TimeZone(identifier: hoursTimeZone) ?? .gmt], at: now) }
        return hours.opening(in: zones, at: now)
    }
}

// Written by hand, because batches are kept: what an older version did not store has its default.
extension BatchSettings: Codable {
    private enum CodingKeys: String, CodingKey {
        case agent, callerIDs, callsPerMinute, concurrency, reserve, callsPerDay, timeZone, startAt, deadline, hours
        case hoursTimeZone, retry, stop, breaker, allowsDuplicates, placeholders, greeting, ringTimeout, maxDuration
        case record, voicemailAction, callbackURL
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(agent: try values.decode(Agent.ID.self, forKey: .agent))
        callerIDs = try values.decodeIfPresent(CallerIDPool.self, forKey: .callerIDs) ?? callerIDs
        callsPerMinute = try values.decodeIfPresent(Int.self, forKey: .callsPerMinute) ?? callsPerMinute
        concurrency = try values.decodeIfPresent(Int.self, forKey: .concurrency)
        reserve = try values.decodeIfPresent(Int.self, forKey: .reserve)
        callsPerDay = try values.decodeIfPresent(Int.self, forKey: .callsPerDay)
        timeZone = try values.decodeIfPresent(String.self, forKey: .timeZone) ?? timeZone
        startAt = try values.decodeIfPresent(Date.self, forKey: .startAt)
        deadline = try values.decodeIfPresent(Date.self, forKey: .deadline)
        hours = try values.decodeIfPresent(CallingHours.self, forKey: .hours)
        hoursTimeZone = try values.decodeIfPresent(String.self, forKey: .hoursTimeZone)
        retry = try values.decodeIfPresent(RetryPolicy.self, forKey: .retry) ?? retry
        stop = try values.decodeIfPresent(StopConditions.self, forKey: .stop) ?? stop
        breaker = try values.decodeIfPresent(CircuitBreaker.self, forKey: .breaker)
        allowsDuplicates = try values.decodeIfPresent(Bool.self, forKey: .allowsDuplicates) ?? allowsDuplicates
        placeholders =
            try values.decodeIfPresent(CallRequest.Placeholders.self, forKey: .placeholders) ?? placeholders
        greeting = try values.decodeIfPresent(String.self, forKey: .greeting)
        ringTimeout = try values.decodeIfPresent(Int.self, forKey: .ringTimeout)
        maxDuration = try values.decodeIfPresent(Int.self, forKey: .maxDuration)
        record = try values.decodeIfPresent(Bool.self, forKey: .record)
        voicemailAction = try values.decodeIfPresent(Agent.Voicemail.Action.self, forKey: .voicemailAction)
        callbackURL = try values.decodeIfPresent(String.self, forKey: .callbackURL)
    }
}

/// As `{"mon": ["09:00-12:00", "13:00-17:30"]}`.
extension CallingHours: Codable {
    package init(from decoder: any Decoder) throws {
        let days = try decoder.singleValueContainer().decode([String: [String]].self)
        var windows: [Weekday: [Window]] = [:]
        for (day, texts) in days {
            let read = texts.compactMap(Window.init)
            guard let weekday = Weekday(rawValue: day), read.count == texts.count else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "expected hours of weekdays, got \(days)")
                )
            }
            windows[weekday] = read
        }
        self.init(windows: windows)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(
            Dictionary(uniqueKeysWithValues: windows.map { ($0.rawValue, $1.map(\.text)) })
        )
    }
}
