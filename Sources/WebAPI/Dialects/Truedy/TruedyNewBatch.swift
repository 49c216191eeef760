import Calls
import Engine
import FoundationEssentials

/// The body of `POST /batch-calls`.
struct TruedyNewBatch {
    /// The most that the body may have, in bytes.
    static let bodyLimit = 16 * 1024 * 1024

    var batch: NewBatch
    let contacts: [NewContact]
    /// Whose numbers its caller IDs are.
    let numbers: [OwnedNumber.ID]

    static func read(_ body: JSONObjectBody, key: APIKey, at now: Date) throws -> TruedyNewBatch {
        var settings = BatchSettings(agent: Agent.ID(bornAt: now))
        settings.placeholders = .optional
        settings.callsPerDay = try body.integer("max_calls_per_day", in: 1...1_000_000)
        settings.concurrency = try body.integer("max_concurrent_calls", in: 1...10_000)
        settings.timeZone = try body.string("timezone") ?? settings.timeZone
        settings.startAt = try start(in: body)
        settings.hours = try hours(in: body)
        // Its hours are those of one place, wherever a contact is.
        settings.hoursTimeZone = settings.timeZone
        settings.callerIDs.rotation = try (body.word("phone_rotation_strategy") ?? Rotation.random).rotation
        var batch = NewBatch(
            name: try body.required("name"),
            agent: try body.required("agent_id"),
            mode: key.mode,
            settings: settings
        )
        batch.door = TruedyDialect.name
        batch.key = key.id
        for name in TruedyBatch.kept { batch.attributes[name] = try body.value(name) }
        return TruedyNewBatch(batch: batch, contacts: try contacts(in: body), numbers: try numbers(in: body))
    }

    private enum Rotation: String, CaseIterable {
        case random
        case sequential
        case roundRobin = "round_robin"

        var rotation: CallerIDPool.Rotation { self == .random ? .random : .sequential }
    }

    private enum Schedule: String, CaseIterable {
        case immediate
        case scheduled
    }

    private static func start(in body: JSONObjectBody) throws(RequestProblem) -> Date? {
        let start = try body.date("scheduled_at")
        guard try body.word("schedule_type") ?? Schedule.immediate == .scheduled else { return nil }
        guard let start else { throw .missingField("scheduled_at") }
        return start
    }

    /// Days are counted from Monday, which is 1.
    private static func hours(in body: JSONObjectBody) throws(RequestProblem) -> CallingHours? {
        let (start, end) = (try body.string("start_time"), try body.string("end_time"))
        let days = try body.integers("working_days", in: 1...7)
        guard start != nil || end != nil || days != nil else { return nil }
        guard let window = CallingHours.Window("\(start ?? "00:00")-\(end ?? "24:00")") else {
            throw .invalidField(
                start.map { CallingHours.Window("\($0)-24:00") == nil } ?? false ? "start_time" : "end_time",
                message: "expected a time of day like 09:00"
            )
        }
        if let days, days.isEmpty { throw .invalidField("working_days", message: "expected days from 1 to 7") }
        let weekdays = CallingHours.Weekday.allCases
        let open = (days ?? Array(1...7)).map { weekdays[$0 - 1] }
        return CallingHours(windows: Dictionary(open.map { ($0, [window]) }) { first, _ in first })
    }

    private static func numbers(in body: JSONObjectBody) throws(RequestProblem) -> [OwnedNumber.ID] {
        var numbers: [OwnedNumber.ID] = []
        for text in try body.strings("phone_number_ids") ?? [] {
            guard let id = OwnedNumber.ID(text) else {
                throw .invalidField("phone_number_ids", message: "there is no number \(text.debugDescription)")
            }
            numbers.append(id)
        }
        return numbers
    }

    /// Contacts that lie in folders of the vendor's are not here: they come with the request.
    private static func contacts(in body: JSONObjectBody) throws(RequestProblem) -> [NewContact] {
        for name in ["contact_ids", "contact_folder_id"] where body.text(name) != nil {
            throw .invalidField(name, message: "no contacts are kept here: give them as 'contacts'")
        }
        guard let rows = try body.objects("contacts", accepting: nil) else { throw .missingField("contacts") }
        var contacts: [NewContact] = []
        for (index, row) in rows.enumerated() {
            do throws(RequestProblem) {
                guard let phone = try row.phoneNumber("phone_number") else { throw .missingField("phone_number") }
                contacts.append(NewContact(line: index + 1, phone: phone, variables: try variables(of: row)))
            } catch {
                throw error.within("contacts[\(index + 1)]")
            }
        }
        return contacts
    }

    /// Values are treated as strings, as those of a call are.
    private static func variables(of row: JSONObjectBody) throws(RequestProblem) -> [String: JSONValue] {
        var variables: [String: JSONValue] = [:]
        for (name, value) in try row.object("custom_fields") ?? [:] {
            variables[name] = .string(try TruedyPlacement.text(value, of: name))
        }
        for name in ["first_name", "last_name", "email", "phone_number"] {
            if let text = try row.string(name) { variables[name] = .string(text) }
        }
        return variables
    }
}
