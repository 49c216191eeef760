import Calls
import Engine

extension BatchStatus {
    var tone: HTML.Tone {
        switch self {
        case .importing, .scheduled, .paused: .wait
        case .running, .stopping: .live
        case .completed: .good
        case .canceled: .plain
        }
    }

    var badge: HTML { .badge(rawValue, tone) }
}

extension Contact.State {
    var words: String {
        switch self {
        case .ready: "its turn comes"
        case .waiting: "waits"
        case .calling: "being called"
        case .completed: "talked to"
        case .failed: "not reached"
        case .skipped: "skipped"
        case .canceled: "canceled"
        }
    }

    var tone: HTML.Tone {
        switch self {
        case .ready, .waiting: .wait
        case .calling: .live
        case .completed: .good
        case .failed: .bad
        case .skipped, .canceled: .plain
        }
    }
}

extension RowVerdict.Kind {
    var words: String {
        switch self {
        case .ready: "called at once"
        case .outsideHours: "called when calling hours begin"
        case .waiting: "called later"
        case .faulty: "something is wrong"
        case .duplicate: "stands twice"
        case .missingVariables: "a value is missing"
        case .suppressed: "on the do-not-call list"
        case .unreachable: "destination not allowed"
        case .noConsent: "no consent"
        case .blocked: "blocked by a rule"
        }
    }

    var tone: HTML.Tone {
        switch self {
        case .ready: .good
        case .outsideHours, .waiting: .wait
        case .faulty, .missingVariables: .bad
        case .duplicate, .suppressed, .unreachable, .noConsent, .blocked: .plain
        }
    }
}

/// How calls end, as coarsely as a chart shows it.
enum Outcome: CaseIterable {
    case talked
    case machine
    case notReached
    case notDialed
    case failed

    init(_ reason: EndReason) {
        self =
            switch reason {
            case .voicemail, .screened, .fax: .machine
            case .canceled, .blocked, .expired, .prefetchFailed: .notDialed
            case .callerIDRejected: .failed
            case _ where reason.faultOwner == .us || reason.faultOwner == .carrier: .failed
            case _ where reason.status == .completed: .talked
            default: .notReached
            }
    }

    var words: String {
        switch self {
        case .talked: "talked to"
        case .machine: "a machine"
        case .notReached: "not reached"
        case .notDialed: "not dialed"
        case .failed: "failed"
        }
    }

    var tone: ChartTone {
        switch self {
        case .talked: .good
        case .machine: .live
        case .notReached: .plain
        case .notDialed: .wait
        case .failed: .bad
        }
    }

    static var series: [ColumnChart.Series] { allCases.map { ColumnChart.Series(name: $0.words, tone: $0.tone) } }

    /// In the order of the cases.
    static func counts(_ ends: [EndReason: Int]) -> [Int] {
        var counts: [Outcome: Int] = [:]
        for (reason, count) in ends { counts[Outcome(reason), default: 0] += count }
        return allCases.map { counts[$0] ?? 0 }
    }
}
