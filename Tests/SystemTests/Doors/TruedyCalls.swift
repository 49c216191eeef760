import AsyncHTTPClient
import Calls
import Foundation
import NIOCore
import PhoneLab
import Testing

/// The calls that Truedy's conformance tests look at.
enum TruedyCalls: String, DoorScript {
    /// A conversation by a flow, with nothing set.
    case confirmed
    /// The same with a greeting of its own.
    case greeted
    /// Neither recorded nor transcribed.
    case unkept
    /// May last 20 seconds; nobody says anything.
    case limited
    /// Rings for 10 seconds, and nobody answers.
    case ringsOut
    /// From a certain number, with variables.
    case busy
    case canceled

    /// What the server believes to be reached at.
    static let publicURL = "https://calls.example.com"
    static let numbers = ["+15550100020", "+15550100021"]
    /// The project's, and no agent's.
    static let looseNumber = "+15550100022"
    static let prompt = "You are calling {{first_name}} about {{day}}, seat {{seatRow}}{{nothing}}."
    static let variables: JSONValue = ["first_name": "Ana", "day": "Tuesday", "seatRow": 12, "unused": true]

    struct Stage: Sendable {
        let rig: DoorRig
        let client: TruedyClient
        /// Holds a conversation by a flow.
        let agent: String
        /// Goes by instructions, and has two numbers.
        let caller: String
        /// Another organization's. The limit of requests is the organization's: what needs no call of this script is asked here.
        let other: TruedyClient
        let otherAgent: String
        /// Of the endpoint that left the choice of events to the door; `everything` chose all.
        let secret: String
    }

    struct Record: Sendable {
        /// The answer to the request that placed the call.
        let placed: Server.Reply
        let id: String
        /// The call when it was placed, as often as its status changed if that is watched, and when it was over.
        let seen: [JSONValue]

        var last: JSONValue { seen.last ?? .null }
        var statuses: [String] { seen.compactMap(\.["status"].text) }
    }

    static func prepare(_ rig: DoorRig) async throws -> Stage {
        try await rig.server.applyAgent()
        let client = TruedyClient(server: rig.server, key: rig.server.key)
        let other = TruedyClient(server: rig.server, key: try await rig.key(ofNewProject: "Another"))
        try await rig.server.applyAgent(key: other.key)
        _ = try await client.importNumber(looseNumber)
        let endpoint = try await rig.server.request(
            "POST",
            "/v1/webhooks/endpoints",
            json: ["url": .string(rig.receiver.url("usual")), "format": "truedy"]
        )
        let everything = try await rig.server.request(
            "POST",
            "/v1/webhooks/endpoints",
            json: ["url": .string(rig.receiver.url("everything")), "format": "truedy", "events": ["*"]]
        )
        try #require(everything.status == 201, "\(everything.text)")
        return Stage(
            rig: rig,
            client: client,
            agent: try await client.agent(named: "Riverside Dental"),
            caller: try await client.makeAgent("Caller", prompt: prompt, numbers: numbers),
            other: other,
            otherAgent: try await other.agent(named: "Riverside Dental"),
            secret: try #require(try endpoint.json["secret"].text, "\(endpoint.text)")
        )
    }

    static func examples(on stage: Stage) -> [DoorExample] {
        ["truedy/call.sh", "truedy/call.py"].map { path in
            DoorExample(
                path: path,
                arguments: [stage.otherAgent, "+15550100014"],
                environment: [
                    "TRUEDY_BASE_URL": stage.rig.server.url + TruedyClient.base, "TRUEDY_API_KEY": stage.other.key,
                ]
            )
        }
    }

    var number: String {
        switch self {
        case .confirmed: "+15550100001"
        case .greeted, .unkept: "+15550100014"
        case .limited: "+15550400001"
        case .ringsOut, .canceled: "+15550200001"
        case .busy: "+15550200486"
        }
    }

    private func body(_ stage: Stage) -> JSONValue {
        let agent: String
        var more: [String: JSONValue] = [:]
        switch self {
        case .confirmed: agent = stage.agent
        case .greeted:
            agent = stage.agent
            more["variables"] = ["caller": "Ada"]
            more["call_settings"] = ["greeting": "Good morning, {{caller}} here."]
        case .unkept:
            agent = stage.agent
            more["call_settings"] = ["recording_enabled": false, "transcription_enabled": false]
        case .limited:
            agent = stage.agent
            more["call_settings"] = ["max_duration": "20s"]
        case .ringsOut:
            agent = stage.caller
            more["call_settings"] = ["join_timeout": "10s"]
        case .busy:
            agent = stage.caller
            more["from_number"] = .string(Self.numbers[1])
            more["variables"] = Self.variables
        case .canceled: agent = stage.caller
        }
        let body: [String: JSONValue] = ["agent_id": .string(agent), "phone_number": .string(number)]
        return .object(body.merging(more) { $1 })
    }

    private var isWatched: Bool { [.confirmed, .ringsOut, .canceled].contains(self) }

    func play(on stage: Stage) async throws -> Record {
        let placed = try await stage.client.post("/calls", body(stage))
        let id = try #require(try placed.json["id"].text, "\(placed.text)")
        var seen = [try placed.json]
        for try await part in try await stage.rig.server.events(of: #require(Call.ID(id))) {
            // A hundred requests a minute are not enough to watch every call closely.
            guard isWatched, String(buffer: part).contains("call.status") else { continue }
            let call = try await stage.client.call(id)
            seen.append(call)
            guard self == .canceled, call["status"] == "ringing" else { continue }
            _ = try await stage.rig.server.request("POST", "/v1/calls/\(id)/cancel")
        }
        seen.append(try await stage.client.call(id))
        return Record(placed: placed, id: id, seen: seen)
    }
}

/// A client of Truedy's: its base URL is the door's.
struct TruedyClient: Sendable {
    static let base = "/truedy/api/public/v1"

    let server: Server
    let key: String

    func get(_ path: String) async throws -> Server.Reply {
        try await server.request("GET", Self.base + path, key: key)
    }

    func post(_ path: String, _ body: JSONValue, headers: [String: String] = [:]) async throws -> Server.Reply {
        try await server.request("POST", Self.base + path, json: body, key: key, headers: headers)
    }

    func call(_ id: String) async throws -> JSONValue { try await get("/calls/\(id)").json }

    /// Has `agent` call a number that is busy, unless `members` says otherwise.
    func place(
        _ agent: String,
        _ members: [String: JSONValue] = [:],
        headers: [String: String] = [:]
    ) async throws -> Server.Reply {
        let body: [String: JSONValue] = ["agent_id": .string(agent), "phone_number": "+15550200486"]
        return try await post("/calls", .object(body.merging(members) { $1 }), headers: headers)
    }

    /// The id of an agent that is there.
    func agent(named name: String) async throws -> String {
        let agents = try await get("/agents?name=\(name.split(separator: " ")[0])").json["data"].values
        return try #require(agents.first { $0["name"].text == name }?["id"].text, "\(agents)")
    }

    /// Makes an agent, which calls from `numbers`.
    func makeAgent(
        _ name: String,
        prompt: String = "Say hello.",
        status: String = "active",
        numbers: [String] = []
    ) async throws -> String {
        let made = try await post(
            "/agents",
            ["name": .string(name), "voice_id": "voice_1", "system_prompt": .string(prompt), "status": .string(status)]
        )
        let id = try #require(try made.json["id"].text, "\(made.text)")
        for number in numbers {
            let assigned = try await post(
                "/telephony/numbers/assign",
                [
                    "number_id": .string(try await importNumber(number)), "agent_id": .string(id),
                    "assignment_type": "outbound",
                ]
            )
            try #require(assigned.status == 200, "\(assigned.text)")
        }
        return id
    }

    /// Has the project own a number, and returns its id.
    func importNumber(_ number: String) async throws -> String {
        let imported = try await post("/telephony/numbers/import", ["phone_number": .string(number)])
        return try #require(try imported.json["id"].text, "\(imported.text)")
    }

    /// The same call at our own API: what the vendor's does not show.
    func native(_ id: String, _ part: String = "") async throws -> JSONValue {
        try await server.request("GET", "/v1/calls/\(id)\(part)", key: key).json
    }
}

extension DoorRig {
    /// What the lab says about a call of `client` that is over: it may write that down a moment later than the server.
    func lab(_ id: String, of client: TruedyClient) async throws -> LabCall {
        let attempts = try await client.native(id, "/attempts")["data"]
        let callID = try #require(attempts[0]["sip_call_id"].text, "\(attempts)")
        while true {
            if let call = try ledger.ended().first(where: { $0.sipCallID == callID }) { return call }
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
    }
}
