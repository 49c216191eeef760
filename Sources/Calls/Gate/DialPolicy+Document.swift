/// What is wrong with a change of a policy.
package struct DialPolicyProblem: Error, Sendable, Hashable {
    /// The member, with dots between the levels: `calling_hours.windows.mon`.
    package var path: String
    /// What is accepted there.
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }
}

/// Members of a policy's document that somebody set. Whatever they do not name stays as it is below them: first the built-in defaults, then what
/// the project set, then what the agent did.
package typealias DialPolicyChanges = [String: JSONValue]

extension DialPolicy {
    /// The built-in defaults with `layers` over them, the last one on top.
    package init(_ layers: [DialPolicyChanges]) throws(DialPolicyProblem) {
        self.init()
        for layer in layers { try apply(layer) }
    }

    /// `changes` after `patch`: a member that is `null` is taken out, an object goes member by member, anything else replaces what was there
    /// (RFC 7396). Throws for what no policy can be.
    package static func merge(
        _ patch: DialPolicyChanges,
        into changes: DialPolicyChanges
    ) throws(DialPolicyProblem) -> DialPolicyChanges {
        try checkNames(in: patch)
        let merged = changes.merging(patch: patch)
        _ = try DialPolicy([merged])
        return merged
    }

    /// Also a member that is only taken away has to be one that there is: merging would lose a slip of the pen without a word.
    private static func checkNames(in patch: DialPolicyChanges) throws(DialPolicyProblem) {
        if let frequency = patch["frequency"], case .object = frequency {
            _ = try PolicyReader(path: "frequency", value: frequency).members(["calls", "hours"])
        }
        guard let hours = patch["calling_hours"], case .object(let members) = hours else { return }
        _ = try PolicyReader(path: "calling_hours", value: hours).members(["applies_to", "windows"])
        guard let windows = members["windows"], case .object = windows else { return }
        let days = CallingHours.Weekday.allCases.map(\.rawValue)
        _ = try PolicyReader(path: "calling_hours.windows", value: windows).members(days)
    }

    /// Throws for what no agent's policy can be: besides what no policy can, rules that count over all agents.
    package static func checkForAgent(_ changes: DialPolicyChanges) throws(DialPolicyProblem) {
        for name in ["concurrent_calls", "dials_per_minute"] where changes[name] != nil {
            throw DialPolicyProblem(path: name, message: "counts over all agents: it can only be set for the project")
        }
        _ = try DialPolicy([changes])
    }

    /// Everything about it, with every member.
    package var document: [String: JSONValue] {
        [
            "countries": countries.map { .array($0.sorted().map(JSONValue.string)) } ?? .null,
            "premium_rate": .bool(allowsPremiumRate),
            "shared_cost": .bool(allowsSharedCost),
            "satellite": .bool(allowsSatellite),
            "calling_hours": .object([
                "applies_to": .string(hoursScope.rawValue),
                "windows": callingHours.document,
            ]),
            "requires_consent": .bool(requiresConsent),
            "frequency": frequency.map {
                .object(["calls": .integer(Int64($0.calls)), "hours": .integer(Int64($0.hours))])
            } ?? .null,
            "concurrent_calls": concurrentCalls.map { .integer(Int64($0)) } ?? .null,
            "dials_per_minute": dialsPerMinute.map { .integer(Int64($0)) } ?? .null,
        ]
    }

    /// Members that have no limit are set so with this word, because `null` means "as below".
    private static let noLimit = JSONValue.string("none")

    private mutating func apply(_ changes: DialPolicyChanges) throws(DialPolicyProblem) {
        // In a fixed order, so that the same document always meets the same complaint first.
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) where value != .null {
            let reader = PolicyReader(path: name, value: value)
            switch name {
            case "countries": countries = value == "all" ? nil : Set(try reader.countries())
            case "premium_rate": allowsPremiumRate = try reader.truth()
            case "shared_cost": allowsSharedCost = try reader.truth()
            case "satellite": allowsSatellite = try reader.truth()
            case "calling_hours": try applyHours(reader)
            case "requires_consent": requiresConsent = try reader.truth()
            case "frequency": frequency = value == Self.noLimit ? nil : try reader.frequency()
            case "concurrent_calls":
                concurrentCalls = value == Self.noLimit ? nil : try reader.integer(in: 1...100_000)
            case "dials_per_minute":
                dialsPerMinute = value == Self.noLimit ? nil : try reader.integer(in: 1...60_000)
            default:
                let names = DialPolicy().document.keys.sorted().joined(separator: ", ")
                throw DialPolicyProblem(path: name, message: "there is no such rule; the rules are \(names)")
            }
        }
    }

    private mutating func applyHours(_ reader: PolicyReader) throws(DialPolicyProblem) {
        for (name, value) in try reader.members(["applies_to", "windows"]) where value != .null {
            let member = PolicyReader(path: "\(reader.path).\(name)", value: value)
            if name == "applies_to" {
                hoursScope = try member.word()
            } else {
                callingHours = try member.windows(over: callingHours)
            }
        }
    }
}

extension CallingHours {
    /// The windows of every day: `{"mon": ["08:00-21:00"], …}`.
    package var document: JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: Weekday.allCases.map { day in
                    (day.rawValue, .array((windows[day] ?? []).map { .string($0.text) }))
                }
            )
        )
    }
}

extension [String: JSONValue] {
    /// JSON Merge Patch (RFC 7396) of an object.
    package func merging(patch: Self) -> Self {
        var result = self
        for (name, value) in patch {
            switch value {
            case .null:
                result[name] = nil
            case .object(let members):
                let below: Self = if case .object(let members)? = result[name] { members } else { [:] }
                result[name] = .object(below.merging(patch: members))
            default:
                result[name] = value
            }
        }
        return result
    }
}
