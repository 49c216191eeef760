package import Logging
import Synchronization

/// Several models as one: the first that answers is heard. One that has failed several times on end is left alone for a while, so that
/// every turn need not wait for it again.
package final class FallbackModel: LanguageModel {
    private struct Standing {
        var failures = 0
        var restUntil: ContinuousClock.Instant?
    }

    /// So many failures on end are a pattern.
    private static let mostFailures = 3

    private let models: [any LanguageModel]
    private let rest: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private let standings: Mutex<[Standing]>

    /// `models` in the order in which they are asked, at least one. `rest` is how long one that fails is left alone.
    package init(
        _ models: [any LanguageModel],
        rest: Duration = .seconds(30),
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        precondition(!models.isEmpty, "no model to ask")
        self.models = models
        self.rest = rest
        self.now = now
        self.logger = logger
        standings = Mutex(models.map { _ in Standing() })
    }

    package var name: String { models.map(\.name).joined(separator: ", ") }
    /// What all of them can do.
    package var abilities: ModelAbilities {
        var abilities = ModelAbilities()
        abilities.tools = models.contains { $0.abilities.tools }
        abilities.schema = models.contains { $0.abilities.schema }
        return abilities
    }

    /// Asks one after the other until one has given something: what was said cannot be taken back, so its failure is the answer's.
    package func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        let order = order()
        for (place, index) in order.enumerated() {
            let hasGiven = Mutex(false)
            do {
                let ending = try await models[index].answer(request) { piece in
                    hasGiven.withLock { $0 = true }
                    try await take(piece)
                }
                standings.withLock { $0[index] = Standing() }
                return ending
            } catch let failure as ModelFailure {
                note(failure, of: index)
                if place == order.count - 1 || hasGiven.withLock(\.self) { throw failure }
            }
        }
        throw ModelFailure.unreachable("there is no model")
    }

    /// Warms all of them. Throws what the first one throws, if every one failed.
    package func warmUp() async throws {
        var failures: [any Error] = []
        for model in models {
            do {
                try await model.warmUp()
            } catch {
                try Task.checkCancellation()
                logger.warning(
                    "A language model is not ready",
                    metadata: ["model": "\(model.name)", "error": "\(error)"]
                )
                failures.append(error)
            }
        }
        if let failure = failures.first, failures.count == models.count { throw failure }
    }

    /// Those that rest come last: before nobody is asked, they are.
    private func order() -> [Int] {
        let now = now()
        return standings.withLock { standings in
            let isResting = standings.map { standing in standing.restUntil.map { $0 > now } ?? false }
            return standings.indices.filter { !isResting[$0] } + standings.indices.filter { isResting[$0] }
        }
    }

    private func note(_ failure: ModelFailure, of index: Int) {
        let model = models[index].name
        let isResting = standings.withLock { standings in
            standings[index].failures += 1
            guard standings[index].failures >= Self.mostFailures else { return false }
            standings[index].restUntil = now() + rest
            return true
        }
        logger.warning(
            "A language model failed",
            metadata: ["model": "\(model)", "error": "\(failure)", "resting": "\(isResting)"]
        )
    }
}
