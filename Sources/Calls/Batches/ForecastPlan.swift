package import FoundationEssentials

/// Everything that a forecast rests on.
package struct ForecastPlan: Sendable {
    /// Somebody to be called, as far as the forecast asks.
    package struct Contact: Sendable, Hashable {
        package var line: Int
        /// Which of the plan's zones the callee may be in: an index into `zones`.
        package var place: Int
        /// What an answered call there costs: an index into `rates`.
        package var rate: Int
        /// Not to be called before. Nil: at once.
        package var dueAt: Date?
        package var priority: Int
        /// Why the ends of earlier calls to the contact were as they were, the oldest first.
        package var reasons: [EndReason]
        /// When it was dialed before, the newest first.
        package var dials: [Date]

        package init(
            line: Int,
            place: Int = 0,
            rate: Int = 0,
            dueAt: Date? = nil,
            priority: Int = 0,
            reasons: [EndReason] = [],
            dials: [Date] = []
        ) {
            self.line = line
            self.place = place
            self.rate = rate
            self.dueAt = dueAt
            self.priority = priority
            self.reasons = reasons
            self.dials = dials
        }
    }

    package var settings: BatchSettings
    /// What the gate holds every dial against: hours, frequency, pace and capacity of the project.
    package var policy = DialPolicy()
    package var contacts: [Contact] = []
    /// The sets of zones that callees may be in. A set that is empty is of callees of whom nothing is known.
    package var zones: [[TimeZone]] = []
    package var rates: [Rate] = []
    /// How many contacts nobody will call, by why.
    package var skipped: [String: Int] = [:]
    /// How many calls there may be at once, as far as the machine goes. Nil: any number.
    package var channels: Int?
    /// The longest a call may last, in seconds.
    package var maxDuration = 600
    /// What there is to spend. Nil: any amount.
    package var balance: Money?
    package var assumptions = ForecastAssumptions.standard
    /// What of the batch is over already: nothing, before it begins.
    package var nextSlot: Date?
    package var callsToday = 0
    package var tally = StopConditions.Tally()

    /// Where callees are, by how that is known: the places of a number range are compared once, and not for each of its numbers.
    private var placesBySource: [PlaceSource: Int] = [:]
    private var placesByZones: [[String]: Int] = [:]
    private var ratesKnown: [Rate: Int] = [:]

    package init(settings: BatchSettings) {
        self.settings = settings
    }

    private struct PlaceSource: Hashable {
        var source: CalleeZones.Source
        var zone: String?
    }

    /// Adds somebody to be called. Zones and rates that others have too are kept once.
    package mutating func add(_ contact: Contact, zones found: CalleeZones, rate: Rate) {
        let source = PlaceSource(source: found.source, zone: found.zones.first?.identifier)
        let place = placesBySource[source] ?? self.place(of: found.zones)
        placesBySource[source] = place
        let price = ratesKnown[rate] ?? rates.count
        if price == rates.count {
            rates.append(rate)
            ratesKnown[rate] = price
        }
        var contact = contact
        (contact.place, contact.rate) = (place, price)
        contacts.append(contact)
    }

    private mutating func place(of found: [TimeZone]) -> Int {
        let names = found.map(\.identifier)
        if let place = placesByZones[names] { return place }
        zones.append(found)
        placesByZones[names] = zones.count - 1
        return zones.count - 1
    }

    /// When somebody in `zones` may be called from `now` on, by the batch's own hours and the project's. Nil: never.
    func opening(of zones: [TimeZone], from now: Date) -> Date? {
        var moment = now
        // Each step goes to where one of the two opens; hours of a week that meet at all meet within some of them.
        for _ in 0..<64 {
            var openings = [settings.opening(in: zones, at: moment)]
            if policy.keepsHours(.batch) {
                openings.append(zones.isEmpty ? .never : policy.callingHours.opening(in: zones, at: moment))
            }
            if openings.allSatisfy({ $0 == .open }) { return moment }
            for opening in openings {
                switch opening {
                case .open: continue
                case .never: return nil
                case .opens(let date): moment = max(moment, date)
                }
            }
        }
        return nil
    }
}
