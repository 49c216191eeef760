import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension TelzinoDialect {
    func addCallLogRoutes(to door: DoorRoutes) {
        door.group("v1/agents/:agent/call-logs", needing: .sessionsReadTranscript)
            .get(use: listLogs)
            .get(":call", use: showLog)
    }

    /// Seconds that a link to a recording is good: “pre-signed … may expire”.
    private static let recordingLifetime: TimeInterval = 3600

    /// Newest first: calls that are over and were answered, whatever door they came through.
    @Sendable
    private func listLogs(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let agent = try await agents.agent(try context.telzinoAgent().description, project: context.project)
        let page = try TelzinoPageNumber(try Query(request, accepting: nil))
        let (part, total) = try await calls.calls(
            CallFilter(statuses: Set(CallStatus.allCases.filter(\.isFinal)), agent: agent.id, wasAnswered: true),
            offset: page.offset,
            limit: page.limit,
            project: context.project
        )
        let transcripts = try await calls.transcripts(of: part.calls)
        let logs = part.calls.map { call in
            TelzinoCallLog(
                call,
                transcript: transcripts[call.id] ?? [],
                recordingURL: recordingURL(of: call, for: request)
            )
        }
        return try context.responseEncoder.encode(
            TelzinoPage(data: logs, page, total: total),
            from: request,
            context: context
        )
    }

    @Sendable
    private func showLog(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let agent = try context.telzinoAgent()
        let call = try await calls.call(try context.telzinoCall(), project: context.project)
        guard call.agent.id == agent, call.lifecycle.status.isFinal, call.lifecycle.answeredAt != nil else {
            throw Refusal.unknownCall
        }
        let log = TelzinoCallLog(
            call,
            transcript: try await calls.transcript(call.id, project: context.project),
            recordingURL: recordingURL(of: call, for: request)
        )
        return try context.responseEncoder.encode(TelzinoWrapped(data: log), from: request, context: context)
    }

    private func recordingURL(of call: Call, for request: Request) -> String? {
        calls.recordingURL(of: call, for: Self.recordingLifetime, to: request, at: publicURL)
    }
}
