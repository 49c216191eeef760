import Calls

/// How calls are taken to go, for a forecast.
enum NativeAssumptions {
    /// Nil if nothing is said of it.
    static func read(_ body: JSONObjectBody) throws(RequestProblem) -> ForecastAssumptions? {
        let accepted = ["end_reason", "share", "ringing", "talking", "goal_rate"]
        guard let rows = try body.objects("assumptions", accepting: accepted) else { return nil }
        var outcomes: [ForecastAssumptions.Outcome] = []
        for (index, row) in rows.enumerated() {
            do throws(RequestProblem) {
                outcomes.append(try outcome(row))
            } catch {
                throw error.within("assumptions[\(index + 1)]")
            }
        }
        guard let assumptions = ForecastAssumptions(outcomes, source: .given) else {
            throw .invalidField(
                "assumptions",
                message: "expected ways in which calls end, one of them with a share above 0"
            )
        }
        return assumptions
    }

    private static func outcome(_ row: JSONObjectBody) throws(RequestProblem) -> ForecastAssumptions.Outcome {
        guard let reason: EndReason = try row.word("end_reason") else { throw .missingField("end_reason") }
        guard let share = try row.number("share", in: 0...1_000_000) else { throw .missingField("share") }
        return ForecastAssumptions.Outcome(
            reason,
            share: share,
            ringing: try row.number("ringing", in: 0...180) ?? 0,
            talking: try row.number("talking", in: 0...14_400) ?? 0,
            goalRate: try row.number("goal_rate", in: 0...1) ?? 0
        )
    }
}
