import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("The Aitelier door")
struct AitelierTests {
    private static let trigger =
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
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 0)
        }
    }

    @Test("A key names one call: repeated, at once or with another body, it gets the first one's session")
    func idempotency() async throws {
        try await TestServer.run { server in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 1...10 {
                    group.addTask {
                        let answer = try await server.post(
                            "/aitelier/v1/calls",
                            Self.trigger,
                            headers: ["Idempotency-Key": "one"]
                        )
                        return try #require(try answer.json["session_id"] as? String)
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
            let other = try await server.post(
                "/aitelier/v1/calls",
                #"{"scenario": "reminder", "phone": "+34600111333"}"#,
                headers: ["Idempotency-Key": "one"]
            )
            #expect(other.status == 201)
            #expect(try other.json["session_id"] as? String == ids.first)
            #expect(other.headers["idempotent-replayed"] == "true")
            #expect(try await server.engine.calls.calls(offset: 0, limit: 1, project: Project.first).total == 1)
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

    @Test(
        "A key without the scope is refused, and one that may not read what was said sees neither transcript nor recording"
    )
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
            let denied = try await server.get("/aitelier/v1/sessions/\(id)", key: trigger)
            #expect(denied.status == 403)
            #expect(denied.code == "insufficient_scope")
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
        call.reached = .machine
        if reason.status == .completed {
            #expect(
                AitelierSession(call).endState == (reason == .providerStalled ? .internalError : .voicemailDetected)
            )
        }
    }
}
