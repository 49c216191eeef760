import Conversation
import Logging
import Providers
import ServiceLifecycle

extension Settings {
    /// The language models as one: the first that answers is heard. Nil if there is none.
    func languageModel(logger: Logger) -> (any LanguageModel)? {
        models.isEmpty ? nil : FallbackModel(models.map { ChatModel($0) }, logger: logger)
    }
}

extension Settings {
    /// The models that agents name to hear, think and speak for them.
    func realtimeModels(logger: Logger) -> [any Conversation.RealtimeModel] {
        realtimeModels.map { model in
            let guardian = ServerGuard(name: model.name, places: model.server.concurrency, logger: logger)
            return RealtimeEndpoint(model.server, guardian: guardian, logger: logger)
        }
    }
}

extension ChatModel {
    init(_ model: Settings.Model, seed: Int? = nil) {
        var configuration = Configuration(
            name: model.name,
            url: model.url,
            model: model.model,
            key: model.key?.revealed
        )
        configuration.abilities.tools = model.hasTools
        configuration.abilities.schema = model.hasSchema
        configuration.firstWord = .milliseconds(model.firstWord)
        configuration.limit = model.limit
        configuration.prefills = model.prefills
        configuration.temperature = model.temperature
        configuration.seed = seed
        self.init(configuration)
    }
}

/// Has the language models load and connect before the first call needs them.
struct ModelWarmUp: Service {
    let model: any LanguageModel
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await model.warmUp()
                logger.info("The language model answers", metadata: ["model": "\(model.name)"])
            } catch is CancellationError {
                return
            } catch {
                logger.warning("No language model answers", metadata: ["error": "\(error)"])
            }
        }
        try? await gracefulShutdown()
    }
}
