import Calls
import Conversation
import Foundation
import PhoneLab

/// Places the calls of a suite, some at a time, and sees what comes of each.
struct EvaluationRun: Sendable {
    /// One try of a case.
    struct Try: Sendable {
        var name: String
        /// Counted from 1. Nil if the case is tried once.
        var number: Int?
        /// Nil: the call could not be placed or followed, and `error` says why.
        var outcome: EvaluationOutcome?
        /// What was expected and did not come.
        var failures: [String]
        /// Why nothing can be said of the agent. Nil: `failures` say it all.
        var error: String?
        /// How long it took, from placing the call to its result, in s.
        var seconds: Double

        enum Verdict: String, Sendable {
            case passed
            case failed
            case error
        }

        var verdict: Verdict { error != nil ? .error : failures.isEmpty ? .passed : .failed }

        var title: String { number.map { "\(name) (\($0))" } ?? name }
    }

    let client: APIClient
    /// The agent's id.
    let agent: String
    let ledger: LabLedger?
    /// How many calls are up at once, at most.
    let concurrency: Int

    /// Every try, in the order of the suite. `tell` hears of each when it is over.
    func tries(of cases: [EvaluationSuite.Case], tell: @Sendable (Try) -> Void) async -> [Try] {
        let planned = cases.flatMap { one in (1...one.times).map { (one, one.times > 1 ? $0 : nil) } }
        return await withTaskGroup(of: (Int, Try).self) { group in
            var tries: [Int: Try] = [:]
            for (index, plan) in planned.enumerated() {
                if index >= concurrency, let (done, result) = await group.next() {
                    tell(result)
                    tries[done] = result
                }
                group.addTask { (index, await attempt(plan.0, number: plan.1)) }
            }
            for await (done, result) in group {
                tell(result)
                tries[done] = result
            }
            return planned.indices.compactMap { tries[$0] }
        }
    }

    private func attempt(_ plan: EvaluationSuite.Case, number: Int?) async -> Try {
        let start = ContinuousClock.now
        var result = Try(name: plan.name, number: number, outcome: nil, failures: [], seconds: 0)
        do {
            let outcome = try await outcome(of: plan)
            result.outcome = outcome
            result.error = outcome.lab?.failure.map { "the callee could not be played: \($0)" }
            if result.error == nil { result.failures = plan.expectation.failures(in: outcome) }
        } catch {
            result.error = "\(error)"
        }
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        return result
    }

    private func outcome(of plan: EvaluationSuite.Case) async throws -> EvaluationOutcome {
        var body: [String: JSONValue] = [
            "agent": .string(agent), "to": .string(plan.number),
            "variables": .object(plan.variables.mapValues(JSONValue.string)),
        ]
        if !plan.faults.isEmpty { body["faults"] = .object(plan.faults) }
        let placed = try CallDocument(
            apiJSON: try await client.post("/v1/calls", body: try JSONEncoder().encode(JSONValue.object(body)))
        )
        try await CallFollower(client: client, terminal: nil).follow(placed.id)
        let document = try await client.get("/v1/calls/\(placed.id)")
        let call = try CallDocument(apiJSON: document)
        // The names of its fields are the agent's own: not to be taken for the API's.
        let whole = try JSONDecoder().decode(JSONValue.self, from: document)
        var result: [String: JSONValue] = [:]
        if case .object(let fields)? = whole["result"] { result = fields }
        var tools: [String] = []
        if case .array(let used)? = whole["conversation"]?["tools"] { tools = used.compactMap { $0["name"]?.string } }
        let transcript = try TranscriptDocument(apiJSON: try await client.get("/v1/calls/\(call.id)/transcript")).data
        let attempts = try ListDocument<AttemptDocument>(
            apiJSON: try await client.get("/v1/calls/\(call.id)/attempts")
        )
        var lab: LabCall?
        // What the callee's side saw is whole a moment after ours.
        if let attempt = attempts.data.last, let ledger, await ledger.inviteCount(sipCallID: attempt.sipCallId) > 0 {
            lab = await ledger.ended(sipCallID: attempt.sipCallId)
        }
        return EvaluationOutcome(
            call: call.id,
            status: call.status,
            endReason: call.endReason,
            reached: call.reached,
            goal: call.goal,
            duration: call.duration,
            result: result,
            transcript: transcript.map {
                EvaluationOutcome.Line(speaker: $0.speaker, text: $0.text, start: $0.startMs)
            },
            tools: tools,
            lab: lab
        )
    }
}

private struct AttemptDocument: Decodable {
    let sipCallId: String
}
