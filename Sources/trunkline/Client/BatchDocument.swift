import Foundation

/// A batch as the API shows it, as far as the command line speaks of it.
struct BatchDocument: Decodable {
    struct Counts: Decodable {
        let total: Int
        let queued: Int
        let dialing: Int
        let connected: Int
        let completed: Int
        let failed: Int
        let skipped: Int
        let canceled: Int
        let goalsMet: Int
        let calls: Int
    }

    struct Reason: Decodable {
        let kind: String
        let text: String
    }

    let id: String
    let name: String
    let status: String
    let reason: Reason?
    let createdAt: String
    let counts: Counts
    let endReasons: [String: Int]
    let callsPerMinute: Int
    let estimatedFinish: String?
    let cost: MoneyDocument

    /// Nothing can follow.
    var isOver: Bool { status == "completed" || status == "canceled" }
}

struct MoneyDocument: Decodable {
    let amount: String
    let milliCents: Int64
}

/// What a list would come to.
struct PreviewDocument: Decodable {
    struct File: Decodable {
        let encoding: String
        let delimiter: String
        let columns: [String]
        let phoneColumn: String
        let notices: [String]
    }

    struct Row: Decodable {
        let line: Int
        let verdict: String
        let column: String?
        let reason: String?
    }

    struct Funds: Decodable {
        let balance: MoneyDocument
        let isEnough: Bool
    }

    let file: File
    let rows: Int
    let called: Int
    let counts: [String: Int]
    let shown: [Row]
    let funds: Funds?
    let forecast: ForecastDocument
}

/// How a batch is likely to go.
struct ForecastDocument: Decodable {
    struct Ending: Decodable {
        let how: String
        let reasonText: String?
    }

    struct Count: Decodable {
        let what: String
        let count: Int
    }

    struct Period: Decodable {
        let start: String
        let calls: Int
        let retries: Int
    }

    let startsAt: String
    let finishesAt: String?
    let ending: Ending
    let contacts: Int
    let calls: Int
    let retries: Int
    let completed: Int
    let failed: Int
    let unreached: Int
    let goalsMet: Int
    let skipped: [Count]
    let expectedSpend: MoneyDocument
    let worstCaseSpend: MoneyDocument
    let mostAtOnce: Int
    let assumptions: String
    let periods: [Period]
}
