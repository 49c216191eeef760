import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import WebAPI

@Suite("The Telzino door", .timeLimit(.minutes(1)))
struct TelzinoTests {
    @Test("Every end reason reads as one of the four final statuses; only failures have words")
    func endings() {
        let table: [EndReason: TelzinoStatus] = [
            .agentHungUp: .completed, .calleeHungUp: .completed, .endedByRequest: .completed, .maxDuration: .completed,
            .silence: .completed, .providerStalled: .completed, .serverDrained: .completed, .voicemail: .completed,
            .screened: .completed,
            .noAnswer: .noAnswer, .busy: .busy, .declined: .busy,
            .notInService: .failed, .callerIDRejected: .failed, .carrierFailure: .failed, .carrierUnreachable: .failed,
            .trunkAuthentication: .failed, .mediaRefused: .failed, .noMedia: .failed, .canceled: .failed,
            .blocked: .failed, .expired: .failed, .interrupted: .failed, .internalError: .failed,
        ]
        for reason in EndReason.allCases {
            let ending = TelzinoEnding(reason, transport: Transport(sipStatus: 487, sipPhrase: "Request Terminated"))
            #expect(ending.status == table[reason], "\(reason)")
            #expect((ending.error != nil) == (ending.status == .failed), "\(reason)")
        }
    }

    @Test("Every status of ours reads as one of theirs, and is found under it")
    func statuses() {
        for status in CallStatus.allCases {
            let theirs = TelzinoStatus(status)
            #expect(theirs.statuses.contains(status))
            #expect([.completed, .noAnswer, .busy, .failed].contains(theirs) == status.isFinal, "\(status)")
        }
        #expect(TelzinoStatus(.wrappingUp) == .inProgress, "Completed only when summary and transcript are there")
        #expect(TelzinoStatus.dispatched.statuses.isEmpty)
    }

    @Test(
        "The SIP code is the network's own, except for a telephone that nobody picked up, and never that of an answer"
    )
    func sipStatus() {
        func code(_ reason: EndReason, _ status: Int?) -> Int? {
            TelzinoEnding(reason, transport: Transport(sipStatus: status)).sipStatusCode
        }
        #expect(code(.noAnswer, 487) == 480)
        #expect(code(.noAnswer, nil) == 480)
        #expect(code(.busy, 600) == 600)
        #expect(code(.declined, 603) == 603)
        #expect(code(.notInService, 404) == 404)
        #expect(code(.carrierUnreachable, nil) == nil)
        #expect(code(.agentHungUp, 200) == nil)
        #expect(code(.noMedia, 200) == nil)
        #expect(code(.canceled, 487) == nil)
        let failed = TelzinoEnding(
            .carrierFailure,
            transport: Transport(sipStatus: 503, sipPhrase: "Service Unavailable")
        )
        #expect(failed.error == "The carrier could not complete the call (SIP 503 Service Unavailable)")
    }

    @Test("A summary has the vendor's form: a title, the text, and bold names")
    func summary() {
        let ours = """
            # Riverside Dental: goal met

            ## What happened

            The callee said "yes". The agent said goodbye.

            ## Collected

            - confirmed: yes
            - day: Friday

            ## Action items

            None.

            ## Sentiment

            Not assessed.

            """
        let theirs = """
            Riverside Dental: goal met

            The callee said "yes". The agent said goodbye.

            **Collected:**
            - confirmed: yes
            - day: Friday

            **Action Items:** None.

            **Sentiment:** Not assessed.
            """
        #expect(TelzinoSummary.text(ours) == theirs)
        #expect(TelzinoSummary.text("Just a sentence.") == "Just a sentence.")
    }

    @Test("A call that a rule of the gate stopped says which")
    func blocked() {
        for rule in GateRule.allCases {
            let ending = TelzinoEnding(.blocked, transport: Transport(), blockedBy: rule)
            #expect(ending.status == .failed)
            #expect(ending.error?.isEmpty == false)
            #expect(ending.sipStatusCode == nil)
        }
        let ending = TelzinoEnding(.blocked, transport: Transport(), blockedBy: .suppression)
        #expect(ending.error == "The number is on a do-not-call list")
    }

    @Test("A call that failed after the answer keeps when it was answered and how long it lasted")
    func failedAfterAnswer() throws {
        let start = Date(microseconds: 1_772_442_904_120_331)
        let ending = CallLifecycle.Ending(reason: .interrupted, answeredAt: start, at: start + 251.51)
        let call = try #require(Self.call(.ended(ending)))
        let result = TelzinoResult(call)
        #expect(result.status == .failed)
        #expect(result.answeredAt == "2026-03-02T09:15:04.120331+00:00")
        #expect(result.endedAt == "2026-03-02T09:19:15.630331+00:00")
        #expect(result.duration == 251, "Not rounded")
        #expect(result.transcriptID == call.id.uuid.uuidString.lowercased())
        #expect(result.error == "The server went down during the call")
    }

    @Test("A call is in progress until it is wrapped up, and shows nothing of its result before")
    func wrappingUp() throws {
        let start = Date(microseconds: 1_772_442_904_120_331)
        let ending = CallLifecycle.Ending(reason: .calleeHungUp, answeredAt: start, at: start + 10)
        let result = TelzinoResult(try #require(Self.call(.wrappingUp(ending))))
        #expect(result.status == .inProgress)
        #expect(result.endedAt == nil && result.duration == nil && result.summary == nil)
    }

    private static func call(_ state: CallLifecycle.State) -> Call? {
        guard let to = PhoneNumber("+15550104477"), let from = PhoneNumber("+15550100000") else { return nil }
        let now = Date(microseconds: 1_772_442_900_000_000)
        let agent = Agent(
            id: Agent.ID(bornAt: now),
            slug: "a",
            name: "A",
            numbers: [from],
            greeting: "Hello.",
            flow: nil,
            createdAt: now,
            updatedAt: now
        )
        return Call(
            id: Call.ID(bornAt: now),
            project: Project.first,
            request: CallRequest(destination: to, mode: .test),
            agent: agent,
            callerID: from,
            createdAt: now,
            lifecycle: CallLifecycle(state: state),
            summary: "# Confirmed\n\nThe callee confirmed."
        )
    }
}

@Suite("The Telzino door over HTTP", .timeLimit(.minutes(1)))
struct TelzinoHTTPTests {
    @Test("A call is placed by an agent's UUID in any case or its id, and shown under that agent alone")
    func place() async throws {
        try await TestServer.run { server in
            let agent = try await server.engine.agents.agent("reminder", project: Project.first).id
            let uuid = agent.uuid.uuidString
            for spelling in [uuid.lowercased(), uuid, agent.description] {
                let placed = try await server.telzino(
                    spelling,
                    #"{"to_number": "+15551230001", "callback_url": null, "colour": "red"}"#
                )
                #expect(placed.status == 202, "\(placed.text)")
                let id = try #require(try placed.json["id"] as? String)
                #expect(id == id.lowercased())
                let call = try await server.get("/telzino/v1/agents/\(spelling)/outbound-calls/\(id)")
                #expect(try call.json["agent_id"] as? String == uuid.lowercased())
                let other = try await server.get("/telzino/v1/agents/\(UUID())/outbound-calls/\(id)")
                #expect(other.status == 404)
            }
        }
    }

    @Test(
        "What is wrong with a request is told with a status and a sentence",
        arguments: [
            (#"{"to_number": "+15551230001""#, 400, "Line 1"), ("[]", 400, "expected an object"),
            ("{}", 400, "to_number"),
            (#"{"to_number": 15551230001}"#, 400, "to_number"), (#"{"to_number": "555"}"#, 400, "E.164"),
            (#"{"to_number": "+15551230001", "metadata": "x"}"#, 400, "metadata"),
            (#"{"to_number": "+15551230001", "call_context": 1}"#, 400, "call_context"),
            (#"{"to_number": "+15551230001", "callback_url": "nowhere"}"#, 400, "callback_url"),
        ]
    )
    func refusals(body: String, status: Int, words: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.telzino(try await server.telzinoAgent, body)
            #expect(answer.status == status)
            let json = try answer.json
            #expect(json["statusCode"] as? Int == status)
            #expect((json["error"] as? String)?.contains(words) == true, "\(answer.text)")
            #expect(json["error"] as? String == json["message"] as? String)
        }
    }

    @Test("Identifiers that are none are 400, and things that are not there 404")
    func identifiers() async throws {
        try await TestServer.run { server in
            let body = #"{"to_number": "+15551230001"}"#
            #expect(try await server.telzino("reminder", body).status == 400, "A slug is no identifier here")
            #expect(try await server.telzino(UUID().uuidString, body).status == 404)
            let calls = "/telzino/v1/agents/\(try await server.telzinoAgent)/outbound-calls"
            #expect(try await server.get("\(calls)/17").status == 400)
            #expect(try await server.get("\(calls)/\(UUID())").status == 404)
            #expect(try await server.get("/telzino/v1/agents/\(UUID())/outbound-calls").status == 404)
            #expect(try await server.get("/telzino/v1/agents/\(UUID())/call-logs").status == 404)
            #expect(try await server.get("/telzino/v1/agents/\(UUID())").status == 404)
            #expect(try await server.get("/telzino/v1/nothing").status == 404)
            let method = try await server.post(calls, "", method: "DELETE")
            #expect(method.status == 405)
            #expect(try method.json["statusCode"] as? Int == 405)
        }
    }

    @Test("An agent that places no calls is a 400")
    func idleAgent() async throws {
        try await TestServer.run { server in
            let id = try await server.telzinoAgent
            _ = try await server.engine.agents.update("reminder", project: Project.first) { $0.status = .paused }
            let paused = try await server.telzino(id, #"{"to_number": "+15551230001"}"#)
            #expect(paused.status == 400)
            #expect(try (paused.json["message"] as? String)?.contains("paused") == true)
            _ = try await server.engine.agents.update("reminder", project: Project.first) { agent in
                agent.status = .active
                agent.numbers = []
            }
            #expect(try await server.telzino(id, #"{"to_number": "+15551230001"}"#).status == 400)
        }
    }

    @Test("A key without the scope is refused with 403, one that is none with 401")
    func access() async throws {
        try await TestServer.run { server in
            let (_, reader) = try await server.engine.keys.create(
                name: "",
                mode: .test,
                scopes: [.sessionsRead],
                project: Project.first
            )
            let path = "/telzino/v1/agents/\(try await server.telzinoAgent)/outbound-calls"
            #expect(try await server.get(path, key: reader).status == 200)
            let refused = try await server.post(path, "{}", key: reader)
            #expect(refused.status == 403)
            #expect(try refused.json["statusCode"] as? Int == 403)
            #expect(try await server.get("/telzino/v1/agents", key: reader).status == 403)
            let stranger = try await server.get(path, key: "sk_test_nobody")
            #expect(stranger.status == 401)
            #expect(stranger.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        }
    }

    @Test(
        "What a call asks of the engine: the vendor's ring timeout, no hanging up on machines, context after the prompt"
    )
    func translation() async throws {
        try await TestServer.run { server in
            let placed = try await server.telzino(
                try await server.telzinoAgent,
                #"{"to_number": "+15551230001", "call_context": "Be brief.", "metadata": {"b": 1, "a": 12345678901234567890}}"#
            )
            let id = try #require(try placed.json["id"] as? String)
            let uuid = try #require(UUID(uuidString: id))
            let call = try await server.engine.calls.call(Call.ID(uuid), project: Project.first)
            #expect(call.request.door == "telzino")
            #expect(call.ringTimeout == 45)
            #expect(call.speaker.voicemail.action == .talk)
            #expect(call.speaker.instructions.hasSuffix("Be brief."))
            #expect(call.request.metadata == #"{"b": 1, "a": 12345678901234567890}"#)
        }
    }

    @Test("Metadata counts as what is in it, however a client writes it")
    func metadataSpelling() async throws {
        try await TestServer.run { server in
            let agent = try await server.telzinoAgent
            // 5,461 letters of two bytes each; escaped they are 32,766, and with spaces between the braces even more.
            let text = String(repeating: #"\u00e9"#, count: 5461)
            let escaped = #"{"to_number": "+15551230001", "metadata": { "k" : "\#(text)" } }"#
            #expect(try await server.telzino(agent, escaped).status == 202)
            let tooMuch = String(repeating: #"\u00e9"#, count: 8189)
            let refused = try await server.telzino(
                agent,
                #"{"to_number": "+15551230001", "metadata": {"k":"\#(tooMuch)"}}"#
            )
            #expect(refused.status == 400)
        }
    }

    @Test(
        "A request that is repeated under an idempotency key makes one call and gets the same answer",
        arguments: ["Idempotency-Key", "X-Idempotency-Key"]
    )
    func idempotency(header: String) async throws {
        try await TestServer.run { server in
            let agent = try await server.telzinoAgent
            let path = "/telzino/v1/agents/\(agent)/outbound-calls"
            let body = #"{"to_number": "+15551230001"}"#
            let first = try await server.post(path, body, headers: [header: "once"])
            let second = try await server.post(path, body, headers: [header: "once"])
            #expect(first.status == 202)
            #expect(second.status == 202)
            #expect(second.text == first.text)
            #expect(second.headers["idempotent-replayed"] == "true")
            let other = try await server.post(path, #"{"to_number": "+15551230002"}"#, headers: [header: "once"])
            #expect(other.status == 409)
            #expect(try await server.get(path).json.at("pagination.total") as? Int == 1)
        }
    }

    @Test("A list's parameters are checked, a limit that is too large is brought down, unknown ones are ignored")
    func listParameters() async throws {
        try await TestServer.run { server in
            let path = "/telzino/v1/agents/\(try await server.telzinoAgent)/outbound-calls"
            for query in ["page=0", "page=one", "limit=0", "limit=-1", "status=ringing", "page=99999999999999999999"] {
                #expect(try await server.get("\(path)?\(query)").status == 400, "\(query)")
            }
            let page = try await server.get("\(path)?limit=1000&page=1000000000&sort=asc").json
            #expect(page.at("pagination.limit") as? Int == 100)
            #expect(page.at("pagination.totalPages") as? Int == 0)
            #expect((page["data"] as? [Any])?.isEmpty == true)
        }
    }

    @Test("A call that took place is in the call logs with both speakers; one that did not is not")
    func callLogs() async throws {
        try await TestServer.run { server in
            let agent = try await server.telzinoAgent
            let id = try await server.completedCall()
            let uuid = try #require(Call.ID(id)).uuid.uuidString.lowercased()
            let live = try await server.telzino(agent, #"{"to_number": "+15551230001"}"#)
            #expect(live.status == 202)
            let call = try await server.get("/telzino/v1/agents/\(agent)/outbound-calls/\(uuid)").json
            #expect(call["status"] as? String == "completed")
            #expect(call["summary_text"] as? String == "Confirmed")
            #expect(call["transcript_id"] as? String == uuid)
            let page = try await server.get("/telzino/v1/agents/\(agent)/call-logs").json
            let logs = try #require(page["data"] as? [NSDictionary])
            #expect(page.at("pagination.total") as? Int == 1)
            let log = try #require(logs.first)
            #expect(log["id"] as? String == uuid)
            #expect(log["transcript_text"] as? String == "[0.00s] agent: Hello.\n[0.90s] user: yes")
            let entries = try #require(log["transcript_json"] as? [NSDictionary])
            #expect(entries.map { $0["speaker"] as? String } == ["agent", "user"])
            #expect(entries.last?["timestamp"] as? Double == 0.9)
            #expect(entries.last?["is_partial"] as? Bool == false)
            #expect(log.at("session_data.caller_id") as? String == "+15551230001")
            #expect(log["room_name"] as? String == "agent-\(agent)-out-\(uuid)")
            #expect((log["call_started_at"] as? String)?.wholeMatch(of: /.*T\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        }
    }

    @Test("A call log links to the recording, which the link opens without a key")
    func recording() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "telzino-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await TestServer.run(recordings: directory) { server in
            let bytes = Data((0..<100).map { UInt8($0) })
            server.line.records(bytes)
            _ = try await server.completedCall()
            let page = try await server.get("/telzino/v1/agents/\(try await server.telzinoAgent)/call-logs").json
            let log = try #require((page["data"] as? [NSDictionary])?.first)
            let url = try #require(log["recording_url"] as? String)
            let recording = try await server.send(HTTPClientRequest(url: url))
            #expect(recording.status == 200)
            #expect(recording.body == bytes)
        }
    }

    @Test("An agent is made with the vendor's names, shown with them, and can call at once")
    func agents() async throws {
        try await TestServer.run { server in
            let organization = UUID()
            let body = """
                {"name": "Ava", "organizationId": "\(organization)", "description": "Reminds", "greetingMessage": "Hi, this is Ava.",
                 "systemPrompt": "Be kind.", "agentType": "advanced", "model": "gpt-4o", "voiceSettings": {"voice_id": "rms", "speed": 1.1},
                 "config": {"enable_recording": false, "user_timezone": "America/New_York"}, "transferEnabled": true}
                """
            let created = try await server.post("/telzino/v1/agents", body)
            #expect(created.status == 201, "\(created.text)")
            let agent = try #require(try created.json["data"] as? NSDictionary)
            #expect(agent["organization_id"] as? String == organization.uuidString.lowercased())
            #expect(agent["greeting_message"] as? String == "Hi, this is Ava.")
            #expect(agent["system_prompt"] as? String == "Be kind.")
            #expect(agent["agent_type"] as? String == "advanced")
            #expect(agent["model"] as? String == "gpt-4o")
            #expect(agent.at("voice_settings.speed") as? Double == 1.1)
            #expect(agent.at("config.user_timezone") as? String == "America/New_York")
            #expect(agent["transfer_enabled"] as? Bool == true)
            #expect(agent["enable_recording"] as? Bool == false)
            #expect(agent["is_active"] as? Bool == true)
            let id = try #require(agent["id"] as? String)
            let shown = try await server.get("/telzino/v1/agents/\(id)").json["data"] as? NSDictionary
            #expect(shown == agent)
            let stored = try await server.engine.agents.agent("ava", project: Project.first)
            #expect(stored.voice == "rms")
            #expect(stored.settings.record == false)
            #expect(stored.numbers.count == 1, "The project's number, since the vendor's clients know of none")
            #expect(try await server.telzino(id, #"{"to_number": "+15551230001"}"#).status == 202)

            let list = try await server.get("/telzino/v1/agents?organization_id=\(organization)&limit=1").json
            #expect((list["data"] as? [NSDictionary])?.map { $0["id"] as? String } == [id])
            #expect(list.at("pagination.total") as? Int == 1)
            #expect(try await server.get("/telzino/v1/agents").json.at("pagination.total") as? Int == 2)
        }
    }

    @Test("An agent needs no more than a title")
    func minimalAgent() async throws {
        try await TestServer.run { server in
            let path = "/telzino/v1/organizations/\(UUID())/agents"
            let created = try await server.post(path, #"{"title": "Front desk", "external_id": "fd-1"}"#)
            #expect(created.status == 201, "\(created.text)")
            #expect(try created.json.allKeys as? [String] == ["id"])
            let id = try #require(try created.json["id"] as? String)
            let agent = try #require(try await server.get("/telzino/v1/agents/\(id)").json["data"] as? NSDictionary)
            #expect(agent["name"] as? String == "Front desk")
            #expect(agent["system_prompt"] is NSNull)
            #expect(agent["external_id"] as? String == "fd-1")
            #expect(try await server.telzino(id, #"{"to_number": "+15551230001"}"#).status == 202)
            let tooLong = String(repeating: "x", count: 256)
            for body in [
                #"{"description": "no title"}"#, #"{"title": "\#(tooLong)"}"#,
                #"{"title": "a", "external_id": "\#(tooLong)"}"#,
            ] {
                #expect(try await server.post(path, body).status == 400)
            }
            #expect(try await server.post("/telzino/v1/organizations/17/agents", #"{"title": "a"}"#).status == 400)
            #expect(
                try await server.post("/telzino/v1/agents", #"{"name": "a"}"#).status == 400,
                "organizationId is required"
            )
        }
    }
}

@Suite("Telzino's tokens", .timeLimit(.minutes(1)))
struct TelzinoTokenTests {
    @Test("Client credentials buy a token as JSON, as a form and with HTTP Basic")
    func issue() async throws {
        try await TestServer.run { server in
            let (key, secret) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            let json = """
                {"client_id": "\(key.id)", "client_secret": "\(secret)", "audience": "https://api.telzino.com/",
                 "grant_type": "client_credentials"}
                """
            let form = "grant_type=client_credentials&client_id=\(key.id)&client_secret=\(secret)"
            let basic = "Basic " + Data("\(key.id):\(secret)".utf8).base64EncodedString()
            let answers = [
                try await server.token(json),
                try await server.token(form, type: "application/x-www-form-urlencoded"),
                try await server.token(
                    "grant_type=client_credentials",
                    type: "application/x-www-form-urlencoded",
                    authorization: basic
                ),
            ]
            for answer in answers {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(
                    Set(try answer.json.allKeys as? [String] ?? []) == ["access_token", "token_type", "expires_in"]
                )
                #expect(try answer.json["token_type"] as? String == "Bearer")
                #expect(try answer.json["expires_in"] as? Int == 86_400)
                #expect(answer.headers["cache-control"] == "no-store")
                let token = try #require(try answer.json["access_token"] as? String)
                #expect(try await server.get("/telzino/v1/agents", key: token).status == 200)
            }
            #expect(try await server.get("/telzino/v1/agents", key: secret).status == 200, "A key does as well")
        }
    }

    @Test(
        "What is wrong is told in OAuth's words",
        arguments: [
            (#"{"client_id": "a", "client_secret": "b", "grant_type": "password"}"#, 400, "unsupported_grant_type"),
            (#"{"client_id": "a", "client_secret": "b"}"#, 400, "invalid_request"),
            (#"{"client_id": "a", "grant_type": "client_credentials"}"#, 400, "invalid_request"),
            (#"{"client_id": "a", "client_secret": "b", "grant_type": "client_credentials"}"#, 401, "invalid_client"),
            (#"{"client_id": 1, "grant_type": "client_credentials"}"#, 400, "invalid_request"),
            ("x", 400, "invalid_request"),
        ]
    )
    func refusals(body: String, status: Int, error: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.token(body)
            #expect(answer.status == status)
            #expect(try answer.json["error"] as? String == error)
            #expect(try answer.json["error_description"] is String)
            #expect(answer.headers["cache-control"] == "no-store")
        }
    }

    @Test("The wrong secret of a client, and the secret of another, buy nothing")
    func wrongSecret() async throws {
        try await TestServer.run { server in
            let (key, secret) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            let (other, _) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            for (id, secret) in [
                (key.id, secret.replacing("sk_test_", with: "sk_test_x").dropLast().description), (other.id, secret),
            ] {
                let basic = "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString()
                let answer = try await server.token(
                    "grant_type=client_credentials",
                    type: "application/x-www-form-urlencoded",
                    authorization: basic
                )
                #expect(answer.status == 401)
                #expect(try answer.json["error"] as? String == "invalid_client")
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Basic") == true)
            }
        }
    }
}

extension TestServer {
    /// The sample agent, as the vendor spells it.
    fileprivate var telzinoAgent: String {
        get async throws {
            try await engine.agents.agent("reminder", project: Project.first).id.uuid.uuidString.lowercased()
        }
    }

    fileprivate func telzino(_ agent: String, _ body: String) async throws -> Answer {
        try await post("/telzino/v1/agents/\(agent)/outbound-calls", body)
    }

    fileprivate func token(
        _ body: String,
        type: String = "application/json",
        authorization: String? = nil
    ) async throws -> Answer {
        var request = request("POST", "/telzino/oauth/token")
        request.headers.remove(name: "Authorization")
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(.init(string: body))
        return try await send(request)
    }
}
