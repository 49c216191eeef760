import Calls
import Media
import SIP
import Synchronization
import Telephony
import Testing

@Suite("The telephone against the exchange")
struct ExchangeTests {
    /// Rings and answers, and stays until the far end hangs up.
    @Sendable private static func answering(_ leg: any IncomingLeg) async {
        await leg.ring()
        await leg.answer()
        _ = await leg.collect()
    }

    @Test("A call is ringing, answered and ended, on both sides", .timeLimit(.minutes(1)), arguments: ["udp", "tcp"])
    func answered(transport: String) async throws {
        let callee = Mutex<[LegEvent]>([])
        let seen = Mutex<[String]>([])
        try await Rig.withExchange { leg in
            seen.withLock { $0 = [leg.dialed, leg.caller, leg.sipCallID] }
            await leg.ring()
            await leg.answer()
            let events = await leg.collect()
            callee.withLock { $0 = events }
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port, transport: transport)]) { telephone in
                let request = try DialRequest.test()
                let leg = try await telephone.dial(request)
                let events = await leg.collectHangingUpOnAnswer()
                #expect(events.steps.dropLast() == [.ringing(earlyMedia: false), .answered])
                #expect(events.ending?.reason == .agentHungUp)
                #expect(seen.withLock { $0 } == ["+15551230001", "+15550009999", request.attempt.sipCallID])
            }
        }
        #expect(callee.withLock { $0.first } == .answered)
        #expect(callee.withLock { $0.ending?.reason } == .calleeHungUp)
    }

    @Test("The exchange hears the asserted identity, and a name with quotes arrives as one", .timeLimit(.minutes(1)))
    func identity() async throws {
        let invite = Mutex("")
        try await Rig.withExchange { leg in
            let text = await leg.sipMessages().first?.text ?? ""
            invite.withLock { $0 = text }
            await leg.refuse(status: 486, phrase: "Busy Here", q850: 17)
        } _: { exchange in
            var trunk = Trunk.to(port: exchange.port)
            trunk.assertedIdentity = true
            trunk.fromDomain = "pbx.example"
            try await Rig.withTelephone([trunk]) { telephone in
                let leg = try await telephone.dial(.test(name: #"Bob "the \ Builder" <x>"#))
                let ending = await leg.collect().ending
                #expect(ending?.reason == .busy)
                #expect(ending?.transport.q850Cause == 17)
                #expect(ending?.transport.hungUpBy == .callee)
            }
        }
        let text = invite.withLock { $0 }
        let address = #""Bob \"the \\ Builder\" <x>" <sip:+15550009999@pbx.example>"#
        #expect(text.contains("From: \(address);tag="))
        #expect(text.contains("P-Asserted-Identity: \(address)"))
    }

    @Test("A name that would start a new header is refused, and nothing is sent", .timeLimit(.minutes(1)))
    func unwritable() async throws {
        let arrived = Mutex(0)
        try await Rig.withExchange { _ in
            arrived.withLock { $0 += 1 }
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                await #expect(throws: DialError.unwritable("caller name")) {
                    try await telephone.dial(.test(name: "Bob\r\nX-Evil: 1"))
                }
                var request = try DialRequest.test()
                request.trunk = "elsewhere"
                await #expect(throws: DialError.unknownTrunk("elsewhere")) { try await telephone.dial(request) }
            }
        }
        #expect(arrived.withLock { $0 } == 0)
    }

    @Test("A right digest is let in, a wrong password ends the call after one try", .timeLimit(.minutes(1)))
    func digest() async throws {
        let credentials = SIPExchange.Credentials(username: "alice", password: TrunkSecret("open, sesame"))
        try await Rig.withExchange(credentials: credentials, callee: Self.answering) { exchange in
            let right = Trunk.to(port: exchange.port, username: "alice", password: "open, sesame")
            try await Rig.withTelephone([right]) { telephone in
                let leg = try await telephone.dial(.test())
                #expect(await leg.collectHangingUpOnAnswer().steps.contains(.answered))
            }
            let wrong = Trunk.to(port: exchange.port, username: "alice", password: "guess")
            try await Rig.withTelephone([wrong]) { telephone in
                let leg = try await telephone.dial(.test())
                #expect(await leg.collect().ending?.reason == .trunkAuthentication)
                #expect(await leg.sipMessages().summary.count { $0 == "> INVITE" } == 2)
            }
        }
    }

    @Test("The callee hangs up", .timeLimit(.minutes(1)))
    func calleeHangsUp() async throws {
        try await Rig.withExchange { leg in
            await leg.answer()
            await leg.hangUp()
            _ = await leg.collect()
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                let leg = try await telephone.dial(.test())
                let events = await leg.collect()
                #expect(events.ending?.reason == .calleeHungUp)
                #expect(events.ending?.transport.hungUpBy == .callee)
            }
        }
    }

    @Test("Hanging up before the answer cancels, and the exchange hears of it", .timeLimit(.minutes(1)))
    func canceled() async throws {
        let callee = Mutex<LegEnding?>(nil)
        try await Rig.withExchange { leg in
            await leg.ring()
            let ending = await leg.collect().ending
            callee.withLock { $0 = ending }
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                let leg = try await telephone.dial(.test())
                let events = await leg.collect { event in
                    if event == .ringing(earlyMedia: false) { await leg.hangUp() }
                }
                #expect(events.ending?.reason == .canceled)
                #expect(events.ending?.transport.sipStatus == 487)
            }
        }
        #expect(callee.withLock { $0?.reason } == .canceled)
    }

    @Test("A line is hung up after its longest duration, whoever is still talking", .timeLimit(.minutes(1)))
    func maxDuration() async throws {
        try await Rig.withExchange(callee: Self.answering) { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                let leg = try await telephone.dial(.test(total: .milliseconds(300)))
                #expect(await leg.collect().ending?.reason == .maxDuration)
            }
        }
    }

    @Test("A dead port is found out at once", .timeLimit(.minutes(1)), arguments: ["udp", "tcp"])
    func deadPort(transport: String) async throws {
        try await Rig.withTelephone([.to(port: 9, transport: transport)]) { telephone in
            let leg = try await telephone.dial(.test())
            let ending = await leg.collect().ending
            #expect(ending?.reason == .carrierUnreachable)
            #expect(ending?.transport == Transport(hungUpBy: .server))
            #expect(await telephone.probe(trunk: "test").hop == .refused)
            #expect(await telephone.probe(trunk: "other").hop == .unknownTrunk)
        }
    }

    @Test("Any status proves that a trunk is there", .timeLimit(.minutes(1)))
    func probe() async throws {
        try await Rig.withExchange(callee: Self.answering) { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                let health = await telephone.probe(trunk: "test")
                #expect(health.hop == .answered)
                #expect(health.sipStatus == 200)
            }
        }
    }

    @Test("A name that does not resolve is named as such", .timeLimit(.minutes(1)))
    func unresolvable() async throws {
        let trunk = Trunk(name: "test", uri: "sip:no-such-carrier.invalid;transport=udp")
        try await Rig.withTelephone([trunk]) { telephone in
            #expect(await telephone.probe(trunk: "test").hop == .nameNotResolved)
        }
    }

    @Test("Another telephone takes an answered dialog down by its name", .timeLimit(.minutes(1)))
    func takeDown() async throws {
        let callee = Mutex<LegEnding?>(nil)
        try await Rig.withExchange { leg in
            await leg.answer()
            let ending = await leg.collect().ending
            callee.withLock { $0 = ending }
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { first in
                let leg = try await first.dial(.test())
                var dialog: Dialog?
                for await event in leg.events {
                    if case .dialog(let latest) = event { dialog = latest }
                    if event == .answered { break }
                }
                await leg.acknowledge()
                let stored = try JSONRoundTrip.of(#require(dialog))
                try await Rig.withTelephone([.to(port: exchange.port)]) { second in
                    #expect(await second.takeDown(stored))
                }
            }
        }
        #expect(callee.withLock { $0?.reason } == .calleeHungUp)
    }

    @Test(
        "A process that stored nothing after the INVITE left can be cleaned up after, challenged or not",
        .timeLimit(.minutes(1)),
        arguments: [false, true]
    )
    func takeDownByFirstName(challenged: Bool) async throws {
        let callee = Mutex<LegEnding?>(nil)
        let credentials =
            challenged ? SIPExchange.Credentials(username: "alice", password: TrunkSecret("wonderland")) : nil
        try await Rig.withExchange(credentials: credentials) { leg in
            await leg.ring()
            let ending = await leg.collect().ending
            callee.withLock { $0 = ending }
        } _: { exchange in
            let trunk = Trunk.to(port: exchange.port, username: "alice", password: "wonderland")
            try await Rig.withTelephone([trunk]) { first in
                var request = try DialRequest.test()
                let name = try #require(first.dialog(for: request))
                request.attempt.dialog = name
                let leg = try await first.dial(request)
                for await event in leg.events where event == .ringing(earlyMedia: false) { break }
                try await Rig.withTelephone([trunk]) { second in
                    #expect(await second.takeDown(name))
                }
                #expect(await leg.collect().ending?.transport.sipStatus == 487)
            }
        }
        #expect(callee.withLock { $0?.reason } == .canceled)
    }

    @Test("Stopping hangs up the calls that are left, ringing or answered", .timeLimit(.minutes(1)))
    func stopping() async throws {
        let endings = Mutex<[EndReason]>([])
        try await Rig.withExchange { leg in
            await leg.ring()
            if leg.dialed.hasSuffix("1") { await leg.answer() }
            let ending = await leg.collect().ending
            endings.withLock { $0.append(ending?.reason ?? .internalError) }
        } _: { exchange in
            let media = try Rig.media()
            let telephone = try await SIPTelephone(
                configuration: .init(),
                trunks: [.to(port: exchange.port)],
                media: media,
                logger: Rig.logger
            )
            try await withThrowingTaskGroup { group in
                group.addTask { await telephone.run() }
                let answered = try await telephone.dial(.test(to: "+15551230001"))
                let ringing = try await telephone.dial(.test(to: "+15551230002"))
                for await event in answered.events where event == .answered { break }
                for await event in ringing.events where event == .ringing(earlyMedia: false) { break }
                await telephone.stop()
                await #expect(throws: DialError.stackStopped) { try await telephone.dial(.test()) }
                // Harmless on a stack that is gone.
                await answered.hangUp()
            }
            media.stop()
        }
        #expect(Set(endings.withLock { $0 }) == [.calleeHungUp, .canceled])
    }

    @Test("Two hundred calls at once all get through", .timeLimit(.minutes(1)))
    func manyCalls() async throws {
        let reached = Mutex<Set<String>>([])
        let media = try Rig.media()
        try await Rig.withExchange(media: media) { leg in
            reached.withLock { _ = $0.insert(leg.sipCallID) }
            await Self.answering(leg)
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)], media: media) { telephone in
                let endings = try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask {
                            let leg = try await telephone.dial(.test(to: "+1555\(1_000_000 + number)"))
                            return await leg.collectHangingUpOnAnswer().ending?.reason
                        }
                    }
                    var endings: [EndReason?: Int] = [:]
                    for try await reason in group { endings[reason, default: 0] += 1 }
                    return endings
                }
                #expect(endings == [.agentHungUp: 200])
            }
        }
        #expect(reached.withLock { $0.count } == 200)
        media.stop()
    }

    @Test("The advertised address is the one that far ends read", .timeLimit(.minutes(1)))
    func advertisedAddress() async throws {
        try await Rig.withExchange(callee: Self.answering) { exchange in
            let media = try Rig.media()
            let telephone = try await SIPTelephone(
                configuration: .init(address: "0.0.0.0", advertisedAddress: "127.0.0.2"),
                trunks: [.to(port: exchange.port)],
                media: media,
                logger: Rig.logger
            )
            try await withThrowingTaskGroup { group in
                group.addTask { await telephone.run() }
                let leg = try await telephone.dial(.test())
                #expect(await leg.collectHangingUpOnAnswer().contains(.answered))
                let invite = await leg.sipMessages().first?.text ?? ""
                #expect(invite.contains("Via: SIP/2.0/UDP 127.0.0.2:\(telephone.port)"))
                #expect(invite.contains("Contact: <sip:trunkline@127.0.0.2:\(telephone.port)>"))
                #expect(invite.contains("c=IN IP4 127.0.0.2"))
                await telephone.stop()
            }
            await #expect(throws: SIPError.badAddress("0.0.0.0")) {
                try await SIPTelephone(
                    configuration: .init(address: "0.0.0.0"),
                    trunks: [],
                    media: media,
                    logger: Rig.logger
                )
            }
            media.stop()
        }
    }

    @Test("A telephone takes no calls", .timeLimit(.minutes(1)))
    func telephoneRefuses() async throws {
        try await Rig.withTelephone([]) { called in
            try await Rig.withTelephone([.to(port: called.port)]) { telephone in
                let leg = try await telephone.dial(.test())
                #expect(await leg.collect().ending?.transport.sipStatus == 403)
                #expect(await telephone.probe(trunk: "test").sipStatus == 200)
            }
        }
    }

    @Test("The same Call-ID dialed again is delivered again", .timeLimit(.minutes(1)))
    func doubleDial() async throws {
        let seen = Mutex<[String]>([])
        try await Rig.withExchange { leg in
            seen.withLock { $0.append(leg.sipCallID) }
            await leg.refuse(status: 486, phrase: "Busy Here", q850: nil)
        } _: { exchange in
            try await Rig.withTelephone([.to(port: exchange.port)]) { telephone in
                let request = try DialRequest.test()
                for _ in 0..<2 { _ = await (try telephone.dial(request)).collect() }
                #expect(seen.withLock { $0 } == [request.attempt.sipCallID, request.attempt.sipCallID])
            }
        }
    }

    @Test("A port that is taken is named", .timeLimit(.minutes(1)))
    func takenPort() async throws {
        try await Rig.withExchange(callee: Self.answering) { exchange in
            let media = try Rig.media()
            let error = await #expect(throws: SIPError.self) {
                try await SIPExchange(port: exchange.port, media: media, logger: Rig.logger)
            }
            guard case .cannotBind("udp", "127.0.0.1", exchange.port, _)? = error else {
                Issue.record("not the reason: \(String(describing: error))")
                return
            }
            media.stop()
        }
    }
}
