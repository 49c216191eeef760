import Conversation
import Logging
import Synchronization
import Testing

@testable import Providers

@Suite("Several language models as one")
struct FallbackModelTests {
    /// Answers with its name, unless it is broken.
    private final class Model: LanguageModel {
        let name: String
        let abilities = ModelAbilities()
        let asked = Mutex(0)
        let failure: Mutex<ModelFailure?>
        let beginning: String

        init(_ name: String, fails failure: ModelFailure? = nil, after beginning: String = "") {
            self.name = name
            self.failure = Mutex(failure)
            self.beginning = beginning
        }

        func answer(
            _ request: ModelRequest,
            _ take: @escaping @Sendable (ModelPiece) async throws -> Void
        ) async throws -> ModelEnding {
            asked.withLock { $0 += 1 }
            if !beginning.isEmpty { try await take(.text(beginning)) }
            if let failure = failure.withLock(\.self) { throw failure }
            try await take(.text(name))
            return ModelEnding(reason: .stop, usage: nil)
        }

        func warmUp() async throws {
            if let failure = failure.withLock(\.self) { throw failure }
        }
    }

    private func ask(_ model: FallbackModel) async throws -> String {
        let text = Mutex("")
        _ = try await model.answer(ModelRequest(messages: [.user("Hello?")])) { piece in
            if case .text(let more) = piece { text.withLock { $0 += more } }
        }
        return text.withLock(\.self)
    }

    private func several(_ models: [Model], _ clock: StepClock = StepClock()) -> FallbackModel {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return FallbackModel(models, clock: ProviderClock(clock), logger: logger)
    }

    @Test("The first that answers is heard, and the others are not asked")
    func order() async throws {
        let models = [Model("first", fails: .cutOff), Model("second"), Model("third")]
        #expect(try await ask(several(models)) == "second")
        #expect(models.map { $0.asked.withLock(\.self) } == [1, 1, 0])
    }

    @Test("What was said cannot be taken back: whoever fails after its first words is followed by nobody")
    func begun() async throws {
        let models = [Model("first", fails: .cutOff, after: "Well, "), Model("second")]
        await #expect(throws: ModelFailure.cutOff) { try await ask(several(models)) }
        #expect(models[1].asked.withLock(\.self) == 0)
    }

    @Test("One that fails again and again is left alone for a while, then tried again")
    func resting() async throws {
        let clock = StepClock()
        let models = [Model("first", fails: .cutOff), Model("second")]
        let model = several(models, clock)
        for _ in 0..<5 { _ = try await ask(model) }
        #expect(models[0].asked.withLock(\.self) == CircuitBreaker.tolerance)
        models[0].failure.withLock { $0 = nil }
        #expect(try await ask(model) == "second")
        clock.advance(by: CircuitBreaker.firstWait)
        #expect(try await ask(model) == "first")
    }

    @Test("Before nobody is asked, one that is left alone is")
    func last() async throws {
        let model = Model("only", fails: .cutOff)
        let several = several([model])
        for _ in 0..<5 { await #expect(throws: ModelFailure.cutOff) { try await ask(several) } }
        #expect(model.asked.withLock(\.self) == 5)
        model.failure.withLock { $0 = nil }
        #expect(try await ask(several) == "only")
    }

    @Test("They are ready if one of them is")
    func warmUp() async throws {
        try await several([Model("first", fails: .cutOff), Model("second")]).warmUp()
        await #expect(throws: ModelFailure.cutOff) { try await several([Model("only", fails: .cutOff)]).warmUp() }
    }
}
