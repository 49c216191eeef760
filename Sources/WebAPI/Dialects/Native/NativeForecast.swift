import Calls
import Hummingbird

/// How a batch is likely to go.
struct NativeForecast: ResponseEncodable, Sendable {
    struct Ending: Encodable, Sendable {
        /// `completed`, `stopped` or `paused`.
        let how: String
        @Nullable var reason: BatchReason.Kind?
        @Nullable var reasonText: String?
    }

    struct Period: Encodable, Sendable {
        let start: String
        let end: String
        let calls: Int
        let retries: Int
    }

    struct Place: Encodable, Sendable {
        let timeZones: [String]
        let contacts: Int
        let calls: Int
        @Nullable var firstCallAt: String?
        @Nullable var lastCallAt: String?
    }

    let startsAt: String
    @Nullable var finishesAt: String?
    let ending: Ending
    let contacts: Int
    let calls: Int
    let retries: Int
    let completed: Int
    let failed: Int
    let unreached: Int
    let goalsMet: Int
    let skipped: [NativeCount]
    let endReasons: [NativeCount]
    let expectedSpend: NativeMoney
    let worstCaseSpend: NativeMoney
    let mostAtOnce: Int
    /// Where the outcomes that are expected come from: `given`, `history` or `standard`.
    let assumptions: String
    let periods: [Period]
    let places: [Place]

    init(_ forecast: Forecast) {
        startsAt = Timestamp.text(forecast.startsAt)
        finishesAt = forecast.finishesAt.map(Timestamp.text)
        ending =
            switch forecast.ending {
            case .completed: Ending(how: "completed", reason: nil, reasonText: nil)
            case .stopped(let reason): Ending(how: "stopped", reason: reason.kind, reasonText: reason.words)
            case .paused(let reason): Ending(how: "paused", reason: reason.kind, reasonText: reason.words)
            }
        contacts = forecast.contacts
        calls = forecast.calls
        retries = forecast.retries
        completed = forecast.completed
        failed = forecast.failed
        unreached = forecast.unreached
        goalsMet = forecast.goalsMet
        skipped = forecast.skipped.sorted { $0.key < $1.key }.map { NativeCount(what: $0.key, count: $0.value) }
        endReasons = forecast.endReasons.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { NativeCount(what: $0.key.rawValue, count: $0.value) }
        expectedSpend = NativeMoney(forecast.expectedSpend)
        worstCaseSpend = NativeMoney(forecast.worstCaseSpend)
        mostAtOnce = forecast.mostAtOnce
        assumptions = forecast.source.rawValue
        periods = forecast.periods.map { period in
            Period(
                start: Timestamp.text(period.start),
                end: Timestamp.text(period.end),
                calls: period.calls,
                retries: period.retries
            )
        }
        places = forecast.places.map { place in
            Place(
                timeZones: place.zones,
                contacts: place.contacts,
                calls: place.calls,
                firstCallAt: place.firstCall.map(Timestamp.text),
                lastCallAt: place.lastCall.map(Timestamp.text)
            )
        }
    }
}

/// How many there are of something.
struct NativeCount: Encodable, Sendable {
    let what: String
    let count: Int
}
