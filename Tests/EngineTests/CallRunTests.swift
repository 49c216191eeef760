import Calls
import Conversation
import Engine
import FoundationEssentials
import Telephony
import Testing

@Suite("A call's run", .timeLimit(.minutes(1)))
struct CallRunTests {
    private func words(_ events: [CallEvent]) -> [String] {
        events.map { event in
            guard case .object(let data) = event.data, event.kind != .said else { return event.kind.rawValue }
            if event.kind == .ended { return event.kind.rawValue }
            return data["status"]?.spoken ?? ""
        }
    }

    @Test("A call that goes well is dialed, answered, talked through, hung up and closed, in this order")
    func completed() async throws {
        try await Workbench(network: ScriptedNetwork(.answers)).run { bench in
            let placed = try await bench.place { $0.metadata = #"{"order": 1.10}"# }
            #expect(placed.lifecycle.status == .queued)
            let history = try await bench.history(placed.id)
            #expect(
                words(history) == [
                    "queued", "dispatching", "dialing", "ringing", "in_progress", "call.said", "call.said",
                    "wrapping_up",
                    "completed", "call.ended",
                ]
            )
            #expect(history.map(\.sequence) == history.map(\.sequence).sorted())

            let call = try await bench.call(placed.id)
            #expect(call.lifecycle.ending?.reason == .agentHungUp)
            #expect(call.transport == Transport(sipStatus: 200, sipPhrase: "OK", hungUpBy: .agent))
            #expect(call.goal == .met)
            #expect(call.reached == .person)
            #expect(call.fields == ["confirmed": true])
            #expect(call.summary == "# Confirmed")
            #expect(call.calleeTurns == 1)
            #expect(call.outcome == .success)
            #expect(call.request.metadata == #"{"order": 1.10}"#)
            let transcript = try await bench.engine.calls.transcript(call.id, project: Project.first)
            #expect(transcript == ScriptedConversations.said)

            let attempts = try await bench.engine.calls.attempts(call.id, project: Project.first)
            #expect(attempts.map(\.certainty) == [.sent])
            #expect(attempts.first?.dialog?.remoteTag == "them")
            #expect(bench.network.invites == attempts.map(\.id))
            #expect(bench.network.linesUp.isEmpty)
            #expect(try await !bench.engine.calls.trace(call.id, project: Project.first).isEmpty)
        }
    }

    @Test("The telephone is told what the call and its agent say")
    func request() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await Workbench(configure: { $0.recordingsDirectory = directory }).run { bench in
            let call = try await bench.place {
                $0.ringTimeout = 20
                $0.maxDuration = 90
            }
            let request = try await bench.nextLeg().request
            #expect(request.trunk == "lab")
            #expect(request.destination == call.request.destination)
            #expect(request.callerID.description == "+15550100000")
            #expect(request.callerName == "Riverside Dental")
            #expect(request.ringTimeout == .seconds(20))
            #expect(request.maxDuration == .seconds(90))
            #expect(request.recordingPath == "\(directory)/\(call.id).wav")
            #expect(request.attempt.call == call.id)
            for await brief in bench.conversations.briefs.stream {
                #expect(brief.variables == ["name": "Ann", "day": "Tuesday"])
                #expect(brief.maxDuration == 90)
                break
            }
        }
    }

    @Test("Answered time is billed by begun seconds")
    func cost() async throws {
        let bench = try await Workbench(
            conversations: ScriptedConversations(.stays),
            configure: { $0.rates = RateDeck(standard: Rate(pricePerMinute: Money(milliCents: 1200))) }
        )
        try await bench.run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            bench.clock.advance(by: .seconds(3))
            leg.answer()
            try await bench.reached(.inProgress, call.id)
            bench.clock.advance(by: .milliseconds(30_200))
            leg.calleeHangsUp()
            let ended = try await bench.ended(call.id)
            #expect(ended.duration == 31)
            #expect(
                ended.costs == [CostLine(item: .trunk, quantity: 31, unit: "seconds", amount: Money(milliCents: 620))]
            )
            #expect(ended.lifecycle.ending?.reason == .calleeHungUp)
            #expect(ended.transport.hungUpBy == .callee)
        }
    }

    @Test("A busy line costs nothing, keeps what the network said, and has no conversation")
    func busy() async throws {
        try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
            let placed = try await bench.place()
            let call = try await bench.ended(placed.id)
            #expect(call.lifecycle.status == .busy)
            #expect(call.transport.sipStatus == 486)
            #expect(call.transport.q850Cause == 17)
            #expect(call.transport.hungUpBy == .callee)
            #expect(call.costs.isEmpty)
            #expect(call.duration == 0)
            #expect(call.summary == nil)
            #expect(call.reached == .nobody)
        }
    }

    @Test("A dial that never left is in the ledger as not sent")
    func notDialed() async throws {
        try await Workbench(network: ScriptedNetwork(.notDialed(.noMediaPort("all taken")))).run { bench in
            let placed = try await bench.place()
            let call = try await bench.ended(placed.id)
            #expect(call.lifecycle.ending?.reason == .internalError)
            let attempts = try await bench.engine.calls.attempts(call.id, project: Project.first)
            #expect(attempts.map(\.certainty) == [.notSent])
        }
    }

    @Test("An agent that cannot speak rings nobody on: the line is canceled, and the fault is ours")
    func mute() async throws {
        try await Workbench(conversations: ScriptedConversations(.mute)).run { bench in
            let placed = try await bench.place()
            let call = try await bench.ended(placed.id)
            #expect(call.lifecycle.ending?.reason == .internalError)
            #expect(bench.network.linesUp.isEmpty)
        }
    }

    @Test("A callee who answers before the greeting is ready still gets the conversation")
    func lateGreeting() async throws {
        try await Workbench(conversations: ScriptedConversations(.slow)).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.answer()
            try await bench.reached(.inProgress, call.id)
            bench.conversations.go.continuation.yield()
            #expect(try await bench.ended(call.id).goal == .met)
        }
    }

    @Test("A conversation that does not return is given up, and the call ends with what was said and says so")
    func stalled() async throws {
        try await Workbench(conversations: ScriptedConversations(.hangs)).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.answer()
            for await _ in bench.conversations.begun.stream { break }
            try await bench.reached(.inProgress, call.id)
            leg.calleeHangsUp()
            try await bench.reached(.wrappingUp, call.id)
            await bench.clock.sleepers(within: .seconds(10), longerThan: .seconds(9))
            bench.clock.advance(by: .seconds(10))
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.ending?.reason == .calleeHungUp)
            #expect(ended.goal == .met, "Canceled, it still gave its record")
        }
    }

    @Test(
        "Who or what answered decides how a call is over that the far end ended, also if it is known only then, and what it costs",
        arguments: [
            (nil, .machine, .voicemail), (nil, .screener, .screened), (nil, .ivr, .screened),
            (nil, .person, .calleeHungUp), (nil, .unknown, .calleeHungUp),
            (.machine, .machine, .voicemail), (.machine, .person, .calleeHungUp),
        ] as [(Reached?, Reached, EndReason)]
    )
    func identifiedLate(first: Reached?, last: Reached, reason: EndReason) async throws {
        let conversations = ScriptedConversations(.identifies(first: first, last: last))
        try await Workbench(conversations: conversations).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.answer()
            if first == nil {
                for await _ in bench.conversations.begun.stream { break }
            } else {
                for await event in try await bench.engine.calls.events(call.id, after: 0, project: Project.first)
                where event.kind == .answeredBy { break }
            }
            bench.clock.advance(by: .seconds(20))
            leg.calleeHangsUp()
            let history = try await bench.history(call.id)
            let ended = try await bench.call(call.id)
            #expect(ended.lifecycle.ending?.reason == reason)
            #expect(ended.lifecycle.status == reason.status)
            #expect(ended.duration == 20)
            #expect(ended.reached == last)
            #expect(ended.costs.isEmpty == (reason != .calleeHungUp))
            #expect(ended.reservation?.status == (reason == .calleeHungUp ? .settled : .released))
            #expect(words(history).count { $0 == "wrapping_up" } == 1, "Whoever listens is told with the end")
            #expect(history.last?.endReason == reason)
            #expect(history.last?.reached == last)
        }
    }

    @Test("A machine that was talked to costs nothing, also if the conversation gives no account of itself")
    func unaccounted() async throws {
        let conversations = ScriptedConversations(.identifies(first: .machine, last: nil))
        try await Workbench(conversations: conversations).run { bench in
            defer { bench.conversations.wake() }
            let call = try await bench.place { $0.voicemailAction = .talk }
            let leg = try await bench.nextLeg()
            leg.answer()
            for await event in try await bench.engine.calls.events(call.id, after: 0, project: Project.first)
            where event.kind == .answeredBy { break }
            bench.clock.advance(by: .seconds(20))
            leg.calleeHangsUp()
            await bench.clock.sleepers(within: .seconds(10), longerThan: .seconds(9))
            bench.clock.advance(by: .seconds(10))
            // Beside the three that look once a second.
            await bench.clock.sleepers(4, within: .seconds(1), longerThan: .milliseconds(999))
            bench.clock.advance(by: .seconds(1))
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.ending?.reason == .calleeHungUp)
            #expect(ended.reached == .machine)
            #expect(ended.resultError != nil)
            #expect(ended.costs.isEmpty)
        }
    }

    @Test("A leg that never says it is over does not hold its channel forever")
    func silentLeg() async throws {
        try await Workbench(network: ScriptedNetwork(), conversations: ScriptedConversations(.short)).run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.confirmHangUps(false)
            leg.answer()
            for await _ in leg.hangUps.stream { break }
            await bench.clock.sleepers(within: .seconds(40), longerThan: .seconds(39))
            bench.clock.advance(by: .seconds(40))
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.ending?.reason == .agentHungUp)
            #expect(ended.goal == .met)
        }
    }

    @Test("Canceled while it waits, a call is never dialed; canceled while it rings, the line goes down")
    func cancelUnanswered() async throws {
        try await Workbench(configure: { $0.channels = 1 }).run { bench in
            let ringing = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.happen(.ringing(earlyMedia: false))
            try await bench.reached(.ringing, ringing.id)
            let waiting = try await bench.place()
            #expect(
                try await bench.engine.calls.cancel(waiting.id, project: Project.first).lifecycle.status == .canceled
            )

            let canceled = try await bench.engine.calls.cancel(ringing.id, project: Project.first)
            #expect(canceled.lifecycle.status == .canceled)
            for await _ in leg.hangUps.stream { break }
            #expect(bench.network.linesUp.isEmpty)
            #expect(bench.network.invites.count == 1)
            await #expect(throws: Refusal.callEnded) {
                _ = try await bench.engine.calls.cancel(ringing.id, project: Project.first)
            }
        }
    }

    @Test("An answer that crosses the cancellation is hung up, and the call stays canceled")
    func cancelCrossing() async throws {
        try await Workbench().run { bench in
            let call = try await bench.place()
            let leg = try await bench.nextLeg()
            leg.confirmHangUps(false)
            _ = try await bench.engine.calls.cancel(call.id, project: Project.first)
            var hangUps = leg.hangUps.stream.makeAsyncIterator()
            await hangUps.next()
            leg.confirmHangUps(true)
            leg.answer()
            await hangUps.next()
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.ending?.reason == .canceled)
            #expect(ended.costs.isEmpty)
        }
    }

    @Test("A live call that is canceled is hung up and keeps its conversation")
    func cancelLive() async throws {
        try await Workbench(network: ScriptedNetwork(.answers), conversations: ScriptedConversations(.stays)).run {
            bench in
            let call = try await bench.place()
            try await bench.reached(.inProgress, call.id)
            for await _ in bench.conversations.begun.stream { break }
            let answered = try await bench.engine.calls.cancel(call.id, project: Project.first)
            #expect(answered.id == call.id)
            let ended = try await bench.ended(call.id)
            #expect(ended.lifecycle.ending?.reason == .endedByRequest)
            #expect(ended.lifecycle.status == .completed)
            #expect(ended.transport.hungUpBy == .server)
            #expect(ended.goal == .met)
        }
    }

    @Test("A scheduled call is dialed at its time, and one that waited too long is not dialed at all")
    func clock() async throws {
        let bench = try await Workbench(configure: {
            $0.channels = 1
            // The clock below runs ahead of everybody.
            $0.lease = .seconds(1_000_000)
        })
        try await bench.run { bench in
            let scheduled = try await bench.place { $0.scheduledFor = bench.clock.date + 30 }
            #expect(scheduled.lifecycle.status == .scheduled)
            while bench.network.invites.isEmpty {
                bench.clock.advance(by: .milliseconds(500))
                await Task.yield()
            }
            #expect(bench.clock.date >= ManualClock.noon + 30)
            let leg = try await bench.nextLeg()
            #expect(leg.call == scheduled.id)

            let waiting = try await bench.place { $0.expiresAt = bench.clock.date + 5 }
            while try await bench.call(waiting.id).lifecycle.status == .queued { bench.clock.advance(by: .seconds(1)) }
            #expect(try await bench.ended(waiting.id).lifecycle.status == .expired)
            #expect(bench.network.invites.count == 1)
        }
    }

    @Test("Whoever follows a call from the middle gets the rest, and nothing twice")
    func follow() async throws {
        try await Workbench(network: ScriptedNetwork(.answers)).run { bench in
            let call = try await bench.place()
            let whole = try await bench.history(call.id)
            var rest: [CallEvent] = []
            let middle = whole[3].sequence
            for await event in try await bench.engine.calls.events(call.id, after: middle, project: Project.first) {
                rest.append(event)
            }
            #expect(rest == Array(whole[4...]))
            let last = try #require(whole.last).sequence
            for await event in try await bench.engine.calls.events(call.id, after: last, project: Project.first) {
                Issue.record("Nothing can follow the end, but \(event) did")
            }
        }
    }
}
