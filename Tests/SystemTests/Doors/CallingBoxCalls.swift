import AsyncHTTPClient
import Calls
import Foundation
import Testing

/// The calls that CallingBox's conformance tests look at.
enum CallingBoxCalls: String, DoorScript {
    /// A conversation by a flow, which finds something out.
    case confirmed
    /// An agent that goes by instructions; its own URL is told.
    case message
    case busy
    case ringsOut
    case refused
    case voicemail
    case canceled
    /// Named no agent, as the vendor's own client does.
    case agentless
    case redirected
    case hanging

    static let context = #"{"guest":"Ana","n":[1,null,2.50]}"#
    static let metadata = #"{"ref":"R-88",  "big":12345678901234567890}"#

    struct Stage: Sendable {
        let rig: DoorRig
        let client: CallingBoxClient
        /// Goes by instructions, has two numbers, and a URL of its own for webhooks.
        let agent: String
        let agentDocument: JSONValue
        /// Holds a conversation by a flow.
        let flow: String
        /// Of a project that has nothing, for the vendor's own client.
        let emptyKey: String
    }

    /// `scripts/callingbox-sdk`: the vendor's own client for Python, unmodified.
    static let vendorsClient = "../../scripts/callingbox-sdk"

    static func examples(on stage: Stage) -> [DoorExample] {
        [
            DoorExample(
                path: vendorsClient,
                arguments: [],
                environment: [
                    "CALLINGBOX_BASE_URL": stage.rig.server.url + "/callingbox",
                    "CALLINGBOX_API_KEY": stage.emptyKey,
                ]
            )
        ]
    }

    struct Record: Sendable {
        /// The answer to the request that placed the call.
        let placed: Server.Reply
        let id: String
        /// The call as it was asked for again and again, the last time when it was over and its receiver told.
        let seen: [JSONValue]

        var last: JSONValue { seen.last ?? .null }
        var statuses: Set<String> { Set(seen.compactMap(\.["status"].text)) }
    }

    static let numbers = ["+15550100010", "+15550100011"]

    static func prepare(_ rig: DoorRig) async throws -> Stage {
        try await rig.server.applyAgent()
        let client = CallingBoxClient(server: rig.server)
        var ids: [JSONValue] = []
        for number in numbers {
            let bought = try await client.post("/v1/numbers/purchase", #"{"phone_number": "\#(number)"}"#)
            try #require(bought.status == 201, "\(bought.text)")
            ids.append(try bought.json["id"])
        }
        let agent = try await client.make([
            "name": "Front Desk", "persona": "You are Ada of Riverside Dental.", "instructions": "Ask for a new date.",
            "returns": ["ok": "boolean"], "webhook_url": .string(rig.receiver.url("agent")), "number_ids": .array(ids),
        ])
        _ = try await client.make([
            "name": "Default", "persona": "You stand in.", "instructions": "Say hello.", "number_ids": .array(ids),
        ])
        let flow = try #require(
            try await client.get("/v1/agents").json["data"].values.first { $0["name"] == "Riverside Dental" }?["id"]
                .text
        )
        let changed = try await client.send("PATCH", "/v1/agents/\(flow)", #"{"returns": {"confirmed": "boolean"}}"#)
        try #require(changed.status == 200, "\(changed.text)")
        return Stage(
            rig: rig,
            client: client,
            agent: try #require(agent["id"].text),
            agentDocument: agent,
            flow: flow,
            emptyKey: try await rig.key(ofNewProject: "Empty")
        )
    }

    var number: String {
        switch self {
        case .confirmed, .message: "+15550100001"
        case .busy, .agentless, .redirected, .hanging: "+15550201486"
        case .ringsOut: "+15550201480"
        case .refused: "+15550200503"
        case .voicemail: "+15550300001"
        case .canceled: "+15550200001"
        }
    }

    private func receiver(_ rig: DoorRig) -> String? {
        switch self {
        case .message: nil
        case .redirected:
            rig.receiver.url(
                rawValue,
                answering: Array(
                    repeating: .status(302, headers: ["Location": rig.receiver.url("elsewhere")]),
                    count: 8
                )
            )
        case .hanging: rig.receiver.url(rawValue, answering: [.silence, .silence, .silence])
        default: rig.receiver.url(rawValue)
        }
    }

    func play(on stage: Stage) async throws -> Record {
        var members = [
            #""to": "\#(number)""#, #""context": \#(Self.context)"#, #""metadata": \#(Self.metadata)"#,
        ]
        if self == .agentless {
            members.append(#""prompt": "Say goodbye.", "returns": {"name": "string"}, "language": "de-DE""#)
        } else {
            members.append(#""agent_id": "\#(self == .confirmed ? stage.flow : stage.agent)""#)
        }
        if let url = receiver(stage.rig) { members.append(#""webhook_url": "\#(url)""#) }
        let placed = try await stage.client.post("/v1/calls", "{" + members.joined(separator: ", ") + "}")
        let id = try #require(try placed.json["id"].text, "\(placed.text)")
        var seen = [try placed.json, try await stage.client.call(id)]
        for try await _ in try await stage.client.events(of: id) {
            seen.append(try await stage.client.call(id))
            if self == .canceled, seen.last?["status"] == "ringing" { try await stage.client.cancel(id) }
        }
        // Whether a webhook was taken is stored after the receiver has answered.
        let isAnswered = self != .redirected && self != .hanging
        repeat {
            seen.append(try await stage.client.call(id))
            try await ContinuousClock().sleep(for: .milliseconds(50))
        } while isAnswered && seen.last?["webhook_status"] == "pending"
        return Record(placed: placed, id: id, seen: seen)
    }
}

/// A client of CallingBox's: its base URL is the door.
struct CallingBoxClient: Sendable {
    let server: Server

    func get(_ path: String) async throws -> Server.Reply {
        try await server.request("GET", "/callingbox" + path)
    }

    func post(_ path: String, _ body: String) async throws -> Server.Reply {
        try await send("POST", path, body)
    }

    func send(_ method: String, _ path: String, _ body: String = "{}", key: String? = nil) async throws -> Server.Reply
    {
        try await server.request(
            method,
            "/callingbox" + path,
            text: ("application/json", body),
            key: key
        )
    }

    func call(_ id: String) async throws -> JSONValue { try await get("/v1/calls/\(id)").json }

    /// Makes an outbound agent, or one of another `type` if `members` says so.
    func make(_ members: [String: JSONValue]) async throws -> JSONValue {
        let agent = JSONValue.object(["type": "outbound"].merging(members) { $1 })
        let made = try await server.request("POST", "/callingbox/v1/agents", json: agent)
        try #require(made.status == 201, "\(made.text)")
        return try made.json
    }

    /// Places a call that nobody waits for, and returns it.
    func place(_ members: [String: JSONValue]) async throws -> Server.Reply {
        try await server.request(
            "POST",
            "/callingbox/v1/calls",
            json: .object(["to": "+15550200486"].merging(members) { $1 })
        )
    }

    /// Something whenever something happens on the call, until it is over.
    func events(of id: String) async throws -> HTTPClientResponse.Body {
        try await server.events(of: Call.ID(try #require(UUID(uuidString: id))))
    }

    /// At our own API: the vendor has no way to.
    func cancel(_ id: String) async throws {
        let uuid = try #require(UUID(uuidString: id))
        _ = try await server.request("POST", "/v1/calls/\(Call.ID(uuid))/cancel")
    }
}
