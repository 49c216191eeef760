import Calls
import FoundationEssentials

/// What was filled in to make an API key.
struct NewKeyForm {
    var name: String
    var mode: CallMode
    var scopes: Set<Scope>
    /// As they were typed.
    var perMinute: String
    var perHour: String
    /// `2026-11-30`: the key is taken until the end of that day, UTC.
    var lastDay: String
    private(set) var problems = FormProblems()
    private(set) var limits = RequestLimits()
    private(set) var expiresAt: Date?

    static let fields: Set<String> = ["name", "scopes", "per_minute", "per_hour", "expires_at"]

    /// An empty form.
    init() {
        (name, mode, scopes) = ("", .test, Scope.all)
        (perMinute, perHour, lastDay) = ("", "", "")
    }

    init(_ fields: FormFields) {
        name = fields["name"] ?? ""
        mode = fields["mode"].flatMap(CallMode.init(rawValue:)) ?? .test
        scopes = Set(fields.all("scope").compactMap(Scope.init(rawValue:)))
        perMinute = fields["per_minute"] ?? ""
        perHour = fields["per_hour"] ?? ""
        lastDay = fields["expires_at"] ?? ""
        if name.isEmpty { problems.note("say what the key is for, to know it again", at: "name") }
        limits.perMinute = count(perMinute, "per_minute")
        limits.perHour = count(perHour, "per_hour")
        if !lastDay.isEmpty {
            expiresAt = Timestamp.date("\(lastDay)T00:00:00Z").map { $0 + 24 * 60 * 60 }
            if expiresAt == nil { problems.note("expected a day like 2026-11-30", at: "expires_at") }
        }
    }

    mutating func refuse(_ error: any Error) {
        problems = FormProblems(error, among: Self.fields)
    }

    private mutating func count(_ text: String, _ field: String) -> Int? {
        guard !text.isEmpty else { return nil }
        guard let count = Int(text), RequestLimits.accepted.contains(count) else {
            problems.note("expected a whole number from 1 to \(RequestLimits.accepted.upperBound)", at: field)
            return nil
        }
        return count
    }
}

extension Scope {
    var words: String {
        switch self {
        case .outboundTrigger: "place calls, and end them"
        case .sessionsRead: "see calls"
        case .sessionsReadTranscript: "read and hear what was said"
        case .webhooksManage: "webhooks"
        case .agentsManage: "agents"
        case .numbersManage: "numbers"
        case .batchesManage: "batches"
        case .suppressionManage: "do-not-call, rules, consents"
        case .billingRead: "money"
        case .keysManage: "make other keys"
        }
    }
}
