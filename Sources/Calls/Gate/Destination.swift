package import FoundationEssentials

/// What the numbering plans say of a number that is to be called, as far as the gate asks.
package struct Destination: Sendable, Hashable {
    /// What a call there costs its caller, in kind.
    package enum Tariff: String, Sendable, Hashable, Codable, CaseIterable {
        case standard
        /// The callee earns with the call.
        case premiumRate = "premium_rate"
        case sharedCost = "shared_cost"
        /// Satellite telephones and networks that belong to no country: dollars a minute, and loved by fraud.
        case satellite
    }

    package var number: PhoneNumber
    /// ISO 3166, as in `US`; `001` for numbers of no country. Nil if nobody knows.
    package var country: String?
    /// No plan assigns the number: `country` is the chief of those that share its calling code.
    package var isCountryAssumed: Bool
    package var tariff: Tariff
    package var zones: CalleeZones

    package init(
        number: PhoneNumber,
        country: String?,
        isCountryAssumed: Bool,
        tariff: Tariff,
        zones: CalleeZones
    ) {
        self.number = number
        self.country = country
        self.isCountryAssumed = isCountryAssumed
        self.tariff = tariff
        self.zones = zones
    }
}

/// Where the callee's clock may be, and how that is known.
package struct CalleeZones: Sendable, Hashable {
    package enum Source: Sendable, Hashable {
        /// Whoever placed the call said so.
        case request
        /// From the longest prefix of the number whose place is known.
        case numberRange(String)
        /// The digits behind the calling code say nothing of the place.
        case callingCode(String)
        /// The number belongs to no place.
        case unknown
    }

    /// All the callee may be in. Empty if nothing is known.
    package var zones: [TimeZone]
    package var source: Source

    package init(zones: [TimeZone], source: Source) {
        self.zones = zones
        self.source = source
    }
}
