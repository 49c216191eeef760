import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("The Aitelier door")
struct AitelierTests {
    static let trigger =
        #"{"scenario": "reminder", "phone": "+34600111222", "metadata": {"guest":  "Ana", "n": 1.50}}"#

    @Test("A trigger is answered with a session that can be read under either path")
    func triggered() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/aitelier/v1/calls", Self.trigger)
            #expect(answer.status == 201)
            let id = try #require(try answer.json["session_id"] as? String)
            #expect(id.hasPrefix("ses_"))
            #expect(try answer.json["id"] as? String == id)
            #expect(try answer.json["status"] as? String == "queued")
            #expect(answer.text.contains(#"{"guest":  "Ana", "n": 1.50}"#))
            for path in ["sessions", "calls"] {
                let session = try await server.get("/aitelier/v1/\(path)/\(id)")
                #expect(session.status == 200)
                #expect(try session.json["scenario"] as? String == "reminder")
                #expect(try session.json["phone"] as? String == "+34600111222")
                #expect(try session.json["end_state"] is NSNull)
            }
            let call = try #require(AitelierSession.call(id))
            let stored = try await server.engine.calls.call(call, project: Project.first)
            #expect(stored.request.dialsPerMinute == 5)
            #expect(stored.request.variables["session.metadata.guest"] == "Ana")
        }
    }

    @Test("Members of members of the metadata are read with further dots")
    func nestedMetadata() throws {
        let body = try JSONObjectBody(
            Array(
                #"{"scenario": "s", "phone": "+34600111222", "metadata": {"guest": {"name": {"first": "Ana"}}, "n": 1}}"#
                    .utf8
            ),
            accepting: nil
        )
        let now = Date.stamp()
        let key = APIKey(
            id: APIKey.ID(bornAt: now),
            project: Project.first,
            name: "",
            mode: .test,
            hint: "",
            createdAt: now
        )
        let variables = try AitelierPlacement.read(body, key: key, now: now).request.variables
        #expect(variables["session.metadata.guest.name.first"] == "Ana")
        #expect(variables["session.metadata.guest"] == ["name": ["first": "Ana"]])
        #expect(variables["session.metadata.n"] == 1)
    }

    /// The page's example, but for the year.
    @Test("The vendor's own example is taken as it stands: a scenario with underscores, a number in no range, a time")
    func example() async throws {
        try await TestServer.run { server in
            let file = TestServer.agent.replacingOccurrences(of: "agent: reminder", with: "agent: appointment_reminder")
            _ = try await server.engine.agents.apply(file, project: Project.first)
            let day = Date(timeIntervalSinceNow: 86_400).formatted(.iso8601.year().month().day())
            let answer = try await server.post(
                "/aitelier/v1/calls",
                """
                {
                "scenario": "appointment_reminder",
                "phone": "+34123456789",
                "metadata": {
                "customer_name": "Maria",
                "appointment_at": "\(day)T18:00:00Z"
                },
                "scheduled_for": "\(day)T15:00:00Z"
                }
                """,
                headers: ["Idempotency-Key": "17"]
            )
            #expect(answer.status == 201, "\(answer.text)")
            #expect(try answer.json["scenario"] as? String == "appointment_reminder")
            #expect(try answer.json["phone"] as? String == "+34123456789")
            #expect(try answer.json["scheduled_for"] as? String == "\(day)T15:00:00.000000Z")
            #expect(try answer.json.at("metadata.customer_name") as? String == "Maria")
        }
    }

    @Test(
        "What cannot be triggered is refused by code, and nothing is dialed",
        arguments: [
            (#"{"phone": "+34600111222"}"#, 422, "missing_field"),
            (#"{"scenario": "reminder"}"#, 422, "missing_field"),
            (#"{"scenario": "reminder", "phone": "600111222"}"#, 422, "invalid_phone"),
            (#"{"scenario": "nobody", "phone": "+34600111222"}"#, 404, "scenario_not_found"),
            (#"{"scenario": "desk", "phone": "+34600111222"}"#, 422, "scenario_not_outbound"),
            (#"{"scenario": "reminder", "phone": "+34600111222", "metadata": [1]}"#, 422, "invalid_request"),
            (
                #"{"scenario": "reminder", "phone": "+34600111222", "scheduled_for": "2099-01-01T00:00:00"}"#, 422,
                "invalid_scheduled_for"
            ),
            (
                #"{"scenario": "reminder", "phone": "+34600111222", "scheduled_for": "2020-01-01T00:00:00Z"}"#, 422,
                "invalid_scheduled_for"
            ),
            (
                #"{"scenario": "reminder", "phone": "+34600111222", "scheduled_for": "2099-01-01T00:00:00Z"}"#, 422,
                "invalid_scheduled_for"
            ),
            (#"[1]"#, 400, "invalid_request"),
        ]
    )
    func refused(body: String, status: Int, code: String) async throws {
        try await TestServer.run { server in
            var desk = server.engine.agents.blank(name: "Desk")
            desk.instructions = "Take the call."
            desk.direction = .inbound
            _ = try await server.engine.agents.add(desk, project: Project.first)
            let answer = try await server.post("/aitelier/v1/calls", body)
            #expect(answer.status == status)
            #expect(answer.code == code)
            #expect(answer.message?.isEmpty == false)
            #expect(answer.message?.contains("agent") == false, "The caller knows scenarios")
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 0)
        }
    }

    @Test("Whatever is wrong with a request is said in the door's shape, with a code and a sentence")
    func errors() async throws {
        try await TestServer.run { server in
            let calls = "/aitelier/v1/calls"
            let long = String(repeating: "k", count: 256)
            let answers: [(TestServer.Answer, Int, String)] = [
                (try await server.get("/aitelier/v1/nothing"), 404, "not_found"),
                (try await server.get("/aitelier/v1/webhooks/ep_x"), 404, "not_found"),
                (try await server.post(calls, Self.trigger, method: "PUT"), 405, "method_not_allowed"),
                (try await server.post(calls, Self.trigger, type: "text/plain"), 415, "unsupported_media_type"),
                (try await server.post(calls, "{", method: "POST"), 400, "invalid_request"),
                (
                    try await server.post(calls, Self.trigger, headers: ["Idempotency-Key": long]), 400,
                    "invalid_request"
                ),
                (try await server.get("/aitelier/v1/sessions?status=ringing"), 400, "invalid_request"),
                (try await server.get("/aitelier/v1/sessions?cursor=x"), 400, "invalid_request"),
                (try await server.get("/aitelier/v1/sessions?scenario=x"), 404, "scenario_not_found"),
                (try await server.get("/aitelier/v1/sessions", key: "avp_live_x"), 401, "unauthorized"),
            ]
            for (answer, status, code) in answers {
                #expect(answer.status == status, "\(code): \(answer.text)")
                #expect(answer.code == code)
                #expect(answer.message?.isEmpty == false)
                #expect(try Set(answer.json.allKeys.compactMap { $0 as? String }) == ["error"])
            }
        }
    }

    @Test("A scheduled call waits as queued")
    func scheduled() async throws {
        try await TestServer.run { server in
            let time = Date(timeIntervalSinceNow: 3600).formatted(.iso8601)
            let answer = try await server.post(
                "/aitelier/v1/calls",
                #"{"scenario": "reminder", "phone": "+34600111222", "scheduled_for": "\#(time)"}"#
            )
            #expect(answer.status == 201)
            #expect(try answer.json["status"] as? String == "queued")
            let late = Date(timeIntervalSinceNow: -30).formatted(.iso8601)
            let soon = try await server.post(
                "/aitelier/v1/calls",
                #"{"scenario": "reminder", "phone": "+34600111222", "scheduled_for": "\#(late)"}"#
            )
            #expect(soon.status == 201)
        }
    }

    @Test("Aitelier 21: without outbound:trigger nothing is triggered, and without sessions:read nothing is read: 403")
    func scopes() async throws {
        try await TestServer.run { server in
            let keys = server.engine.keys
            func key(_ scopes: Set<Scope>) async throws -> String {
                try await keys.create(name: "k", mode: .test, scopes: scopes, project: Project.first).secret
            }
            let trigger = try await key([.outboundTrigger])
            let read = try await key([.sessionsRead])
            let hear = try await key([.sessionsRead, .sessionsReadTranscript])
            #expect(try await server.post("/aitelier/v1/calls", Self.trigger, key: read).status == 403)
            let placed = try await server.post("/aitelier/v1/calls", Self.trigger, key: trigger)
            #expect(placed.status == 201)
            let id = try #require(try placed.json["session_id"] as? String)
            for path in ["sessions/\(id)", "calls/\(id)", "sessions"] {
                let denied = try await server.get("/aitelier/v1/\(path)", key: trigger)
                #expect(denied.status == 403)
                #expect(denied.code == "insufficient_scope")
                #expect(try await server.get("/aitelier/v1/\(path)", key: read).status == 200)
            }
            #expect(try await server.get("/aitelier/v1/sessions/\(id)", key: read).json["transcript"] == nil)
            #expect(try await server.get("/aitelier/v1/sessions/\(id)/transcript", key: read).status == 403)
            #expect(try await server.get("/aitelier/v1/sessions/\(id)/transcript", key: hear).status == 200)
            #expect(try await server.get("/aitelier/v1/sessions", key: "avp_live_nonsense").code == "unauthorized")
            #expect(try await server.get("/aitelier/v1/sessions/ses_x", key: read).code == "session_not_found")
        }
    }

    @Test("Sessions are listed newest first, page by page")
    func lists() async throws {
        try await TestServer.run { server in
            var ids: [String] = []
            for _ in 1...3 {
                let answer = try await server.post("/aitelier/v1/calls", Self.trigger)
                ids.append(try #require(try answer.json["id"] as? String))
            }
            let first = try await server.get("/aitelier/v1/sessions?limit=2&scenario=reminder").json
            let rows = try #require(first["data"] as? [NSDictionary])
            #expect(rows.map { $0["id"] as? String } == [ids[2], ids[1]])
            let cursor = try #require(first["next_cursor"] as? String)
            let rest = try await server.get("/aitelier/v1/sessions?limit=2&cursor=\(cursor)").json
            #expect((rest["data"] as? [NSDictionary])?.map { $0["id"] as? String } == [ids[0]])
            #expect(rest["next_cursor"] is NSNull)
        }
    }

    @Test(
        "Every end has one of the eight states, and only a completed call has an outcome",
        arguments: EndReason.allCases
    )
    func endStates(reason: EndReason) throws {
        let now = Date(timeIntervalSince1970: 1_781_179_200)
        let agent = Agent(
            id: Agent.ID(bornAt: now),
            slug: "reminder",
            name: "Ava",
            numbers: [],
            greeting: "Hello.",
            flow: nil,
            createdAt: now,
            updatedAt: now
        )
        let number = try #require(PhoneNumber("+34600111222"))
        let ending = CallLifecycle.Ending(reason: reason, answeredAt: nil, at: now)
        var call = Call(
            id: Call.ID(bornAt: now),
            project: Project.first,
            request: CallRequest(destination: number, mode: .test),
            agent: agent,
            callerID: number,
            createdAt: now,
            lifecycle: CallLifecycle(state: .ended(ending))
        )
        let session = AitelierSession(call)
        #expect((session.status == .completed) == (session.endState == .completed))
        #expect((session.outcome != nil) == (session.endState == .completed))
        #expect((session.failureReason == nil) == (session.endState == .completed))
        #expect([AitelierStatus.completed, .failed].contains(session.status))
        if reason == .blocked {
            call.blockedBy = .suppression
            #expect(AitelierSession(call).failureReason == "do_not_call")
            call.blockedBy = .callingHours
            #expect(AitelierSession(call).failureReason == "calling_hours")
        }
        for reached in [Reached.person, .machine] {
            call.reached = reached
            let shown = AitelierSession(call)
            let end = CallFilter.End(reason, withMachine: reached == .machine)
            for word in AitelierStatus.allCases {
                #expect(
                    word.filter.ends.contains(end) == (word == shown.status),
                    "Found under the word it is shown with"
                )
                #expect(!word.filter.statuses.contains(reason.status))
            }
            let format = AitelierWebhook(publicURL: PublicURL())
            let told = format.types(of: .ended(call, at: now), isRepeated: false, for: .endpoint)
            #expect(told == [shown.status == .completed ? "session.ended" : "session.failed"])
        }
        call.reached = .machine
        if reason.status == .completed {
            #expect(
                AitelierSession(call).endState == (reason == .providerStalled ? .internalError : .voicemailDetected)
            )
        }
    }
}
