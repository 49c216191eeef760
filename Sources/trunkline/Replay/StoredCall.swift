import Audio
import Calls
import Conversation
import Engine
import Foundation
import Storage

/// A call of this machine's database with its recording.
struct StoredCall {
    private(set) var call: Call
    let transcript: [TranscriptEntry]
    let callee: RecordedCallee
    /// In ms.
    private let duration: Int

    init(_ text: String, settings: Settings) async throws {
        guard let id = Call.ID(text) else { throw Complaint("'\(text)' is no call: its id is like call_01jdr3k5…") }
        guard FileManager.default.fileExists(atPath: settings.databasePath) else {
            throw Complaint("There is no database at \(settings.databasePath): name its directory with --data-dir")
        }
        let database = try SQLiteDatabase.file(at: settings.databasePath, ownership: .shared)
        let store = CallStore(database)
        guard let project = try await store.project(of: id), let call = try await store.call(id, project: project)
        else {
            throw Complaint("There is no call \(id) in \(settings.databasePath)")
        }
        transcript = try await store.transcript(of: id)
        let path = try await store.recording(of: id)
        try database.close()
        self.call = call
        guard call.lifecycle.status.isFinal else { throw Complaint("The call is not over yet") }
        guard let path, let bytes = FileManager.default.contents(atPath: path) else {
            throw Complaint("The call has no recording, so there is nothing to be heard again")
        }
        guard let wave = try? WAVFile(parsing: Array(bytes)), wave.sampleRate == 8000, wave.channels.count == 2 else {
            throw Complaint("Cannot read the recording \(path)")
        }
        duration = wave.channels[0].count / 8
        let party = call.transport.hungUpBy
        callee = RecordedCallee(
            callee: wave.channels[0],
            agent: wave.channels[1],
            calleeHungUp: party == .callee || party == .carrier
        )
    }

    /// Has the agent of this file talk. Throws a complaint that names what is wrong with it.
    mutating func use(agentFile path: String, voices: [String], realtimeModels: [String]) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw Complaint("Cannot read \(path)") }
        do {
            var agent = try AgentFile.read(
                String(decoding: data, as: UTF8.self),
                voices: voices,
                realtimeModels: realtimeModels,
                now: Date()
            )
            agent.id = call.agent.id
            call.agent = agent
        } catch {
            throw Complaint("\(path): \(error)")
        }
    }

    /// What the conversation knows, and what counts the works beside it.
    var brief: (ConversationBrief, WorkCount) {
        let fetched = call.notes.reduce(into: [String: JSONValue]()) { $0.merge($1.variables) { $1 } }
        var brief = ConversationBrief(of: call, fetched: fetched, at: call.createdAt)
        brief.needsVariables = false
        brief.prompt = call.request.prompt(for: call.agent, fetched: fetched)
        let works = WorkCount()
        brief.works = works
        brief.requests = RecordedRequests(call.account)
        return (brief, works)
    }

    var side: ReplayReport.Side {
        ReplayReport.Side(
            lines: transcript,
            reached: call.reached,
            goal: call.goal,
            endReason: call.lifecycle.ending?.reason,
            fields: call.fields,
            duration: duration
        )
    }
}
