import Calls
import Media
import SIP
import Synchronization
import Telephony
import Testing

@Suite("Audio between the telephone and the exchange")
struct AudioTests {
    /// One second of 1 kHz at half of full scale.
    private static let tone: [Int16] = (0..<8000).map {
        [0, 11_585, 16_384, 11_585, 0, -11_585, -16_384, -11_585][$0 % 8]
    }

    @Test("Audio before the answer is early media, and comes before the answer", .timeLimit(.minutes(1)))
    func earlyMedia() async throws {
        let isHeard = AsyncStream<Void>.makeStream()
        try await Rig.withExchange { leg in
            await leg.startEarlyMedia()
            leg.audio.play(Self.tone)
            for await _ in isHeard.stream { break }
            await leg.answer()
            _ = await leg.collect()
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                let leg = try await telephone.dial(.test())
                let events = await leg.collect { event in
                    if event == .ringing(earlyMedia: true) { isHeard.continuation.yield() }
                    if event == .answered { await leg.hangUp() }
                }
                #expect(events.steps.dropLast().suffix(2) == [.ringing(earlyMedia: true), .answered])
            }
        }
    }

    @Test("Keys are heard on both sides", .timeLimit(.minutes(1)))
    func digits() async throws {
        let callee = Mutex<[LegEvent]>([])
        try await Rig.withExchange { leg in
            await leg.answer()
            let events = await leg.collect { event in
                if event == .digit("#") { await leg.sendDigits("5*") }
            }
            callee.withLock { $0 = events }
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                let leg = try await telephone.dial(.test())
                let events = await leg.collect { event in
                    if event == .answered { await leg.sendDigits("12#") }
                    if event == .digit("*") { await leg.hangUp() }
                }
                #expect(events.steps.dropLast().suffix(3) == [.answered, .digit("5"), .digit("*")])
            }
        }
        #expect(callee.withLock { $0.steps.dropLast() } == [.answered, .digit("1"), .digit("2"), .digit("#")])
    }

    @Test("What one side plays, the other side hears", .timeLimit(.minutes(1)), arguments: [TrunkCodec.pcmu, .pcma])
    func speech(codec: TrunkCodec) async throws {
        try await Rig.withExchange { leg in
            await leg.answer()
            leg.audio.play(Self.tone)
            _ = await leg.collect()
        } _: { exchange in
            var trunk = Trunk.to(port: exchange.port)
            trunk.codecs = [codec]
            try await Rig.withTelephone([trunk]) { telephone in
                let leg = try await telephone.dial(.test())
                for await event in leg.events where event == .answered { break }
                var loud = 0
                for await tick in leg.audio.ticks {
                    if tick.samples.contains(where: { abs(Int($0)) > 12_000 }) { loud += 1 }
                    if loud == 20 { break }
                }
                #expect(loud == 20)
            }
        }
    }
}
