import Calls
import FoundationEssentials
import PhoneNumbers

/// What must hold before a batch is accepted. What every one of its calls would be refused for is refused here, once.
struct BatchCheck {
    /// In characters.
    static let nameLimit = 255

    let placement: PlacementCheck
    let now: Date

    func batch(_ new: NewBatch, agent: Agent) throws {
        guard !new.name.isEmpty, new.name.count <= Self.nameLimit else {
            throw Refusal.invalid(field: "name", message: "expected 1 to \(Self.nameLimit) characters")
        }
        try placement.agent(agent)
        guard !agent.numbers.isEmpty else { throw Refusal.agentHasNoNumber(slug: agent.slug) }
        let settings = new.settings
        for number in settings.callerIDs.numbers where !agent.numbers.contains(number) {
            throw Refusal.numberNotAttached(number, to: agent.slug, has: agent.numbers)
        }
        if new.mode == .live, placement.configuration.liveTrunk == nil { throw Refusal.noTrunk(.live) }
        try bounds(of: settings)
        try times(of: settings)
        try retry(settings.retry)
        if let url = settings.callbackURL, let problem = placement.addressGuard.problem(with: url) {
            throw Refusal.invalid(field: "callback_url", message: problem)
        }
    }

    /// The variables that each contact has to give, as a call of the batch would have to.
    func required(by agent: Agent, _ settings: BatchSettings) -> [String] {
        guard settings.placeholders == .required, let number = agent.numbers.first else { return [] }
        let nobody = NewContact(line: 0, phone: number)
        return Template.requiredVariables(
            of: BatchCallMaker.request(for: nobody, settings: settings, mode: .test).applied(to: agent)
        )
    }

    /// Of one of its contacts, whose calls would all be refused. `name` is what the caller knows it by, `required` what it has to give.
    func contact(_ contact: NewContact, name: String, required: [String]) throws {
        if let zone = contact.timeZone, CalleeZones.zone(zone) == nil {
            throw Refusal.invalid(field: "\(name).time_zone", message: Self.zoneMessage(zone))
        }
        guard (-100...100).contains(contact.priority) else {
            throw Refusal.invalid(field: "\(name).priority", message: "\(contact.priority) is outside -100 to 100")
        }
        let missing = required.filter { contact.variables[$0] == nil }
        guard missing.isEmpty else {
            throw Refusal.invalid(
                field: "\(name).variables",
                message: "The agent needs a value for \(missing.joined(separator: ", "))"
            )
        }
    }

    private func bounds(of settings: BatchSettings) throws {
        let bounds: [(String, Int?, ClosedRange<Int>)] = [
            ("calls_per_minute", settings.callsPerMinute, 1...6000),
            ("concurrency", settings.concurrency, 1...10_000),
            ("reserve", settings.reserve, 0...10_000),
            ("calls_per_day", settings.callsPerDay, 1...1_000_000),
            ("caller_ids.calls_per_day", settings.callerIDs.callsPerDay, 1...1_000_000),
            ("ring_timeout", settings.ringTimeout, 5...180),
            ("max_duration", settings.maxDuration, 10...14_400),
            ("breaker.window", settings.breaker?.window, 1...1000),
            ("breaker.minimum", settings.breaker?.minimum, 1...max(1, settings.breaker?.window ?? 1)),
        ]
        for (field, value, range) in bounds {
            guard let value, !range.contains(value) else { continue }
            throw Refusal.invalid(
                field: field,
                message: "\(value) is outside \(range.lowerBound) to \(range.upperBound)"
            )
        }
        if let rate = settings.breaker?.failureRate, !(0.01...1).contains(rate) {
            throw Refusal.invalid(field: "breaker.failure_rate", message: "\(rate) is outside 0.01 to 1")
        }
        if settings.callerIDs.callsPerDay != nil, settings.callerIDs.numbers.isEmpty {
            throw Refusal.invalid(field: "caller_ids.numbers", message: "A cap per number needs the numbers")
        }
        for (field, zone) in [("time_zone", settings.timeZone), ("hours_time_zone", settings.hoursTimeZone ?? "UTC")]
        where CalleeZones.zone(zone) == nil {
            throw Refusal.invalid(field: field, message: Self.zoneMessage(zone))
        }
    }

    private func times(of settings: BatchSettings) throws {
        if let start = settings.startAt, start > now + 366 * 86_400 {
            throw Refusal.invalid(field: "start_at", message: "More than a year away")
        }
        if let hours = settings.hours, hours.windows.isEmpty {
            throw Refusal.invalid(field: "hours", message: "No weekday has any: nobody could ever be called")
        }
        guard let deadline = settings.deadline else { return }
        guard deadline > now else { throw Refusal.invalid(field: "deadline", message: "Already past") }
        if let start = settings.startAt, deadline <= start {
            throw Refusal.invalid(field: "deadline", message: "Not after 'start_at': nobody could ever be called")
        }
    }

    private func retry(_ retry: RetryPolicy) throws {
        guard (1...20).contains(retry.budget) else {
            throw Refusal.invalid(field: "retry.budget", message: "\(retry.budget) is outside 1 to 20")
        }
        for (reason, rule) in retry.rules {
            let field = "retry.rules.\(reason.rawValue)"
            guard !Self.neverRetried.contains(reason) else {
                throw Refusal.invalid(field: field, message: "Nobody is called again because of it")
            }
            guard (1...19).contains(rule.attempts) else {
                throw Refusal.invalid(field: field + ".attempts", message: "\(rule.attempts) is outside 1 to 19")
            }
            guard !rule.delays.isEmpty, rule.delays.allSatisfy((0...30 * 86_400).contains) else {
                throw Refusal.invalid(field: field + ".delays", message: "expected seconds, each 0 to \(30 * 86_400)")
            }
        }
    }

    /// Conversations, and what never was dialed.
    private static let neverRetried: Set<EndReason> = [.canceled, .blocked, .expired]

    private static func zoneMessage(_ zone: String) -> String {
        "expected a name of the IANA database, like Europe/Berlin, got \(zone.debugDescription)"
    }
}
