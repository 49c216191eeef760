/// Whom a project may call, when and how much: what the gate holds every dial against. `docs/gate.md` explains every rule.
package struct DialPolicy: Sendable, Hashable {
    /// Which calls keep to the calling hours.
    package enum HoursScope: String, Sendable, Hashable, Codable, CaseIterable {
        case none
        /// Calls of batches. Whoever places a single call decides when.
        case batches
        case all
    }

    /// At most `calls` dials to one number within `hours`.
    package struct Frequency: Sendable, Hashable {
        package var calls: Int
        package var hours: Int

        package init(calls: Int, hours: Int) {
            self.calls = calls
            self.hours = hours
        }
    }

    /// ISO 3166, as in `US`. Nil for every country.
    package var countries: Set<String>?
    package var allowsPremiumRate = false
    package var allowsSharedCost = false
    /// Satellite telephones and networks that belong to no country.
    package var allowsSatellite = false
    package var callingHours = CallingHours.standard
    package var hoursScope = HoursScope.batches
    /// Only numbers that a consent is recorded for may be called.
    package var requiresConsent = false
    /// Over all agents and batches of the project.
    package var frequency: Frequency?
    /// How many calls of the project may be on their way or talking at once.
    package var concurrentCalls: Int?
    /// Paces the queue. Takes the place of what a call brings along (`CallRequest.dialsPerMinute`).
    package var dialsPerMinute: Int?

    package init() {}

    package func allows(_ tariff: Destination.Tariff) -> Bool {
        switch tariff {
        case .standard: true
        case .premiumRate: allowsPremiumRate
        case .sharedCost: allowsSharedCost
        case .satellite: allowsSatellite
        }
    }

    /// Whether a call of this origin keeps to the calling hours.
    package func keepsHours(_ origin: CallOrigin) -> Bool {
        switch hoursScope {
        case .none: false
        case .batches: origin == .batch
        case .all: true
        }
    }
}

/// Whether somebody asked for this one call, or for a list of them.
package enum CallOrigin: String, Sendable, Hashable, Codable, CaseIterable {
    case single
    case batch
}
