package import Conversation
package import Logging
import Synchronization

/// Several models as one: the first that answers is heard. One that fails again and again is left alone for a while, so that every turn need
/// not wait for it.
package final class FallbackModel: LanguageModel {
    private let models: [any LanguageModel]
    private let clock: ProviderClock
    private let logger: Logger
    private let breakers: Mutex<[CircuitBreaker]>

    /// `models` in the order in which they are asked, at least one.
    package init(_ models: [any LanguageModel], clock: ProviderClock = .continuous, logger: Logger) {
        precondition(!models.isEmpty, "no model to ask")
        self.models = models
        self.clock = clock
        self.logger = logger
        breakers = Mutex(models.map { _ in CircuitBreaker() })
    }

    package var name: String { models.map(\.name).joined(separator: ", ") }
    /// What any of them can do: each words for itself what it cannot be asked for otherwise.
    package var abilities: ModelAbilities {
        var abilities = ModelAbilities()
        abilities.tools = models.contains { $0.abilities.tools }
        abilities.schema = models.contains { $0.abilities.schema }
        return abilities
    }

    /// Asks one after the other until one has given something: what was said cannot be taken back, so its failure is the answer's. Those that
    /// are left alone are asked last, before nobody is.
    package func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        var last = ModelFailure.unreachable("there is no model")
        var resting: [Int] = []
        for index in models.indices {
            guard breakers.withLock({ $0[index].admits(at: clock.now()) }) else {
                resting.append(index)
                continue
            }
            switch try await attempt(index, request, take) {
            case .success(let ending): return ending
            case .failure(let failure): last = failure
            }
        }
        for index in resting {
            switch try await attempt(index, request, take) {
            case .success(let ending): return ending
            case .failure(let failure): last = failure
            }
        }
        throw last
    }

    /// Throws the failure of one that had begun to answer, and what is no failure of a model.
    private func attempt(
        _ index: Int,
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> Result<ModelEnding, ModelFailure> {
        let hasGiven = Mutex(false)
        do {
            var ending = try await models[index].underFaults(place: index).answer(request) { piece in
                hasGiven.withLock { $0 = true }
                try await take(piece)
            }
            note(index) { breaker, _ in breaker.succeed() }
            ending.model = ending.model ?? models[index].name
            return .success(ending)
        } catch let failure as ModelFailure {
            note(index) { $0.fail(at: $1) }
            logger.warning(
                "A language model failed",
                metadata: ["model": "\(models[index].name)", "error": "\(failure)"]
            )
            if hasGiven.withLock(\.self) { throw failure }
            return .failure(failure)
        } catch {
            note(index) { $0.giveUp(at: $1) }
            throw error
        }
    }

    /// Remembers how it went, for the calls to come. One in which it had to go wrong says nothing of the model.
    private func note(_ index: Int, _ change: (inout CircuitBreaker, Duration) -> Void) {
        guard FaultSwitch.current == nil else { return }
        breakers.withLock { change(&$0[index], clock.now()) }
    }

    package func makeReady() async { await next.makeReady() }

    package func foresee(_ request: ModelRequest) async { await next.foresee(request) }

    /// The one that will be asked first.
    private var next: any LanguageModel {
        let index = breakers.withLock { breakers in
            breakers.firstIndex { if case .closed = $0.state { true } else { false } }
        }
        return models[index ?? 0]
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
}
