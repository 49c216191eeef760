import Calls
import Foundation

/// A stored call that was answered, as far as it concerns who did.
struct AnsweredCall: Decodable {
    struct Answer: Decodable {
        let verdict: Reached
        let reason: String
        let label: Reached?
        let evidence: AnswerEvidence
        let thresholds: AnswerThresholds
    }

    struct Cost: Decodable {
        let milliCents: Int64
        let billedSeconds: Int64
    }

    let id: String
    let status: String
    let endReason: String?
    let cost: Cost
    let whoAnswered: Answer?

    /// What follows from its evidence. Nil: there is none, because nobody asked who answered.
    func decided(by thresholds: AnswerThresholds) -> AnswerVerdict? {
        guard let answer = whoAnswered, answer.evidence.duration > 0 else { return nil }
        return AnswerDecision.verdicts(on: answer.evidence, thresholds: thresholds).last ?? AnswerVerdict.none
    }
}

/// One page of a list that is read to its end.
struct PageDocument<Element: Decodable>: Decodable {
    let data: [Element]
    let nextBefore: String?
}

extension APIClient {
    /// Up to `limit` of the newest calls that `query` names, oldest first.
    func answeredCalls(_ query: String, limit: Int) async throws -> [AnsweredCall] {
        var calls: [AnsweredCall] = []
        var before = ""
        while calls.count < limit {
            let size = min(100, limit - calls.count)
            let page = try PageDocument<AnsweredCall>(
                apiJSON: try await get("/v1/calls?\(query)&limit=\(size)\(before)")
            )
            calls += page.data
            guard let next = page.nextBefore else { break }
            before = "&before=\(next)"
        }
        return calls.reversed()
    }
}
