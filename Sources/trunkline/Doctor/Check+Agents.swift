import Calls
import Foundation
import Logging
import Providers
import Storage

extension Check {
    /// Which agents would converse freely if nothing were lacking for that, and what they do meanwhile; which ones name a model that is not there.
    static func agents(_ settings: Settings) -> Check {
        Check("Agents") {
            let path = settings.databasePath
            let realtimeModels = settings.realtimeModels.map(\.name)
            let logger = Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() }
            let servers = RecognizerChain(settings.recognizerServers(logger: logger), logger: logger)
            let lack = TalkLack(hasModel: !settings.models.isEmpty, servers)
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            do {
                let database = try SQLiteDatabase.file(at: path, ownership: .shared)
                try await database.migrate()
                let agents = try await AgentStore(database).all()
                try database.close()
                let living = agents.filter { $0.status != .archived }
                return living.compactMap { missing($0, realtimeModels) }
                    + [finding(living, lack)]
            } catch {
                // The check of the database says why.
                return []
            }
        }
    }

    private static func missing(_ agent: Agent, _ realtimeModels: [String]) -> Finding? {
        guard agent.flow == nil, let model = agent.model, !realtimeModels.contains(model) else { return nil }
        return .failure(
            "\(agent.slug) names the realtime model \(model), which is not configured: its calls fail",
            "Name it under 'models' with kind: realtime, or change the agent"
        )
    }

    private static func finding(_ agents: [Agent], _ lack: TalkLack?) -> Finding {
        let waiting = agents.filter { $0.conductor(lacking: lack) == .messageTaking }
        guard let lack, !waiting.isEmpty else { return .ok("\(agents.count) stored, none waits for a language model") }
        let slugs = waiting.map(\.slug).joined(separator: ", ")
        let key = lack == .languageModel ? "models" : "recognizers"
        return .warning(
            "\(lack): \(slugs) greet, take a message and say goodbye",
            "Name one under '\(key)' (docs/configuration.md), or give each a 'flow' to have it ask and answer (docs/agents.md)"
        )
    }
}
