import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

@Suite("Webhooks in the vendors' words", .timeLimit(.minutes(1)))
struct VendorWebhookTests {
    private static let noon = Date(timeIntervalSince1970: 1_781_179_200)

    private static func call(_ reason: EndReason?, answered: Bool) throws -> Call {
        let agent = Agent(
            id: Agent.ID(bornAt: noon),
            slug: "reminder",
            name: "Ava",
            numbers: [],
            greeting: "Hello.",
            flow: nil,
            createdAt: noon,
            updatedAt: noon
        )
        let number = try #require(PhoneNumber("+34600111222"))
        let answeredAt = answered ? noon + 5 : nil
        return Call(
            id: Call.ID(bornAt: noon),
            project: Project.first,
            request: CallRequest(destination: number, mode: .test, metadata: #"{"guest":  "Ana"}"#),
            agent: agent,
            callerID: number,
            createdAt: noon,
            lifecycle: CallLifecycle(
                state: reason.map { .ended(.init(reason: $0, answeredAt: answeredAt, at: noon + 45)) } ?? .dialing
            ),
            summary: answered ? "# Confirmed\nAll good." : nil
        )
    }

    private static func message(_ type: String, of call: Call, at date: Date = noon) -> WebhookMessage {
        WebhookMessage(
            id: WebhookDelivery.ID(bornAt: date),
            type: type,
            event: .ended(call, at: date),
            call: call,
            certainty: .sent,
            transcript: [TranscriptEntry(speaker: .callee, text: "Yes.", start: 1500, end: 1900)],
            statuses: []
        )
    }

    private static func history(_ format: any WebhookFormat, _ statuses: [CallStatus], _ call: Call) -> [String] {
        var call = call
        let final = call.lifecycle
        var types: [String] = []
        for status in statuses {
            let state: CallLifecycle.State? =
                switch status {
                case .queued: .queued
                case .dialing: .dialing
                case .ringing: .ringing
                case .inProgress: .inProgress(since: noon)
                default: nil
                }
            call.lifecycle = state.map { CallLifecycle(state: $0) } ?? final
            types += format.types(of: .status(of: call, at: noon), isRepeated: false, for: .endpoint)
        }
        call.lifecycle = final
        return types + format.types(of: .ended(call, at: noon), isRepeated: false, for: .endpoint)
    }

    @Test(
        "Truedy 33: an answered call is told of as started, joined and ended, one that nobody answers as started and failed"
    )
    func truedyEvents() throws {
        let format = TruedyWebhook(publicURL: PublicURL("https://calls.example.com"))
        let answered = try Self.call(.agentHungUp, answered: true)
        let told = Self.history(format, [.queued, .dialing, .ringing, .inProgress, .completed], answered)
        #expect(told.filter(format.defaultEvents.contains) == ["call.started", "call.joined", "call.ended"])
        let busy = try Self.call(.busy, answered: false)
        #expect(Self.history(format, [.queued, .dialing, .busy], busy) == ["call.started", "call.failed"])
        let canceled = try Self.call(.canceled, answered: false)
        #expect(Self.history(format, [.queued, .canceled], canceled).contains("call.ended"))
    }

    @Test("Truedy: a message holds the call as the API shows it, and in the provider's shape")
    func truedyBody() throws {
        let call = try Self.call(.agentHungUp, answered: true)
        var message = Self.message("call.ended", of: call)
        message.recording = RecordingLink(call: call.id, expires: 1, signature: "s")
        let body = try TruedyWebhook(publicURL: PublicURL("https://calls.example.com")).body(of: message)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? NSDictionary)
        #expect(document["event"] as? String == "call.ended")
        #expect(document["timestamp"] as? String == "2026-06-11T12:00:00.000Z")
        for path in ["data.id", "data.callId", "data.call_id", "data.call.callId"] {
            #expect(document.at(path) as? String == call.id.description, "\(path)")
        }
        #expect(document.at("data.eventId") as? String == message.id.description)
        #expect(document.at("data.call.agent.agentId") as? String == call.agent.id.description)
        #expect(document.at("data.call.shortSummary") as? String == "Confirmed")
        #expect(document.at("data.status") as? String == "ended")
        #expect(
            document.at("data.recording_url") as? String
                == "https://calls.example.com/recordings/\(call.id).wav?expires=1&signature=s"
        )
        #expect(document.at("data.duration_seconds") as? Int == 40)
        let transcript = try #require(document.at("data.transcript") as? [NSDictionary])
        #expect(transcript == [["speaker": "contact", "text": "Yes.", "timestamp": 1.5]])
    }

    @Test("Truedy 30: the signature of a message verifies by the vendor's recipe, and its time is fresh")
    func truedySignature() throws {
        let delivery = WebhookDelivery.sample(body: #"{"event":"call.ended"}"#)
        let headers = try TruedyWebhook(publicURL: PublicURL("https://calls.example.com")).headers(
            of: delivery,
            secrets: ["whsec_tdy"],
            at: Date(timeIntervalSince1970: 1_700_000_000)
        )
        #expect(headers.contains { $0 == ("X-Truedy-Timestamp", "1700000000") })
        #expect(
            headers.contains {
                $0 == (
                    "X-Truedy-Signature", "19116a31976f38d24f7189e1ca39882792b9b0f97e9781022bd8598fd74abda1"
                )
            }
        )
        let later = try TruedyWebhook(publicURL: PublicURL("https://calls.example.com")).headers(
            of: delivery,
            secrets: ["whsec_tdy"],
            at: Self.noon
        )
        #expect(!later.contains { $0.value.hasPrefix("19116a31") })
    }

    @Test("Aitelier: a session starts when it is connected, and one message ends it")
    func aitelierEvents() throws {
        let format = AitelierWebhook(publicURL: PublicURL())
        let answered = try Self.call(.agentHungUp, answered: true)
        #expect(
            Self.history(format, [.queued, .dialing, .ringing, .inProgress, .completed], answered)
                == ["session.started", "session.ended"]
        )
        let busy = try Self.call(.busy, answered: false)
        #expect(Self.history(format, [.queued, .dialing, .busy], busy) == ["session.failed"])
        let stalled = try Self.call(.providerStalled, answered: true)
        #expect(Self.history(format, [.inProgress, .completed], stalled) == ["session.started", "session.failed"])
        var successful = answered
        successful.goal = .met
        #expect(
            Self.history(format, [.inProgress, .completed], successful)
                == ["session.started", "goal.achieved", "session.ended"]
        )
    }

    @Test("A machine that hung up itself was a voicemail all the same, in the message as in the record")
    func machine() throws {
        var call = try Self.call(.calleeHungUp, answered: true)
        call.reached = .machine
        let session = AitelierSession(call)
        #expect(session.endState == .voicemailDetected)
        #expect(session.status == .failed && session.outcome == nil)
        let aitelier = AitelierWebhook(publicURL: PublicURL())
        #expect(Self.history(aitelier, [.inProgress, .completed], call) == ["session.started", "session.failed"])
        #expect(CallingBoxCall(call).status == .noAnswer)
        #expect(
            Self.history(CallingBoxWebhook(), [.queued, .inProgress, .completed], call)
                == ["call.queued", "call.answered", "call.no_answer"]
        )
        call.reached = .person
        #expect(Self.history(aitelier, [.inProgress, .completed], call) == ["session.started", "session.ended"])
        #expect(CallingBoxCall(call).status == .completed)
    }

    @Test(
        "Aitelier: the start carries the metadata and a phone with its digits hidden; the end, outcome, duration and links"
    )
    func aitelierBodies() throws {
        let format = AitelierWebhook(publicURL: PublicURL("https://calls.example.com/"))
        let call = try Self.call(.agentHungUp, answered: true)
        let started = try format.body(of: Self.message("session.started", of: call))
        #expect(started.contains(#""metadata":{"guest":  "Ana"}"#))
        #expect(started.contains(#""phone":"+34*******22""#))
        #expect(!started.contains("600111222"))
        var message = Self.message("session.ended", of: call)
        message.recording = RecordingLink(call: call.id, expires: 1, signature: "s")
        let ended = try format.body(of: message)
        let document = try #require(try JSONSerialization.jsonObject(with: Data(ended.utf8)) as? NSDictionary)
        #expect(document.at("data.session_id") as? String == AitelierSession.id(of: call.id))
        #expect(document.at("data.duration_seconds") as? Int == 40)
        #expect(document.at("data.outcome") is String)
        #expect(
            document.at("data.transcript_url") as? String
                == "https://calls.example.com/aitelier/v1/sessions/\(AitelierSession.id(of: call.id))/transcript"
        )
        #expect(
            document.at("data.recording_url") as? String
                == "https://calls.example.com/recordings/\(call.id).wav?expires=1&signature=s"
        )
        var successful = call
        successful.fields = ["confirmed": true]
        let achieved = try format.body(of: Self.message("goal.achieved", of: successful))
        #expect(achieved.contains(#""slots":{"confirmed":true}"#))
        let busy = try Self.call(.busy, answered: false)
        let failed = try format.body(of: Self.message("session.failed", of: busy))
        #expect(failed.contains(#""failure_reason":"busy""#))
    }

    @Test("Aitelier: every secret signs, over the time of the try")
    func aitelierSignature() throws {
        let delivery = WebhookDelivery.sample(body: #"{"a":1}"#)
        let headers = try AitelierWebhook(publicURL: PublicURL()).headers(
            of: delivery,
            secrets: ["whsec_abc"],
            at: Date(timeIntervalSince1970: 1_700_000_000)
        )
        let digest = "3b843bacfb18cc5554542fdcc84d815b399c52758e508a6fcecf0a2af4efea2b"
        #expect(headers.contains { $0 == ("X-Aitelier-Signature", "t=1700000000,v1=\(digest)") })
    }

    @Test("Subscriptions of the Aitelier door are made, changed and removed; the secret is shown once")
    func subscriptions() async throws {
        try await TestServer.run { server in
            let made = try await server.post(
                "/aitelier/v1/webhooks",
                #"{"url": "https://example.com/hook", "events": ["session.ended"]}"#
            )
            #expect(made.status == 201)
            #expect((try made.json["secret"] as? String)?.isEmpty == false)
            #expect(made.headers["cache-control"] == "no-store")
            let id = try #require(try made.json["id"] as? String)
            let shown = try await server.get("/aitelier/v1/webhooks/\(id)")
            #expect(try shown.json["secret"] == nil)
            #expect(try shown.json["events"] as? [String] == ["session.ended"])
            let wrong = try await server.post(
                "/aitelier/v1/webhooks",
                #"{"url": "https://example.com", "events": ["nothing"]}"#
            )
            #expect(wrong.status == 422)
            let off = try await server.post("/aitelier/v1/webhooks/\(id)", #"{"enabled": false}"#, method: "PATCH")
            #expect(try off.json["enabled"] as? Bool == false)
            #expect(try await server.send(server.request("DELETE", "/aitelier/v1/webhooks/\(id)")).status == 200)
            #expect(try await server.get("/aitelier/v1/webhooks/\(id)").status == 404)
        }
    }
}

extension WebhookDelivery {
    fileprivate static func sample(body: String) -> WebhookDelivery {
        let now = Date(timeIntervalSince1970: 1_781_179_200)
        return WebhookDelivery(
            id: WebhookDelivery.ID(bornAt: now),
            project: Project.first,
            call: nil,
            event: nil,
            endpoint: nil,
            door: "native",
            type: "call.ended",
            url: "https://example.com/hook",
            body: body,
            createdAt: now,
            nextAt: now
        )
    }
}
