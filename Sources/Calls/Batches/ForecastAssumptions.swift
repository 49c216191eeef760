/// How calls are taken to go, for a forecast: nobody knows who will pick up.
package struct ForecastAssumptions: Sendable, Hashable {
    /// One way in which a call can end.
    package struct Outcome: Sendable, Hashable {
        package var reason: EndReason
        /// Its part of the calls. Parts are held against their sum, so they may be percentages or counts.
        package var share: Double
        /// Seconds from the dial until somebody answers, or until the call is over if nobody does.
        package var ringing: Double
        /// Seconds the line is up. 0 if nobody answers.
        package var talking: Double
        /// Which part of these calls meets its goal, 0 to 1.
        package var goalRate: Double

        package init(_ reason: EndReason, share: Double, ringing: Double, talking: Double = 0, goalRate: Double = 0) {
            self.reason = reason
            self.share = share
            self.ringing = ringing
            self.talking = talking
            self.goalRate = goalRate
        }
    }

    /// Where the assumptions come from.
    package enum Source: String, Sendable, Hashable, CaseIterable {
        /// Whoever asked for the forecast.
        case given
        /// How the agent's own calls went of late.
        case history
        /// Nothing better was known.
        case standard
    }

    package let outcomes: [Outcome]
    /// How calls go to somebody who was called before: whoever was busy once is likelier to be busy again. Empty: as the first ones go.
    package let again: [Outcome]
    package let source: Source

    /// Nil unless some share of `outcomes` is above zero, none is below, and every rate and time makes sense.
    package init?(_ outcomes: [Outcome], again: [Outcome] = [], source: Source) {
        let areSound = (outcomes + again).allSatisfy {
            $0.share >= 0 && $0.share.isFinite && (0...14_400).contains($0.ringing) && (0...14_400).contains($0.talking)
                && (0...1).contains($0.goalRate)
        }
        guard areSound, outcomes.contains(where: { $0.share > 0 }) else { return nil }
        self.outcomes = outcomes.filter { $0.share > 0 }
        self.again = again.filter { $0.share > 0 }
        self.source = source
    }

    private init(standard: Void) {
        outcomes = [
            Outcome(.agentHungUp, share: 25, ringing: 12, talking: 60, goalRate: 0.6),
            Outcome(.calleeHungUp, share: 10, ringing: 12, talking: 20),
            Outcome(.voicemail, share: 25, ringing: 20, talking: 8),
            Outcome(.noAnswer, share: 28, ringing: 40),
            Outcome(.busy, share: 5, ringing: 3),
            Outcome(.declined, share: 4, ringing: 8),
            Outcome(.notInService, share: 3, ringing: 3),
        ]
        again = []
        source = .standard
    }

    /// For want of anything better: a third of the callees talk. Whoever knows more says so, or lets the agent's own calls speak.
    package static let standard = ForecastAssumptions(standard: ())
}

/// Hands out outcomes so that at every moment each has had its share, to within one call: a forecast is an expectation, and the same twice.
struct OutcomeSequence {
    private let outcomes: [ForecastAssumptions.Outcome]
    private let shares: [Double]
    private var credits: [Double]
    private var goals: [Double]

    /// Some of them have a share.
    init(_ outcomes: [ForecastAssumptions.Outcome]) {
        self.outcomes = outcomes
        let sum = outcomes.reduce(0) { $0 + $1.share }
        shares = outcomes.map { $0.share / sum }
        credits = shares.map { _ in 0 }
        goals = credits
    }

    /// The next call's, and whether it meets its goal.
    mutating func next() -> (outcome: ForecastAssumptions.Outcome, meetsGoal: Bool) {
        var best = 0
        for index in shares.indices {
            credits[index] += shares[index]
            if credits[index] > credits[best] { best = index }
        }
        credits[best] -= 1
        goals[best] += outcomes[best].goalRate
        // A little less than 1, because sums of fractions fall short of it.
        let meetsGoal = goals[best] > 0.999_999
        if meetsGoal { goals[best] -= 1 }
        return (outcomes[best], meetsGoal)
    }
}
