import Calls
import Conversation
import Logging

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A session with a scripted server, and what it tells, in order.
final class RealtimeLine {
    let session: any RealtimeSession
    private var events: AsyncStream<RealtimeEvent>.AsyncIterator

    init(
        _ port: Int,
        _ dialect: RealtimeServer.Dialect = .ga,
        guardian: ServerGuard? = nil,
        change: (inout RealtimeServer) -> Void = { _ in }
    ) async throws {
        var server = RealtimeServer(name: "voice", url: "ws://127.0.0.1:\(port)/v1/realtime", model: "gpt-realtime")
        server.key = ProviderKey("sk-secret")
        server.voice = "marin"
        server.transcriber = "whisper-1"
        server.dialect = dialect
        change(&server)
        let guardian = guardian ?? ServerGuard(name: "voice", places: 4, logger: quiet)
        let (stream, continuation) = AsyncStream.makeStream(of: RealtimeEvent.self)
        var setup = RealtimeSetup(instructions: "You are a test.")
        setup.tools = [ModelTool(name: "end_call", description: "Ends it.", parameters: ["type": "object"])]
        session = try await RealtimeEndpoint(server, guardian: guardian, logger: quiet).open(setup) {
            continuation.yield($0)
        }
        events = stream.makeAsyncIterator()
    }

    /// The next thing that is told, in words.
    func next() async -> String {
        guard let event = await events.next(isolation: #isolation) else { return "nothing" }
        switch event {
        case .sound(let line, let samples): return "sound \(line) \(samples.count)"
        case .words(let line, let words): return "words \(line) \(words)"
        case .called(let line, let call): return "called \(line) \(call.name) \(call.arguments)"
        case .ended(let line, let ending):
            return
                "ended \(line) \(ending.reason) \(ending.usage.map { "\($0.promptTokens)+\($0.answerTokens)" } ?? "")"
        case .failed(let line, let failure): return "failed \(line) \(failure)"
        case .heard(let turn, let words): return "heard \(turn) \(words ?? "-")"
        case .lost(let failure): return "lost \(failure)"
        }
    }

    /// What is told until it begins with `word`.
    func all(until word: String) async -> [String] {
        var all: [String] = []
        repeat { all.append(await next()) } while !all[all.count - 1].hasPrefix(word) && all.last != "nothing"
        return all
    }

    /// Half a second of a callee.
    func speak(turn: Int) {
        for _ in 0..<25 { session.send(.hear(Sound.tone(seconds: 0.02))) }
        session.send(.commit(turn: turn))
    }
}
