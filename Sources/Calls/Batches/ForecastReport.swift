import FoundationEssentials

/// What a forecast writes down as it goes.
struct ForecastReport {
    /// A forecast that is no longer than this is shown by the hour.
    private static let hoursShown = 72

    private let plan: ForecastPlan
    private let reservations: [Money]
    private var forecast: Forecast
    private var hours: [Int64: Forecast.Period] = [:]
    private let zone: TimeZone

    /// The most that one call can cost. Nil if there are no contacts.
    let dearest: Money?

    init(_ plan: ForecastPlan, from now: Date) {
        self.plan = plan
        zone = plan.settings.dayZone
        let reservations = plan.rates.map { $0.worstCase(maxDuration: plan.maxDuration) }
        self.reservations = reservations
        let used = Set(plan.contacts.map(\.rate))
        dearest = used.map { reservations[$0] }.max()
        forecast = Forecast(startsAt: max(now, plan.settings.startAt ?? now), source: plan.assumptions.source)
        forecast.skipped = plan.skipped
        forecast.contacts = plan.contacts.count + plan.skipped.values.reduce(0, +)
        forecast.places = plan.zones.map { Forecast.Place(zones: $0.map(\.identifier)) }
        for contact in plan.contacts { forecast.places[contact.place].contacts += 1 }
        forecast.unreached = plan.contacts.count
        forecast.worstCaseSpend = worstCase
    }

    func reservation(of contact: ForecastPlan.Contact) -> Money { reservations[contact.rate] }

    mutating func dialed(_ contact: ForecastPlan.Contact, at now: Date, underWay: Int) {
        let isRetry = !contact.reasons.isEmpty
        forecast.calls += 1
        if isRetry { forecast.retries += 1 }
        forecast.mostAtOnce = max(forecast.mostAtOnce, underWay)
        forecast.places[contact.place].calls += 1
        forecast.places[contact.place].firstCall = forecast.places[contact.place].firstCall ?? now
        forecast.places[contact.place].lastCall = now
        // The hours of the zone's clock, which do not begin with those of UTC everywhere.
        let offset = TimeInterval(zone.secondsFromGMT(for: now))
        let hour = Int64(((now.timeIntervalSince1970 + offset) / 3600).rounded(.down))
        let start = Date(timeIntervalSince1970: TimeInterval(hour) * 3600 - offset)
        let key = Int64(start.timeIntervalSince1970)
        hours[key, default: Forecast.Period(start: start, end: start + 3600)].calls += 1
        if isRetry { hours[key]?.retries += 1 }
    }

    mutating func ended(_ reason: EndReason, meetsGoal: Bool, _ state: Contact.State, at now: Date) {
        forecast.endReasons[reason, default: 0] += 1
        if meetsGoal { forecast.goalsMet += 1 }
        forecast.finishesAt = max(forecast.finishesAt ?? now, now)
        switch state {
        case .completed: forecast.completed += 1
        case .failed: forecast.failed += 1
        case .ready, .waiting, .calling, .skipped, .canceled: return
        }
        forecast.unreached -= 1
    }

    mutating func neverOpen(_ contact: ForecastPlan.Contact) {
        forecast.unreached -= 1
        let why =
            plan.zones[contact.place].isEmpty
            ? "Nobody knows the callee's time zone, and the hours go by it"
            : "There is no moment within the hours in all of the callee's possible time zones"
        forecast.skipped[why, default: 0] += 1
    }

    mutating func finished(_ ending: Forecast.Ending, expectedSpend: Money) -> Forecast {
        forecast.ending = ending
        forecast.expectedSpend = expectedSpend
        forecast.places.removeAll { $0.contacts == 0 }
        forecast.periods = periods
        return forecast
    }

    private var periods: [Forecast.Period] {
        let sorted = hours.values.sorted { $0.start < $1.start }
        guard let first = sorted.first, let last = sorted.last,
            last.end > first.start + TimeInterval(Self.hoursShown) * 3600
        else { return sorted }
        var days: [Forecast.Period] = []
        for hour in sorted {
            let day = CalendarDay(of: hour.start, in: zone)
            let start = day.start(in: zone)
            if days.last?.start != start { days.append(Forecast.Period(start: start, end: day.end(in: zone))) }
            days[days.count - 1].calls += hour.calls
            days[days.count - 1].retries += hour.retries
        }
        return days
    }

    /// Every contact reached, and as often as the retry policy allows after conversations, which are what is paid for.
    private var worstCase: Money {
        let retry = plan.settings.retry
        let again = retry.rules.filter { $0.key.isBilled }.values.reduce(0) { $0 + $1.attempts }
        let conversations = max(1, min(retry.budget, 1 + again))
        var counts = reservations.map { _ in 0 }
        for contact in plan.contacts { counts[contact.rate] += conversations }
        var sum = Int128(0)
        for (amount, count) in zip(reservations, counts) { sum += Int128(amount.milliCents) * Int128(count) }
        if let calls = plan.settings.stop.calls, let dearest {
            sum = min(sum, Int128(dearest.milliCents) * Int128(max(0, calls - plan.tally.calls)))
        }
        if let spend = plan.settings.stop.spend, let dearest {
            // The call at which the limit is reached is carried out.
            sum = min(sum, Int128(max(0, (spend - plan.tally.spend).milliCents)) + Int128(dearest.milliCents))
        }
        return Money(milliCents: Int64(clamping: sum))
    }
}
