import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

/// Statements of Aitelier's contract that take a minute to come true, or something that the phone lab cannot show yet.
@Suite("Aitelier on a virtual clock", .timeLimit(.minutes(1)))
struct AitelierTests {
    /// Places a call as the door does.
    private func trigger(_ bench: Workbench, _ key: APIKey) async throws -> Call.ID {
        let text = #"{"scenario": "reminder", "phone": "+15551230001"}"#
        let body = try JSONObjectBody(Array(text.utf8), accepting: nil)
        let placement = try AitelierPlacement.read(body, key: key, now: bench.clock.date)
        return try await bench.engine.calls.place(placement, project: Project.first).id
    }

    private func key(_ bench: Workbench) async throws -> APIKey {
        try await bench.engine.keys.create(name: "", mode: .test, project: Project.first).key
    }

    private func session(_ id: Call.ID, _ bench: Workbench) async throws -> AitelierSession {
        AitelierSession(try await bench.ended(id))
    }

    @Test("Aitelier 12: of seven triggers at once five are dialed, and none of the others before a minute has passed")
    func pace() async throws {
        try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
            let key = try await key(bench)
            var triggered: [Call.ID] = []
            for _ in 1...7 { triggered.append(try await trigger(bench, key)) }
            for id in triggered.prefix(5) { #expect(try await session(id, bench).endState == .busy) }
            await bench.poll()
            bench.clock.advance(by: .seconds(59))
            await bench.poll()
            #expect(bench.network.invites.count == 5)
            for id in triggered.suffix(2) { #expect(AitelierStatus(try await bench.call(id)) == .queued) }
            bench.clock.advance(by: .seconds(1))
            for id in triggered.suffix(2) { #expect(try await session(id, bench).endState == .busy) }
            #expect(bench.network.invites.count == 7)
        }
    }

    @Test("Aitelier 18: a call that a machine answered is voicemail_detected, and has neither outcome nor cost")
    func machine() async throws {
        try await Workbench(
            network: ScriptedNetwork(.answers),
            conversations: ScriptedConversations(.meetsMachine)
        ).run { bench in
            let id = try await trigger(bench, try await key(bench))
            #expect(try await bench.call(id).speaker.voicemail.action == .hangUp)
            let session = try await session(id, bench)
            #expect(session.status == .failed)
            #expect(session.endState == .voicemailDetected)
            #expect(session.failureReason == "voicemail_detected")
            #expect(session.outcome == nil)
            #expect(session.cost == Money.zero.description)
            #expect(try await bench.call(id).reservation?.status == .released)
        }
    }

    @Test(
        "Aitelier 31: without its goal, a conversation of 40 s in which the callee spoke three times is middle; a shorter one, or one of fewer turns, is spam",
        arguments: [(40, 3, CallOutcome.middle), (20, 3, .spam), (40, 2, .spam), (30, 3, .middle), (29, 3, .spam)]
    )
    func outcomes(seconds: Int, turns: Int, outcome: CallOutcome) async throws {
        let conversations = ScriptedConversations(.talks(turns: turns))
        try await Workbench(
            network: ScriptedNetwork(.answers),
            conversations: conversations,
            // The clock leaps over every renewal.
            configure: { $0.lease = .seconds(3600) }
        ).run { bench in
            let id = try await trigger(bench, try await key(bench))
            for await _ in conversations.begun.stream { break }
            bench.clock.advance(by: .seconds(seconds))
            conversations.go.continuation.yield()
            let session = try await session(id, bench)
            #expect(session.endState == .completed)
            #expect(session.durationSeconds == seconds)
            #expect(session.outcome == outcome)
        }
    }
}
