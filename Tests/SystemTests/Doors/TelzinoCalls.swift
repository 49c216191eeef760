import AsyncHTTPClient
import Calls
import Foundation
import Testing

/// The calls that Telzino's conformance tests look at.
enum TelzinoCalls: DoorScript {
    case confirmed
    case afterEarlyMedia
    case voicemail
    case hungUpAtOnce
    case ringsOut
    case busy
    case declined
    case unroutable
    case callbackRefused
    case callbackIgnored

    static let metadata = #"{"ticket":"A-17","n":{"x":[1,null,"é"],"big":12345678901234567890}}"#
    static let context = "You are calling John to confirm his appointment tomorrow at 2 pm."

    struct Stage: Sendable {
        let rig: DoorRig
        let client: TelzinoClient
        /// Holds a conversation by a flow.
        let agent: String
    }

    struct Record: Sendable {
        /// The answer to the request that placed the call.
        let placed: Server.Reply
        let id: String
        /// The call as it was asked for again and again, the last time when it was over and its callback tried.
        let seen: [JSONValue]
        let room: String

        var last: JSONValue { seen.last ?? .null }
    }

    static func prepare(_ rig: DoorRig) async throws -> Stage {
        try await rig.server.applyAgent()
        let client = try await TelzinoClient(rig.server)
        let agents = try await client.get("/v1/agents").json["data"].values
        let agent = try #require(agents.first { $0["name"] == "Riverside Dental" }?["id"].text)
        return Stage(rig: rig, client: client, agent: agent)
    }

    static func examples(on stage: Stage) -> [DoorExample] {
        ["telzino/call.sh", "telzino/call.py"].map { path in
            DoorExample(
                path: path,
                arguments: [stage.agent, "+15550100014"],
                environment: [
                    "TELZINO_URL": stage.client.server.url + "/telzino", "TELZINO_CLIENT_ID": stage.client.id,
                    "TELZINO_CLIENT_SECRET": stage.client.secret,
                ]
            )
        }
    }

    private var number: String {
        switch self {
        case .confirmed, .callbackRefused: "+15550100001"
        case .afterEarlyMedia: "+15550400011"
        case .voicemail: "+15550300001"
        case .hungUpAtOnce: "+15550400005"
        case .ringsOut: "+15550200001"
        case .busy, .callbackIgnored: "+15550200486"
        case .declined: "+15550200603"
        case .unroutable: "+15550200404"
        }
    }

    private var answers: [Receiver.Answer] {
        switch self {
        case .callbackRefused: [.status(500)]
        case .callbackIgnored: [.silence]
        default: []
        }
    }

    func play(on stage: Stage) async throws -> Record {
        let url = stage.rig.receiver.url("\(self)", answering: answers)
        let body = """
            {"to_number": "\(number)", "callback_url": "\(url)", "metadata": \(Self.metadata),
             "call_context": "\(Self.context)"}
            """
        let path = "/v1/agents/\(stage.agent)/outbound-calls"
        let placed = try await stage.client.post(path, body)
        let id = try #require(try placed.json["id"].text, "\(placed.text)")
        var seen = [try await stage.client.get("\(path)/\(id)").json]
        for try await _ in try await stage.client.events(of: id) {
            seen.append(try await stage.client.get("\(path)/\(id)").json)
        }
        // Whether a callback was taken is stored after the receiver has answered.
        repeat {
            seen.append(try await stage.client.get("\(path)/\(id)").json)
            try await ContinuousClock().sleep(for: .milliseconds(50))
        } while seen.last?["callback_delivered"] == .null
        return Record(placed: placed, id: id, seen: seen, room: try placed.json["room_name"].text ?? "")
    }
}

/// A client of Telzino's: its base URL is the door, its token comes from the door's OAuth endpoint.
struct TelzinoClient: Sendable {
    let server: Server
    let id: String
    let secret: String
    let token: String
    /// What was answered when the token was asked for.
    let tokenReply: Server.Reply

    init(_ server: Server) async throws {
        let key = try await server.request("POST", "/v1/keys", json: ["name": "telzino", "mode": "test"]).json
        let reply = try await server.request(
            "POST",
            "/telzino/oauth/token",
            json: [
                "client_id": key["id"], "client_secret": key["secret"], "audience": "https://api.telzino.com/",
                "grant_type": "client_credentials",
            ],
            key: ""
        )
        self.server = server
        id = try #require(key["id"].text)
        secret = try #require(key["secret"].text)
        tokenReply = reply
        token = try #require(try reply.json["access_token"].text, "\(reply.text)")
    }

    func get(_ path: String) async throws -> Server.Reply {
        try await server.request("GET", "/telzino" + path, key: token)
    }

    func post(_ path: String, _ body: String) async throws -> Server.Reply {
        try await server.request("POST", "/telzino" + path, text: ("application/json", body), key: token)
    }

    /// Something whenever something happens on the call, until it is over.
    func events(of id: String) async throws -> HTTPClientResponse.Body {
        try await server.events(of: Call.ID(try #require(UUID(uuidString: id))))
    }

    /// The same call at our own API: what the vendor's does not show.
    func native(_ id: String, _ part: String = "") async throws -> JSONValue {
        let uuid = try #require(UUID(uuidString: id))
        return try await server.request("GET", "/v1/calls/\(Call.ID(uuid))\(part)").json
    }
}
