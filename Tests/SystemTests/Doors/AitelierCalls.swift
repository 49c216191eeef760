import Calls
import Foundation
import Testing

/// The calls that Aitelier's conformance tests look at.
enum AitelierCalls: String, DoorScript {
    /// Reaches its goal.
    case confirmed
    /// Does not.
    case declined
    case hungUpAtOnce
    case ringsOut
    case busy
    case notInService
    case nowhere
    case callerIDRefused
    case carrierFails
    case voicemail
    case scheduled
    /// Gets on the do-not-call list while it waits.
    case listed

    /// How many seconds ahead a call is scheduled.
    static let lead = 6.0
    static let metadata = #"{"guest": {"name": "Ana"},  "day": "Tuesday", "big": 12345678901234567890}"#
    private static let scenario = """
        agent: visit_followup
        name: Riverside Dental
        numbers: ["+15550000100"]
        greeting: "Hello {{session.metadata.guest.name}}."
        settings: {ring_timeout_s: 5, silence_reprompts: 0}
        flow:
          start: ask
          steps:
            ask:
              say: "Can you make it on {{session.metadata.day}}?"
              answer_timeout_ms: 3000
              answers:
                - {expect: yes, set: {confirmed: true}, end: met}
                - {expect: no, set: {confirmed: false}, end: not_met}
              end: not_met
        """

    struct Stage: Sendable {
        let rig: DoorRig
        let client: AitelierClient
        /// What messages to the receiver `sessions` are signed with.
        let secret: String
    }

    struct Record: Sendable {
        /// The answer to the request that triggered the call.
        let placed: Server.Reply
        let id: String
        /// The session as it was asked for again and again, the last time when it was over.
        let seen: [JSONValue]

        var last: JSONValue { seen.last ?? .null }
        var statuses: [String] { seen.compactMap(\.["status"].text) }
    }

    static func prepare(_ rig: DoorRig) async throws -> Stage {
        let client = AitelierClient(server: rig.server, key: rig.server.key)
        try await client.apply(scenario)
        // Without the vendor's pace of five a minute: that has a test of its own, in a project of its own.
        let policy = try await rig.server.request(
            "PATCH",
            "/v1/policy",
            json: ["dials_per_minute": 6000, "calling_hours": ["applies_to": "none"]]
        )
        try #require(policy.status == 200, "\(policy.text)")
        let made = try await client.post("/v1/webhooks", #"{"url": "\#(rig.receiver.url("sessions"))"}"#)
        return Stage(rig: rig, client: client, secret: try #require(try made.json["secret"].text, "\(made.text)"))
    }

    static func examples(on stage: Stage) -> [DoorExample] {
        ["aitelier/call.sh", "aitelier/call.py"].map { path in
            DoorExample(
                path: path,
                arguments: ["visit_followup", "+15550100014"] + (path.hasSuffix(".py") ? ["day=Friday"] : []),
                environment: stage.client.environment
            )
        }
    }

    var number: String {
        switch self {
        case .confirmed: "+15550100001"
        case .declined: "+15550100015"
        case .hungUpAtOnce: "+15550400005"
        case .ringsOut: "+15550200001"
        case .busy: "+15550200486"
        case .notInService: "+15550200404"
        case .nowhere: "+15550200604"
        case .callerIDRefused: "+15550200403"
        case .carrierFails: "+15550200503"
        case .voicemail: "+15550300001"
        case .scheduled: "+15550201486"
        case .listed: "+15550201600"
        }
    }

    /// Nil for a call that is to be dialed at once.
    private var time: String? {
        switch self {
        case .scheduled, .listed:
            Date(timeIntervalSinceNow: Self.lead)
                .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        default: nil
        }
    }

    func play(on stage: Stage) async throws -> Record {
        let time = time.map { #", "scheduled_for": "\#($0)""# } ?? ""
        let placed = try await stage.client.post(
            "/v1/calls",
            #"{"scenario": "visit_followup", "phone": "\#(number)", "metadata": \#(Self.metadata)\#(time)}"#
        )
        let id = try #require(try placed.json["session_id"].text, "\(placed.text)")
        if self == .listed { try await stage.client.list(number) }
        var seen = [try await stage.client.session(id)]
        for try await _ in try await stage.client.events(of: id) { seen.append(try await stage.client.session(id)) }
        seen.append(try await stage.client.session(id))
        return Record(placed: placed, id: id, seen: seen)
    }
}

/// A client of Aitelier's: its base URL is the door, its key one of a project's.
struct AitelierClient: Sendable {
    let server: Server
    let key: String

    /// What the example clients read.
    var environment: [String: String] { ["AITELIER_URL": server.url + "/aitelier", "AITELIER_API_KEY": key] }

    func get(_ path: String, key: String? = nil) async throws -> Server.Reply {
        try await server.request("GET", "/aitelier" + path, key: key ?? self.key)
    }

    func post(
        _ path: String,
        _ body: String,
        key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Server.Reply {
        try await server.request(
            "POST",
            "/aitelier" + path,
            text: ("application/json", body),
            key: key ?? self.key,
            headers: headers
        )
    }

    /// Triggers a call that nobody waits for, and returns the id of its session.
    func trigger(_ number: String, key: String? = nil, idempotencyKey: String? = nil) async throws -> String {
        let placed = try await post(
            "/v1/calls",
            #"{"scenario": "visit_followup", "phone": "\#(number)"}"#,
            key: key,
            headers: idempotencyKey.map { ["Idempotency-Key": $0] } ?? [:]
        )
        try #require(placed.status == 201, "\(placed.text)")
        return try #require(try placed.json["session_id"].text)
    }

    func session(_ id: String) async throws -> JSONValue { try await get("/v1/sessions/\(id)").json }

    /// Something whenever something happens on the call, until it is over.
    func events(of id: String) async throws -> some AsyncSequence {
        try await server.events(of: #require(Call.ID(Self.native(id))), key: key)
    }

    /// The session when it is over.
    func end(of id: String) async throws -> JSONValue {
        for try await _ in try await events(of: id) {}
        return try await session(id)
    }

    /// The same call at our own API: what the vendor's does not show.
    func native(_ id: String, _ part: String = "") async throws -> JSONValue {
        try await server.request("GET", "/v1/calls/\(Self.native(id))\(part)", key: key).json
    }

    private static func native(_ id: String) -> String { "call" + id.dropFirst("ses".count) }

    /// Stores a scenario, which our own API calls an agent.
    func apply(_ file: String) async throws {
        let reply = try await server.request("POST", "/v1/agents", text: ("application/yaml", file), key: key)
        try #require(reply.status == 201, "\(reply.text)")
    }

    /// Puts a number on the project's do-not-call list.
    func list(_ number: String) async throws {
        let reply = try await server.request("POST", "/v1/suppressions", json: ["number": .string(number)], key: key)
        try #require(reply.status == 201, "\(reply.text)")
    }

    /// A new key of the project, which may do so much.
    func newKey(_ scopes: String...) async throws -> (id: String, secret: String) {
        let reply = try await server.request(
            "POST",
            "/v1/keys",
            json: ["name": "k", "mode": "test", "prefix": "avp", "scopes": .array(scopes.map { .string($0) })],
            key: key
        )
        return try (#require(reply.json["id"].text, "\(reply.text)"), #require(reply.json["secret"].text))
    }
}
