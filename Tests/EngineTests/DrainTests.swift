import Calls
import Engine
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage
import Telephony
import Testing

@Suite("Draining", .timeLimit(.minutes(1)))
struct DrainTests {
    /// A time for live calls that nobody else sleeps.
    private static func configured(_ configuration: inout EngineConfiguration) {
        configuration.channels = 3
        configuration.drainLimit = .seconds(900)
    }

    @Test("Told to stop, the server dials nobody new, lets live calls finish, then says goodbye, then hangs up")
    func drain() async throws {
        let bench = try await Workbench(conversations: ScriptedConversations(.stays), configure: Self.configured)
        let group = ServiceGroup(
            services: bench.engine.services,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let talking = try await answered(bench)
            let patient = try await answered(bench)
            let ringing = try await bench.place()
            let ringingLeg = try await bench.nextLeg()
            ringingLeg.happen(.ringing(earlyMedia: false))
            try await bench.reached(.ringing, ringing.id)
            let waiting = try await bench.place()

            await group.triggerGracefulShutdown()
            // Whoever measures the time that live calls still have.
            await bench.clock.sleepers(within: .seconds(900), longerThan: .seconds(800))
            #expect(await bench.engine.status().isDraining)
            await #expect(throws: Refusal.draining) { _ = try await bench.place() }
            #expect(await !bench.engine.status().isReady)

            talking.leg.calleeHangsUp()
            #expect(try await bench.ended(talking.id).lifecycle.ending?.reason == .calleeHungUp)
            #expect(try await bench.call(patient.id).lifecycle.status == .inProgress)

            await bench.clock.sleepers(within: .seconds(900), longerThan: .seconds(800))
            bench.clock.advance(by: .seconds(900))
            let goodbye = try await bench.ended(patient.id)
            #expect(goodbye.lifecycle.ending?.reason == .serverDrained)
            #expect(goodbye.goal == .met, "The conversation itself said goodbye")

            await bench.clock.sleepers(within: .seconds(8), longerThan: .seconds(7))
            bench.clock.advance(by: .seconds(8))
            #expect(try await bench.ended(ringing.id).lifecycle.ending?.reason == .interrupted)
            try await tasks.waitForAll()

            #expect(try await bench.call(waiting.id).lifecycle.status == .queued)
            #expect(bench.network.invites.count == 3)
            #expect(bench.network.linesUp.isEmpty)
            #expect(await bench.engine.status().liveCalls == 0)
        }
    }

    @Test("A call that ends while the server stops is told to the last word before it is gone")
    func told() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            let bench = try await Workbench(configure: Self.configured)
            let group = ServiceGroup(
                services: bench.engine.services,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            _ = try await bench.engine.webhooks.createEndpoint(
                WebhookControl.NewEndpoint(door: "native", url: "http://127.0.0.1:\(port)/hook"),
                project: Project.first
            )
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let call = try await bench.place()
                let leg = try await bench.nextLeg()
                leg.happen(.ringing(earlyMedia: false))
                try await bench.reached(.ringing, call.id)
                await group.triggerGracefulShutdown()
                await bench.clock.sleepers(within: .seconds(900), longerThan: .seconds(800))
                leg.end(.busy, Transport(sipStatus: 486, hungUpBy: .callee))
                try await tasks.waitForAll()
                let told = try await bench.engine.webhooks.deliveries(of: call.id, project: Project.first)
                #expect(told.count == 6)
                #expect(told.last?.type == "call.ended")
                #expect(told.allSatisfy { $0.status == .delivered })
            }
        }
    }

    @Test("Stopped at once, live calls are hung up and stored as what they are")
    func stop() async throws {
        let bench = try await Workbench(
            network: ScriptedNetwork(.answers),
            conversations: ScriptedConversations(.stays)
        )
        let id = try await bench.run { bench in
            let call = try await bench.place()
            try await bench.reached(.inProgress, call.id)
            return call.id
        }
        let call = try await bench.call(id)
        #expect(call.lifecycle.ending?.reason == .serverDrained)
        #expect(bench.network.linesUp.isEmpty)
    }

    private func answered(_ bench: Workbench) async throws -> (id: Call.ID, leg: ScriptedLeg) {
        let call = try await bench.place()
        let leg = try await bench.nextLeg()
        leg.answer()
        for await _ in bench.conversations.begun.stream { break }
        return (call.id, leg)
    }
}
