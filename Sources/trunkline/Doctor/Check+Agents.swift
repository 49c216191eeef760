import Calls
import Foundation
import Storage

extension Check {
    /// Which agents would converse freely if there were a language model, and what they do meanwhile; which ones name a model that is not there.
    static func agents(_ path: String, hasLanguageModel: Bool, realtimeModels: [String]) -> Check {
        Check("Agents") {
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            do {
                let database = try SQLiteDatabase.file(at: path, ownership: .shared)
                try await database.migrate()
                let agents = try await AgentStore(database).all()
                try database.close()
                let living = agents.filter { $0.status != .archived }
                return living.compactMap { missing($0, realtimeModels) }
                    + [finding(living, hasLanguageModel: hasLanguageModel)]
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

    private static func finding(_ agents: [Agent], hasLanguageModel: Bool) -> Finding {
        let waiting = agents.filter { $0.conductor(hasLanguageModel: hasLanguageModel) == .messageTaking }
        guard !waiting.isEmpty else { return .ok("\(agents.count) stored, none waits for a language model") }
        let slugs = waiting.map(\.slug).joined(separator: ", ")
        return .warning(
            "no language model is configured: \(slugs) greet, take a message and say goodbye",
            "Give each a 'flow' to have it ask and answer; docs/agents.md shows how"
        )
    }
}
