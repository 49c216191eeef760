import Calls
import FoundationEssentials

/// How a batch is to be carried out, as our own API writes it: read from a request, and written with every member, the defaults included.
enum NativeBatchSettings {
    /// The members of a body that are settings.
    static let fields = [
        "caller_ids", "calls_per_minute", "concurrency", "reserve", "calls_per_day", "time_zone", "start_at",
        "deadline",
        "hours", "hours_time_zone", "retry", "stop", "breaker", "allow_duplicates", "placeholders", "greeting",
        "ring_timeout", "max_duration", "record", "voicemail", "callback_url",
    ]

    /// The agent is filled in when the batch is made.
    static func read(_ body: JSONObjectBody, at now: Date) throws(RequestProblem) -> BatchSettings {
        var settings = BatchSettings(agent: Agent.ID(bornAt: now))
        settings.callerIDs = try callerIDs(in: body) ?? settings.callerIDs
        settings.callsPerMinute =
            try body.integer("calls_per_minute", in: 1...6000) ?? settings.callsPerMinute
        settings.concurrency = try body.integer("concurrency", in: 1...10_000)
        settings.reserve = try body.integer("reserve", in: 0...10_000)
        settings.callsPerDay = try body.integer("calls_per_day", in: 1...1_000_000)
        settings.timeZone = try body.string("time_zone") ?? settings.timeZone
        settings.startAt = try body.date("start_at")
        settings.deadline = try body.date("deadline")
        settings.hours = try hours(in: body)
        settings.hoursTimeZone = try body.string("hours_time_zone")
        settings.retry = try retry(in: body) ?? settings.retry
        settings.stop = try stop(in: body) ?? settings.stop
        settings.breaker = try breaker(in: body, settings.breaker)
        settings.allowsDuplicates = try body.truth("allow_duplicates") ?? settings.allowsDuplicates
        settings.placeholders = try body.word("placeholders") ?? settings.placeholders
        settings.greeting = try body.string("greeting")
        settings.ringTimeout = try body.integer("ring_timeout", in: 5...120)
        settings.maxDuration = try body.integer("max_duration", in: 10...7200)
        settings.record = try body.truth("record")
        settings.voicemailAction = try body.word("voicemail")
        settings.callbackURL = try body.string("callback_url")
        return settings
    }

    private static func callerIDs(in body: JSONObjectBody) throws(RequestProblem) -> CallerIDPool? {
        guard let members = try body.nested("caller_ids", accepting: ["numbers", "rotation", "calls_per_day"]) else {
            return nil
        }
        var pool = CallerIDPool()
        for text in try members.strings("numbers") ?? [] {
            guard let number = PhoneNumber(text) else {
                throw .invalidField(
                    "caller_ids.numbers",
                    message: "expected numbers in E.164 format, like +15551230001, got \(text.debugDescription)"
                )
            }
            pool.numbers.append(number)
        }
        pool.rotation = try members.word("rotation") ?? pool.rotation
        pool.callsPerDay = try members.integer("calls_per_day", in: 1...1_000_000)
        return pool
    }

    private static func hours(in body: JSONObjectBody) throws(RequestProblem) -> CallingHours? {
        let days = CallingHours.Weekday.allCases.map(\.rawValue)
        guard let members = try body.nested("hours", accepting: days) else { return nil }
        var windows: [CallingHours.Weekday: [CallingHours.Window]] = [:]
        for day in CallingHours.Weekday.allCases {
            for text in try members.strings(day.rawValue) ?? [] {
                guard let window = CallingHours.Window(text) else {
                    throw .invalidField(
                        "hours.\(day.rawValue)",
                        message: "expected stretches of a day like 09:00-17:30, got \(text.debugDescription)"
                    )
                }
                windows[day, default: []].append(window)
            }
        }
        return CallingHours(windows: windows)
    }

    private static func retry(in body: JSONObjectBody) throws(RequestProblem) -> RetryPolicy? {
        guard let members = try body.nested("retry", accepting: ["budget", "rules"]) else { return nil }
        var policy = RetryPolicy(budget: try members.integer("budget", in: 1...20) ?? 1, rules: [:])
        guard let rules = try members.nested("rules", accepting: EndReason.allCases.map(\.rawValue)) else {
            return policy
        }
        for reason in EndReason.allCases {
            guard let rule = try rules.nested(reason.rawValue, accepting: ["attempts", "delays"]) else { continue }
            let name = "retry.rules.\(reason.rawValue)"
            guard let delays = try rule.integers("delays", in: 0...30 * 86_400), !delays.isEmpty else {
                throw .missingField(name + ".delays")
            }
            let attempts = try rule.integer("attempts", in: 1...19) ?? delays.count
            policy.rules[reason] = RetryPolicy.Rule(attempts: attempts, delays: delays)
        }
        return policy
    }

    private static func stop(in body: JSONObjectBody) throws(RequestProblem) -> StopConditions? {
        let fields = ["goals_met", "completed", "failed", "calls", "spend_milli_cents"]
        guard let members = try body.nested("stop", accepting: fields) else { return nil }
        let counts = 1...1_000_000_000
        return StopConditions(
            goalsMet: try members.integer("goals_met", in: counts),
            completed: try members.integer("completed", in: counts),
            failed: try members.integer("failed", in: counts),
            calls: try members.integer("calls", in: counts),
            spend: try members.integer("spend_milli_cents", in: 1...1_000_000_000_000).map {
                Money(milliCents: Int64($0))
            }
        )
    }

    private static func breaker(
        in body: JSONObjectBody,
        _ standard: CircuitBreaker?
    ) throws(RequestProblem) -> CircuitBreaker? {
        let fields = ["enabled", "window", "minimum", "failure_rate", "reasons"]
        guard let members = try body.nested("breaker", accepting: fields) else { return standard }
        guard try members.truth("enabled") ?? true else { return nil }
        var breaker = CircuitBreaker()
        breaker.window = try members.integer("window", in: 1...1000) ?? breaker.window
        breaker.minimum = try members.integer("minimum", in: 1...breaker.window) ?? min(breaker.minimum, breaker.window)
        breaker.failureRate = try members.number("failure_rate", in: 0.01...1) ?? breaker.failureRate
        breaker.reasons = try (members.words("reasons") as [EndReason]?).map(Set.init)
        return breaker
    }
}

extension NativeBatchSettings {
    /// The settings as they are, in the form in which they were given.
    struct Document: Encodable, Sendable {
        let callerIds: CallerIDs
        let callsPerMinute: Int
        @Nullable var concurrency: Int?
        @Nullable var reserve: Int?
        @Nullable var callsPerDay: Int?
        let timeZone: String
        @Nullable var startAt: String?
        @Nullable var deadline: String?
        @Nullable var hours: CallingHours?
        @Nullable var hoursTimeZone: String?
        let retry: RetryPolicy
        let stop: Stop
        let breaker: Breaker
        let allowDuplicates: Bool
        let placeholders: CallRequest.Placeholders
        @Nullable var greeting: String?
        @Nullable var ringTimeout: Int?
        @Nullable var maxDuration: Int?
        @Nullable var record: Bool?
        @Nullable var voicemail: Agent.Voicemail.Action?
        @Nullable var callbackUrl: String?

        struct CallerIDs: Encodable, Sendable {
            let numbers: [PhoneNumber]
            let rotation: CallerIDPool.Rotation
            @Nullable var callsPerDay: Int?
        }

        struct Stop: Encodable, Sendable {
            @Nullable var goalsMet: Int?
            @Nullable var completed: Int?
            @Nullable var failed: Int?
            @Nullable var calls: Int?
            @Nullable var spendMilliCents: Int64?
        }

        struct Breaker: Encodable, Sendable {
            let enabled: Bool
            @Nullable var window: Int?
            @Nullable var minimum: Int?
            @Nullable var failureRate: Double?
            @Nullable var reasons: [EndReason]?
        }

        init(_ settings: BatchSettings) {
            let pool = settings.callerIDs
            callerIds = CallerIDs(numbers: pool.numbers, rotation: pool.rotation, callsPerDay: pool.callsPerDay)
            callsPerMinute = settings.callsPerMinute
            concurrency = settings.concurrency
            reserve = settings.reserve
            callsPerDay = settings.callsPerDay
            timeZone = settings.timeZone
            startAt = settings.startAt.map(Timestamp.text)
            deadline = settings.deadline.map(Timestamp.text)
            hours = settings.hours
            hoursTimeZone = settings.hoursTimeZone
            retry = settings.retry
            let stop = settings.stop
            self.stop = Stop(
                goalsMet: stop.goalsMet,
                completed: stop.completed,
                failed: stop.failed,
                calls: stop.calls,
                spendMilliCents: stop.spend?.milliCents
            )
            breaker = Breaker(
                enabled: settings.breaker != nil,
                window: settings.breaker?.window,
                minimum: settings.breaker?.minimum,
                failureRate: settings.breaker?.failureRate,
                reasons: settings.breaker?.reasons?.sorted { $0.rawValue < $1.rawValue }
            )
            allowDuplicates = settings.allowsDuplicates
            placeholders = settings.placeholders
            greeting = settings.greeting
            ringTimeout = settings.ringTimeout
            maxDuration = settings.maxDuration
            record = settings.record
            voicemail = settings.voicemailAction
            callbackUrl = settings.callbackURL
        }
    }
}
