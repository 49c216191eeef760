import Audio
import Calls
import Conversation
import FoundationEssentials

/// What the client sends in a session as OpenAI's Realtime API has it. platform.openai.com/docs/api-reference/realtime-client-events
struct RealtimeRequest: Sendable {
    let server: RealtimeServer

    /// Who has the turn is not the server's to decide: `turn_detection` is off. Sent again as a whole when the law changes: what a server makes of
    /// members that are left out inside of others is not written down anywhere.
    func setup(_ setup: RealtimeSetup, _ law: G711.Law) -> String {
        var session: [String: JSONValue] = [
            "instructions": .string(setup.instructions),
            "tools": .array(setup.tools.map(Self.tool)),
            "tool_choice": "auto",
        ]
        let transcription = transcription(setup)
        switch server.dialect {
        case .ga:
            var output: [String: JSONValue] = ["format": format(law)]
            output["voice"] = server.voice.map(JSONValue.string)
            let input: JSONValue = ["format": format(law), "turn_detection": .null, "transcription": transcription]
            session["type"] = "realtime"
            session["output_modalities"] = ["audio"]
            session["audio"] = ["input": input, "output": .object(output)]
        case .beta:
            session["modalities"] = ["audio", "text"]
            session["voice"] = server.voice.map(JSONValue.string)
            session["input_audio_format"] = format(law)
            session["output_audio_format"] = format(law)
            session["turn_detection"] = .null
            session["input_audio_transcription"] = transcription
        }
        return Self.event("session.update", ["session": .object(session)])
    }

    func audio(_ codes: [UInt8]) -> String {
        // Fifty times a second: base64 needs no escaping.
        "{\"type\":\"input_audio_buffer.append\",\"audio\":\"\(Data(codes).base64EncodedString())\"}"
    }

    func commit(turn: Int) -> String {
        Self.event("input_audio_buffer.commit", ["event_id": .string(Self.turnID(turn))])
    }

    func clear() -> String { Self.event("input_audio_buffer.clear") }

    func note(_ text: String) -> String {
        item(["type": "message", "role": "system", "content": [["type": "input_text", "text": .string(text)]]])
    }

    func said(_ text: String) -> String {
        let type: JSONValue = server.dialect == .ga ? "output_text" : "text"
        return item(["type": "message", "role": "assistant", "content": [["type": type, "text": .string(text)]]])
    }

    func result(of call: String, _ text: String) -> String {
        item(["type": "function_call_output", "call_id": .string(call), "output": .string(text)])
    }

    func answer(line: Int) -> String { Self.event("response.create", ["event_id": .string(Self.lineID(line))]) }

    func cancel(response: String) -> String { Self.event("response.cancel", ["response_id": .string(response)]) }

    /// `heard` is in ms.
    func truncate(item: String, content: Int, heard: Int) -> String {
        Self.event(
            "conversation.item.truncate",
            [
                "item_id": .string(item), "content_index": .integer(Int64(content)),
                "audio_end_ms": .integer(Int64(heard)),
            ]
        )
    }

    /// Errors name the event that they are about by these.
    static func lineID(_ line: Int) -> String { "line_\(line)" }
    static func turnID(_ turn: Int) -> String { "turn_\(turn)" }

    private func item(_ item: JSONValue) -> String { Self.event("conversation.item.create", ["item": item]) }

    private func format(_ law: G711.Law) -> JSONValue {
        switch (server.dialect, law) {
        case (.ga, .mu): ["type": "audio/pcmu"]
        case (.ga, .a): ["type": "audio/pcma"]
        case (.beta, .mu): "g711_ulaw"
        case (.beta, .a): "g711_alaw"
        }
    }

    private func transcription(_ setup: RealtimeSetup) -> JSONValue {
        guard let transcriber = server.transcriber else { return .null }
        var members: [String: JSONValue] = [
            "model": .string(transcriber), "language": .string(String(setup.language.prefix { $0 != "-" })),
        ]
        if !setup.keywords.isEmpty { members["prompt"] = .string(setup.keywords.joined(separator: ", ")) }
        return .object(members)
    }

    private static func tool(_ tool: ModelTool) -> JSONValue {
        [
            "type": "function", "name": .string(tool.name), "description": .string(tool.description),
            "parameters": tool.parameters,
        ]
    }

    private static func event(_ type: String, _ members: [String: JSONValue] = [:]) -> String {
        JSONValue.object(members.merging(["type": .string(type)]) { $1 }).json
    }
}
