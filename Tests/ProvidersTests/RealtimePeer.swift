import Calls
import Foundation
import Testing

/// A realtime server in one session, which says what a test has it say and holds everything it is sent against the rules.
final class RealtimePeer {
    /// What the client sent until it asked for an answer.
    struct Turn {
        /// The callee's audio of each turn that was committed.
        var committed: [[UInt8]] = []
        /// The items of those turns.
        var items: [String] = []
        var notes: [String] = []
        var said: [String] = []
        var results: [String: String] = [:]
        /// Item and ms.
        var truncated: [(item: String, heard: Int)] = []
        var canceled: [String] = []
        /// Names the question.
        var eventID = ""
    }

    let socket: WebSocketPeer
    private(set) var rules: RealtimeRules
    private var count = 0
    private var isBeta: Bool { rules.dialect == .beta }

    init(accepting peer: Peer, _ dialect: RealtimeRules.Dialect = .ga) async throws {
        socket = try await WebSocketPeer(accepting: peer)
        rules = RealtimeRules(dialect)
        #expect(socket.request.headers["openai-beta"] == (dialect == .beta ? "realtime=v1" : nil))
    }

    /// Has the session set up.
    func agree() async throws {
        try await say(["type": "session.created", "session": ["id": "sess_1"]])
        let (type, _) = try await next()
        #expect(type == "session.update")
        try await say(["type": "session.updated", "session": ["id": "sess_1"]])
    }

    /// The next event, held against the rules. Throws when the client has hung up.
    func next() async throws -> (type: String, event: JSONValue) {
        let frame = try await socket.frame()
        if case .close = frame { throw Peer.Gone() }
        guard case .text(let text) = frame else {
            Issue.record("No text: \(frame)")
            throw Peer.Gone()
        }
        let before = rules.problems.count
        let taken = rules.take(text)
        for problem in rules.problems.dropFirst(before) { Issue.record("\(problem)") }
        return taken
    }

    /// Takes what comes until an answer is asked for, and confirms it as a server does.
    func turn() async throws -> Turn {
        var turn = Turn()
        while true {
            let (type, event) = try await next()
            switch type {
            case "session.update": try await say(["type": "session.updated", "session": [:]])
            case "input_audio_buffer.commit":
                count += 1
                turn.committed.append(rules.takeBuffer())
                turn.items.append("item_callee_\(count)")
                try await say([
                    "type": "input_audio_buffer.committed", "item_id": .string(turn.items.last ?? ""),
                    "previous_item_id": .null,
                ])
            case "conversation.item.create":
                guard let item = event.member("item") else { continue }
                if case .array(let parts)? = item.member("content"), let text = parts.first?.member("text")?.string {
                    if item.member("role") == "system" { turn.notes.append(text) } else { turn.said.append(text) }
                } else {
                    turn.results[item.member("call_id")?.string ?? ""] = item.member("output")?.string
                }
                try await say(["type": "conversation.item.added", "item": ["id": .string("item_\(count)")]])
            case "conversation.item.truncate":
                let item = event.member("item_id")?.string ?? ""
                guard case .integer(let heard)? = event.member("audio_end_ms") else { continue }
                turn.truncated.append((item, Int(heard)))
                try await say(["type": "conversation.item.truncated", "item_id": .string(item)])
            case "response.cancel": turn.canceled.append(event.member("response_id")?.string ?? "")
            case "response.create":
                turn.eventID = event.member("event_id")?.string ?? ""
                return turn
            default: break
            }
        }
    }

    /// What the callee said in a turn.
    func transcribe(_ item: String, _ words: String) async throws {
        try await say([
            "type": "conversation.item.input_audio_transcription.completed", "item_id": .string(item),
            "content_index": 0, "transcript": .string(words),
        ])
    }

    /// Begins an answer. Returns its id and that of its item.
    func begin() async throws -> (response: String, item: String) {
        count += 1
        let (id, item) = ("resp_\(count)", "item_agent_\(count)")
        rules.begin(response: id)
        try await say(["type": "response.created", "response": ["id": .string(id), "status": "in_progress"]])
        return (id, item)
    }

    /// Some sound of an answer, in portions of `portion` bytes, with its words before it.
    func speak(
        _ codes: [UInt8],
        _ words: String,
        in answer: (response: String, item: String),
        portion: Int = 1600
    ) async throws {
        let place: [String: JSONValue] = [
            "response_id": .string(answer.response), "item_id": .string(answer.item), "output_index": 0,
            "content_index": 0,
        ]
        func delta(_ type: String, _ text: String) async throws {
            try await say(.object(place.merging(["type": .string(type), "delta": .string(text)]) { $1 }))
        }
        for (index, word) in words.split(separator: " ").enumerated() {
            let type = isBeta ? "response.audio_transcript.delta" : "response.output_audio_transcript.delta"
            try await delta(type, index == 0 ? String(word) : " \(word)")
        }
        for start in stride(from: 0, to: codes.count, by: portion) {
            let part = Array(codes[start..<min(codes.count, start + portion)])
            rules.play(answer.item, bytes: part.count)
            try await delta(
                isBeta ? "response.audio.delta" : "response.output_audio.delta",
                Data(part).base64EncodedString()
            )
        }
    }

    /// Ends an answer that called these tools, each with its arguments.
    func end(
        _ answer: (response: String, item: String),
        calls: [(name: String, arguments: String)] = [],
        status: JSONValue = "completed",
        details: JSONValue = .null
    ) async throws {
        var output: [JSONValue] = []
        for (name, arguments) in calls {
            count += 1
            let id = "call_\(count)"
            rules.call(id)
            let item: JSONValue = [
                "id": .string("item_\(id)"), "type": "function_call", "call_id": .string(id), "name": .string(name),
                "arguments": .string(arguments),
            ]
            output.append(item)
            try await say([
                "type": "response.output_item.done", "response_id": .string(answer.response), "item": item,
            ])
        }
        rules.end()
        try await say([
            "type": "response.done",
            "response": [
                "id": .string(answer.response), "status": status, "status_details": details, "output": .array(output),
                "usage": ["total_tokens": 150, "input_tokens": 100, "output_tokens": 50],
            ],
        ])
    }

    /// A whole answer.
    func answer(
        _ codes: [UInt8],
        _ words: String,
        calls: [(name: String, arguments: String)] = []
    ) async throws {
        let answer = try await begin()
        try await speak(codes, words, in: answer)
        try await end(answer, calls: calls)
    }

    func say(_ event: JSONValue) async throws {
        try await socket.send(event.json)
    }
}
