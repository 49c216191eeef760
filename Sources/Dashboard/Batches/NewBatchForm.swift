import Calls
import Engine
import FoundationEssentials
import PhoneNumbers
import WebAPI

/// What was filled in on the page for a new batch.
struct NewBatchForm {
    let fields: FormFields
    var agent: String?
    let mode: CallMode
    /// Names this form, so that a button that is pressed twice makes one batch.
    let request: String

    init(_ fields: FormFields) {
        self.fields = fields
        agent = fields["agent"]
        mode = fields["mode"].flatMap(CallMode.init(rawValue:)) ?? .test
        request = fields["request"] ?? UserControl.visitorSecret()
    }

    /// Nothing was filled in yet: what is not ticked is so because nobody was asked.
    var isNew: Bool { fields["request"] == nil }

    /// What stands in a field, or what stands there at first.
    func shown(_ name: String, _ standard: String = "") -> String { isNew ? standard : fields[name] ?? "" }

    func isTicked(_ name: String, _ standard: Bool = false) -> Bool { isNew ? standard : fields[name] != nil }

    var leavesOutFaulty: Bool { fields["leave_out_faulty"] != nil }

    var options: ContactFile.Options {
        ContactFile.Options(phoneColumn: fields["phone_column"], region: fields["region"]?.uppercased())
    }

    /// Reasons for a second try that the form offers.
    static let retried: [EndReason] = [.busy, .noAnswer, .voicemail, .carrierFailure]

    /// Throws `Refusal.invalid` that names the field as it is called on the page.
    /// A list can be judged before the batch has a name: then it is `standard`.
    func batch(at now: Date, named standard: String? = nil) throws(Refusal) -> NewBatch {
        guard let agent else { throw .invalid(field: "Agent", message: "choose one") }
        guard let name = fields["name"] ?? standard else { throw .invalid(field: "Name", message: "give it one") }
        var settings = BatchSettings(agent: Agent.ID(bornAt: now))
        settings.callsPerMinute = try number("calls_per_minute", "Calls per minute") ?? settings.callsPerMinute
        settings.concurrency = try number("concurrency", "At most at once")
        settings.callsPerDay = try number("calls_per_day", "At most per day")
        settings.timeZone = fields["time_zone"] ?? settings.timeZone
        guard let zone = TimeZone(identifier: settings.timeZone) else {
            throw .invalid(field: "Time zone", message: "expected a name like Europe/Berlin")
        }
        settings.startAt = try moment("start_at", "Begins", zone)
        settings.deadline = try moment("deadline", "Nothing dialed after", zone)
        settings.hours = try hours()
        settings.retry = try retry()
        settings.stop.spend = try money("stop_spend", "Stops at a spend of")
        settings.stop.goalsMet = try number("stop_goals", "Stops after goals met")
        settings.breaker = fields["breaker"] != nil ? .standard : nil
        settings.allowsDuplicates = fields["allow_duplicates"] != nil
        var batch = NewBatch(name: name, agent: agent, mode: mode, settings: settings)
        batch.isPaused = fields["paused"] != nil
        return batch
    }

    /// The same request for the same list under the same name is carried out once.
    func idempotencyKey(for list: ListUpload) async throws -> CallControl.IdempotencyKey {
        let said = fields.all.filter { $0.name != FormFields.tokenName }.map { "\($0.name)=\($0.value)" }
        return CallControl.IdempotencyKey(
            "batches/\(request)",
            door: "dashboard",
            request: (said + [try await ListDigest.of(list)]).joined(separator: "\n")
        )
    }

    private func number(_ field: String, _ title: String) throws(Refusal) -> Int? {
        guard let text = fields[field] else { return nil }
        guard let number = Int(text), number > 0 else {
            throw .invalid(field: title, message: "expected a whole number above 0")
        }
        return number
    }

    private func money(_ field: String, _ title: String) throws(Refusal) -> Money? {
        guard let text = fields[field] else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? parts[1] : ""
        guard !text.hasPrefix("-"), let units = Int64(parts[0]), (0..<100_000_000).contains(units), fraction.count <= 5,
            let rest = Int64(fraction + String(repeating: "0", count: 5 - fraction.count)), rest >= 0,
            units + rest > 0
        else { throw .invalid(field: title, message: "expected an amount like 25.50") }
        return Money(milliCents: units * 100_000 + rest)
    }

    /// As browsers write it (HTML section 2.3.5.5), on the clocks of `zone`.
    private func moment(_ field: String, _ title: String, _ zone: TimeZone) throws(Refusal) -> Date? {
        guard let text = fields[field] else { return nil }
        let parts = text.split(separator: "T")
        let time = parts.last?.split(separator: ":").compactMap { Int($0) } ?? []
        guard parts.count == 2, let day = CalendarDay(String(parts[0])), time.count >= 2, (0..<24).contains(time[0]),
            (0..<60).contains(time[1])
        else { throw .invalid(field: title, message: "expected a day and a time") }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let components = DateComponents(
            year: day.year,
            month: day.month,
            day: day.day,
            hour: time[0],
            minute: time[1]
        )
        return calendar.date(from: components)
    }

    private func hours() throws(Refusal) -> CallingHours? {
        let (from, to) = (fields["hours_from"], fields["hours_to"])
        guard from != nil || to != nil else { return nil }
        guard let from, let to, let window = CallingHours.Window("\(from)-\(to)") else {
            throw .invalid(field: "Calls from … to …", message: "expected two times, the later one second")
        }
        let days = CallingHours.Weekday.allCases.filter { fields["day.\($0.rawValue)"] != nil }
        guard !days.isEmpty else { throw .invalid(field: "Days", message: "choose at least one") }
        return CallingHours(windows: Dictionary(uniqueKeysWithValues: days.map { ($0, [window]) }))
    }

    private func retry() throws(Refusal) -> RetryPolicy {
        let reasons = Self.retried.filter { fields["retry.\($0.rawValue)"] != nil }
        guard !reasons.isEmpty else { return .never }
        let tries = try number("retry_budget", "Calls per contact") ?? 2
        let delay = try number("retry_delay", "Minutes between") ?? 60
        guard tries > 1 else { return .never }
        let rule = RetryPolicy.Rule(attempts: tries - 1, delays: [delay * 60])
        return RetryPolicy(budget: tries, rules: Dictionary(uniqueKeysWithValues: reasons.map { ($0, rule) }))
    }
}
