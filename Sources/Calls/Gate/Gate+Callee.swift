import FoundationEssentials

// Whom it calls.
extension Gate {
    var suppression: GateCheck? { Suppression.check(facts.suppressions) }

    var country: GateCheck? { policy.check(destination) }

    var consent: GateCheck? {
        guard policy.requiresConsent else { return nil }
        guard let good = facts.consents.first(where: { $0.isGood(at: now) }) else {
            let reason =
                switch facts.consents.first {
                case nil: "No consent is recorded for the number"
                case let newest? where newest.revokedAt != nil: "The consent for the number was revoked"
                case let newest? where newest.givenAt > now: "The consent for the number is not given yet"
                case _?: "The consent for the number has expired"
                }
            return GateCheck(.consent, .blocked, reason)
        }
        return GateCheck(
            .consent,
            .passed,
            "Consent was given on \(good.givenAt.formatted(.iso8601)): \(good.source)",
            values: ["consent": .string(good.id.description)]
        )
    }
}

extension Suppression {
    /// Whether a number may be called that stands on these lists.
    package static func check(_ entries: [Suppression]) -> GateCheck {
        guard let entry = entries.max(by: { $0.createdAt < $1.createdAt }) else {
            return GateCheck(.suppression, .passed, "The number is on no do-not-call list")
        }
        let list = entry.scope == .account ? "the account's" : "the project's"
        return GateCheck(
            .suppression,
            .blocked,
            "The number is on \(list) do-not-call list since \(entry.createdAt.formatted(.iso8601)): \(entry.reason.words)",
            values: [
                "scope": .string(entry.scope.rawValue), "reason": .string(entry.reason.rawValue),
                "since": .string(entry.createdAt.formatted(.iso8601)),
            ]
        )
    }
}

extension DialPolicy {
    /// Whether country and tariff of `destination` are allowed.
    package func check(_ destination: Destination) -> GateCheck {
        var values: [String: JSONValue] = ["tariff": .string(destination.tariff.rawValue)]
        values["country"] = destination.country.map(JSONValue.string) ?? .null
        if destination.isCountryAssumed { values["country_assumed"] = true }
        guard allows(destination.tariff) else {
            return GateCheck(.destination, .blocked, "\(destination.tariff.words) are not allowed", values: values)
        }
        guard let countries else {
            return GateCheck(.destination, .passed, "Every country is allowed", values: values)
        }
        guard let country = destination.country else {
            return GateCheck(.destination, .blocked, "No country is known for the number", values: values)
        }
        return countries.contains(country)
            ? GateCheck(.destination, .passed, "\(country) is allowed", values: values)
            : GateCheck(.destination, .blocked, "\(country) is not among the countries allowed", values: values)
    }
}

extension Suppression.Reason {
    fileprivate var words: String {
        switch self {
        case .calleeRequest: "the callee asked not to be called"
        case .complaint: "somebody complained"
        case .registry: "it stands in a public register"
        case .wrongNumber: "it reaches nobody, or the wrong person"
        case .other: "somebody put it there"
        }
    }
}

extension Destination.Tariff {
    fileprivate var words: String {
        switch self {
        case .standard: "Ordinary numbers"
        case .premiumRate: "Premium-rate numbers"
        case .sharedCost: "Shared-cost numbers"
        case .satellite: "Satellite telephones and networks of no country"
        }
    }
}
