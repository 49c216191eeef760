import Calls
import Foundation

/// OpenAI's Realtime API as its server has it, and strict: every event of a client is held against the protocol and against what went before.
struct RealtimeRules {
    enum Dialect {
        case ga
        case beta
    }

    let dialect: Dialect
    /// What was wrong so far.
    private(set) var problems: [String] = []
    /// The type of the audio format that was agreed on.
    private(set) var format = ""
    /// Of the session as it was agreed on.
    private(set) var instructions = ""
    private(set) var tools: [String] = []
    /// Bytes of the callee since the last commit.
    private(set) var buffered: [UInt8] = []
    private var hasSetup = false
    private var names: Set<String> = []
    private var openCalls: Set<String> = []
    private var audio: [String: Int] = [:]
    private var active: String?
    private var known: Set<String> = []

    init(_ dialect: Dialect = .ga) {
        self.dialect = dialect
    }

    // What the server does.

    mutating func begin(response: String) {
        active = response
        known.insert(response)
    }

    mutating func end() { active = nil }
    mutating func call(_ id: String) { openCalls.insert(id) }
    mutating func play(_ item: String, bytes: Int) { audio[item, default: 0] += bytes }
    mutating func takeBuffer() -> [UInt8] {
        defer { buffered = [] }
        return buffered
    }

    // What the client sends.

    /// Returns the event, and its type.
    mutating func take(_ text: String) -> (type: String, event: JSONValue) {
        guard let event = JSONValue(json: text), case .object(let members) = event, let type = members["type"]?.string
        else {
            problems.append("no JSON object with a type: \(text.prefix(200))")
            return ("", .null)
        }
        expect(hasSetup || type == "session.update", "\(type) before the session was set up")
        if let name = members["event_id"] {
            expect(name.string?.isEmpty == false && name.string.map { $0.count <= 512 } == true, "event_id \(name)")
            expect(names.insert(name.string ?? "").inserted, "event_id \(name) twice")
        }
        switch type {
        case "session.update": setUp(members)
        case "input_audio_buffer.append": append(members)
        case "input_audio_buffer.commit":
            only(members, [])
            expect(buffered.count >= 800, "a commit of \(buffered.count) bytes: 100 ms are the least")
        case "input_audio_buffer.clear":
            only(members, [])
            buffered = []
        case "conversation.item.create": create(members)
        case "conversation.item.truncate": truncate(members)
        case "response.create":
            only(members, ["response"])
            expect(active == nil, "an answer is asked for while another goes on")
        case "response.cancel":
            only(members, ["response_id"])
            expect(members["response_id"]?.string.map(known.contains) == true, "cancels \(members)")
        default: problems.append("there is no event \(type)")
        }
        return (type, event)
    }

    private mutating func setUp(_ members: [String: JSONValue]) {
        only(members, ["session"])
        guard case .object(let session)? = members["session"] else { return problems.append("no session") }
        let isFirst = !hasSetup
        hasSetup = true
        let formats: [JSONValue?]
        switch dialect {
        case .ga:
            only(
                session,
                ["type", "output_modalities", "instructions", "audio", "tools", "tool_choice"],
                of: "session"
            )
            expect(session["type"] == "realtime", "type \(session["type"] ?? .null)")
            expect(session["output_modalities"] == ["audio"], "output_modalities")
            let (input, output) = (session["audio"]?.member("input"), session["audio"]?.member("output"))
            only(input, ["format", "turn_detection", "transcription"], of: "audio.input")
            only(output, ["format", "voice"], of: "audio.output")
            expect(input?.member("turn_detection") == .some(.null), "turn_detection has to be null")
            transcription(input?.member("transcription"))
            only(input?.member("format"), ["type"], of: "format")
            formats = [input?.member("format")?.member("type"), output?.member("format")?.member("type")]
        case .beta:
            only(
                session,
                [
                    "modalities", "instructions", "voice", "input_audio_format", "output_audio_format",
                    "input_audio_transcription", "turn_detection", "tools", "tool_choice",
                ],
                of: "session"
            )
            expect(session["modalities"] == ["audio", "text"], "modalities")
            expect(session["turn_detection"] == .some(.null), "turn_detection has to be null")
            transcription(session["input_audio_transcription"])
            formats = [session["input_audio_format"], session["output_audio_format"]]
        }
        let known = dialect == .ga ? ["audio/pcmu", "audio/pcma"] : ["g711_ulaw", "g711_alaw"]
        expect(formats.allSatisfy { $0?.string.map(known.contains) == true } && formats[0] == formats[1], "\(formats)")
        expect(isFirst || buffered.isEmpty, "the format changes in the middle of a turn")
        format = formats[0]?.string ?? ""
        tools = []
        instructions = session["instructions"]?.string ?? ""
        expect(!instructions.isEmpty, "no instructions")
        expect(session["tool_choice"] == "auto", "tool_choice")
        guard case .array(let offered)? = session["tools"] else { return problems.append("no tools") }
        for tool in offered {
            only(tool, ["type", "name", "description", "parameters"], of: "a tool")
            expect(tool.member("type") == "function", "type of a tool")
            expect(tool.member("parameters")?.member("type") == "object", "parameters of a tool")
            tools.append(tool.member("name")?.string ?? "")
        }
    }

    private mutating func transcription(_ value: JSONValue?) {
        only(value, ["model", "language", "prompt"], of: "transcription")
        expect(value?.member("model")?.string?.isEmpty == false, "no model for transcription")
        expect(value?.member("language")?.string?.count == 2, "language is not of ISO 639-1")
    }

    private mutating func append(_ members: [String: JSONValue]) {
        only(members, ["audio"])
        let text = members["audio"]?.string ?? ""
        expect(text.count.isMultiple(of: 4), "base64 of \(text.count) characters")
        guard let bytes = Data(base64Encoded: text), !bytes.isEmpty else {
            return problems.append("audio is no base64")
        }
        expect(bytes.count.isMultiple(of: 160), "\(bytes.count) bytes are no whole packets")
        buffered += bytes
    }

    private mutating func create(_ members: [String: JSONValue]) {
        only(members, ["item"])
        guard case .object(let item)? = members["item"] else { return problems.append("no item") }
        switch item["type"] {
        case "message":
            only(item, ["type", "role", "content"], of: "item")
            let types: [String: String] = [
                "system": "input_text", "assistant": dialect == .ga ? "output_text" : "text",
            ]
            guard case .array(let parts)? = item["content"], let role = item["role"]?.string, let type = types[role],
                parts.count == 1
            else { return problems.append("item \(item)") }
            only(parts[0], ["type", "text"], of: "content")
            expect(parts[0].member("type")?.string == type, "content of \(role) is \(parts[0])")
            expect(parts[0].member("text")?.string?.isEmpty == false, "an item without text")
        case "function_call_output":
            only(item, ["type", "call_id", "output"], of: "item")
            let isOpen = item["call_id"]?.string.map { openCalls.remove($0) != nil } ?? false
            expect(isOpen, "an outcome of \(item["call_id"] ?? .null), which was not called or has one")
            expect(item["output"]?.string != nil, "no output")
        default: problems.append("item \(item)")
        }
    }

    private mutating func truncate(_ members: [String: JSONValue]) {
        only(members, ["item_id", "content_index", "audio_end_ms"])
        guard let item = members["item_id"]?.string, let length = audio[item] else {
            return problems.append("truncates \(members), which has no audio")
        }
        expect(members["content_index"] == 0, "content_index")
        guard case .integer(let end)? = members["audio_end_ms"], end >= 0 else {
            return problems.append("audio_end_ms")
        }
        expect(Int(end) * 8 <= length, "Audio content of \(length / 8)ms is already shorter than \(end)ms")
        audio[item] = Int(end) * 8
    }

    private mutating func only(_ members: [String: JSONValue], _ names: Set<String>) {
        only(members, names.union(["type", "event_id"]), of: members["type"]?.string ?? "")
    }

    private mutating func only(_ value: JSONValue?, _ names: Set<String>, of what: String) {
        guard case .object(let members)? = value else { return problems.append("\(what) is no object") }
        only(members, names, of: what)
    }

    private mutating func only(_ members: [String: JSONValue], _ names: Set<String>, of what: String) {
        let others = Set(members.keys).subtracting(names)
        expect(others.isEmpty, "Unknown parameter of \(what): \(others.sorted())")
    }

    private mutating func expect(_ isSo: Bool, _ problem: String) {
        if !isSo { problems.append(problem) }
    }
}
