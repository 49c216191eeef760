import FoundationEssentials

// When, and how often.
extension Gate {
    var callingHours: GateCheck? {
        guard policy.keepsHours(call.request.origin) else { return nil }
        let zones = destination.zones.zones
        guard !zones.isEmpty else {
            return GateCheck(
                .callingHours,
                .blocked,
                "Nobody knows the callee's time zone, and the calling hours go by it: name one with the call",
                values: ["zones": []]
            )
        }
        let clocks = clocks
        let values: [String: JSONValue] = [
            "zones": .array(zones.map { .string($0.identifier) }),
            "zone_source": .string(destination.zones.source.word),
            "local_times": .array(clocks.map { .string("\($0.weekday) \($0.text)") }),
        ]
        let place = "\(clocks.words) (\(destination.zones.source.words))"
        switch policy.callingHours.opening(in: zones, at: now) {
        case .open:
            return GateCheck(.callingHours, .passed, "Within the calling hours: it is \(place)", values: values)
        case .opens(let date):
            return GateCheck(
                .callingHours,
                .waits,
                "Outside the calling hours: it is \(place). They begin at \(date.formatted(.iso8601))",
                values: values,
                until: date
            )
        case .never:
            return GateCheck(
                .callingHours,
                .blocked,
                "There is no moment within the calling hours in all of the callee's possible time zones: it is \(place)",
                values: values
            )
        }
    }

    var frequency: GateCheck? {
        guard let limit = policy.frequency else { return nil }
        let period = TimeInterval(limit.hours) * 3600
        let counted = facts.earlierDials.filter { $0 > now - period }.sorted(by: >)
        let values: [String: JSONValue] = [
            "dials": .integer(Int64(counted.count)), "limit": .integer(Int64(limit.calls)),
            "hours": .integer(Int64(limit.hours)),
        ]
        let count = "Dialed \(counted.count) times in \(limit.hours) hours, of at most \(limit.calls)"
        guard counted.count >= limit.calls else { return GateCheck(.frequency, .passed, count, values: values) }
        return GateCheck(.frequency, .waits, count, values: values, until: counted[limit.calls - 1] + period)
    }

    var concurrency: GateCheck? {
        guard let limit = policy.concurrentCalls else { return nil }
        let values: [String: JSONValue] = [
            "calls": .integer(Int64(facts.callsUnderWay)), "limit": .integer(Int64(limit)),
        ]
        let count = "\(facts.callsUnderWay) calls of the project are under way, of at most \(limit)"
        return GateCheck(.concurrency, facts.callsUnderWay < limit ? .passed : .waits, count, values: values)
    }

    var pace: GateCheck? {
        guard let limit = policy.dialsPerMinute ?? call.request.dialsPerMinute else { return nil }
        let pace = Pace(limit: limit, dials: facts.pacedDials)
        let room = pace.room(at: now)
        let values: [String: JSONValue] = [
            "dials": .integer(Int64(limit - room)), "limit": .integer(Int64(limit)),
        ]
        let count = "\(limit - room) dials in the last minute, of at most \(limit)"
        return GateCheck(.pace, room > 0 ? .passed : .waits, count, values: values, until: pace.opens(after: now))
    }
}

/// What the callee's clock shows in one zone.
private struct CalleeClock {
    let zone: TimeZone
    let weekday: String
    let text: String
}

extension Gate {
    private var clocks: [CalleeClock] {
        destination.zones.zones.map { zone in
            let (weekday, minute) = CallingHours.localTime(in: zone, at: now)
            return CalleeClock(zone: zone, weekday: weekday.rawValue, text: CallingHours.Window.clock(minute))
        }
    }
}

extension [CalleeClock] {
    /// Up to three by name.
    fileprivate var words: String {
        let named = prefix(3).map { "\($0.weekday) \($0.text) in \($0.zone.identifier)" }.joined(separator: ", ")
        return count > 3 ? "\(named) and \(count - 3) more" : named
    }
}

extension CalleeZones.Source {
    fileprivate var word: String {
        switch self {
        case .request: "request"
        case .numberRange: "number_range"
        case .callingCode: "calling_code"
        case .unknown: "unknown"
        }
    }

    fileprivate var words: String {
        switch self {
        case .request: "as the request says"
        case .numberRange(let prefix): "from the number range +\(prefix)"
        case .callingCode(let code): "from the calling code +\(code), whose numbers may be anywhere in these zones"
        case .unknown: "unknown"
        }
    }
}
