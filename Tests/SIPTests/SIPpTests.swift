import Calls
import Media
import SIP
import Telephony
import Testing

@Suite("The telephone against SIPp")
struct SIPpTests {
    /// Dials into `scenario` and returns what was reported, once both sides are done.
    private func call(
        _ scenario: String,
        tcp: Bool = false,
        keys: [String: String] = [:],
        username: String? = nil,
        ring: Duration = .seconds(30),
        hangsUp: Bool = true
    ) async throws -> (events: [LegEvent], trace: [SIPMessage]) {
        let sipp = try await SIPp.start(scenario, tcp: tcp, keys: keys)
        let trunk = Trunk.to(
            port: sipp.port,
            transport: tcp ? "tcp" : "udp",
            username: username,
            password: username == nil ? nil : "wonderland"
        )
        let result = try await Rig.withTelephone([trunk]) { telephone in
            let leg = try await telephone.dial(.test(ring: ring))
            let events = await hangsUp ? leg.collectHangingUpOnAnswer() : leg.collect()
            try await sipp.finish()
            return (events, await leg.sipMessages())
        }
        return result
    }

    @Test("An answered call is ringing, answered and ended by us", .timeLimit(.minutes(1)), arguments: [false, true])
    func answered(tcp: Bool) async throws {
        let (events, trace) = try await call("answer", tcp: tcp)
        #expect(events.steps.dropLast() == [.ringing(earlyMedia: false), .answered])
        #expect(events.ending?.reason == .agentHungUp)
        #expect(events.ending?.transport == Transport(sipStatus: 200, sipPhrase: "OK", hungUpBy: .agent))
        #expect(trace.summary == ["> INVITE", "< 180", "< 200", "> ACK", "> BYE", "< 200"])
        #expect(trace.allSatisfy { $0.peer.hasPrefix(tcp ? "tcp/127.0.0.1:" : "udp/127.0.0.1:") })
        // The INVITE left under the name that was decided before: nothing to add until the answer.
        #expect(events.dialogs.count == 1)
        let dialog = try #require(events.dialogs.last)
        #expect(dialog.remoteTag?.hasPrefix("sipp") == true)
        #expect(dialog.target.hasPrefix("sip:callee@127.0.0.1:"))
        #expect(dialog.routes.count == 1)
        #expect(dialog.via?.contains("branch=z9hG4bK") == true)
    }

    @Test(
        "A refusal ends the call with the network's own words",
        .timeLimit(.minutes(1)),
        arguments: [
            (486, "Busy Here", 17, EndReason.busy), (480, "Temporarily Unavailable", 18, .noAnswer),
            (404, "Not Found", 1, .notInService), (603, "Decline", 21, .declined),
            (403, "Forbidden", 21, .callerIDRejected),
            (503, "Service Unavailable", 41, .carrierFailure), (488, "Not Acceptable Here", 65, .mediaRefused),
        ]
    )
    func refused(status: Int, phrase: String, cause: Int, reason: EndReason) async throws {
        let keys = ["code": "\(status)", "phrase": phrase, "reason": "Q.850;cause=\(cause)"]
        let (events, trace) = try await call("refuse", keys: keys)
        #expect(events.steps.count == 1)
        let ending = try #require(events.ending)
        #expect(ending.reason == reason)
        #expect(ending.transport.sipStatus == status)
        #expect(ending.transport.sipPhrase == phrase)
        #expect(ending.transport.q850Cause == cause)
        #expect(trace.summary == ["> INVITE", "< \(status)", "> ACK"])
    }

    @Test("503 with Retry-After is not tried again behind our back", .timeLimit(.minutes(1)))
    func retryAfter() async throws {
        let (events, trace) = try await call("retry-after")
        #expect(events.ending?.reason == .carrierFailure)
        #expect(trace.summary.count { $0 == "> INVITE" } == 1)
    }

    @Test("A redirection is not followed", .timeLimit(.minutes(1)))
    func redirected() async throws {
        let (events, trace) = try await call("redirect")
        #expect(events.ending?.reason == .carrierFailure)
        #expect(events.ending?.transport.sipStatus == 302)
        #expect(trace.summary.count { $0 == "> INVITE" } == 1)
    }

    @Test("A challenge is answered in the same Call-ID, and the trace keeps no credentials", .timeLimit(.minutes(1)))
    func challenged() async throws {
        let (events, trace) = try await call("challenge", username: "alice")
        #expect(events.steps.contains(.answered))
        #expect(trace.summary.count { $0 == "> INVITE" } == 2)
        #expect(trace.contains { $0.text.contains("Proxy-Authorization: Digest username=\"alice\"") })
        #expect(!trace.contains { $0.text.contains("47ebe028cda119c35d4877b383027d28da013815") })
        #expect(trace.contains { $0.text.contains("response=\"•••\"") })
        let branches = trace.filter { $0.sent && $0.text.hasPrefix("INVITE") }.compactMap {
            $0.text.firstMatch(of: /branch=([^;\r\n]+)/)?.1
        }
        try #require(branches.count == 2)
        #expect(branches[1] == branches[0] + ".r")
        #expect(events.dialogs.first?.via?.hasSuffix(branches[1]) == true)
    }

    @Test("Without a password a challenge ends the call", .timeLimit(.minutes(1)))
    func noCredentials() async throws {
        let sipp = try await SIPp.start("challenge")
        defer { sipp.kill() }
        try await Rig.withTelephone([.to(port: sipp.port)]) { telephone in
            let leg = try await telephone.dial(.test())
            let ending = await leg.collect().ending
            #expect(ending?.reason == .trunkAuthentication)
            #expect(ending?.transport.sipStatus == 407)
        }
    }

    @Test("A phone that rings for too long is canceled", .timeLimit(.minutes(1)))
    func noAnswer() async throws {
        let (events, trace) = try await call("no-answer", ring: .milliseconds(500))
        #expect(events.steps.first == .ringing(earlyMedia: false))
        #expect(events.ending?.reason == .noAnswer)
        #expect(events.ending?.transport.hungUpBy == .server)
        #expect(trace.summary.contains("> CANCEL"))
    }

    @Test("A CANCEL waits for the first sign of life", .timeLimit(.minutes(1)))
    func silentThenRinging() async throws {
        let (events, trace) = try await call("silent-then-ringing", ring: .milliseconds(200))
        // Nothing had come when the time was up.
        #expect(events.ending?.reason == .carrierUnreachable)
        #expect(trace.summary.contains("> CANCEL"))
    }

    @Test("An answer that crosses our CANCEL is acknowledged and hung up", .timeLimit(.minutes(1)))
    func crossingCancel() async throws {
        let (events, trace) = try await call("crossing-cancel", ring: .milliseconds(300))
        #expect(!events.contains(.answered))
        #expect(events.ending?.reason == .noAnswer)
        #expect(trace.summary.contains("> ACK") && trace.summary.contains("> BYE"))
    }

    @Test("A 183 with a description is ringing, not an answer", .timeLimit(.minutes(1)))
    func earlyMedia() async throws {
        let (events, _) = try await call("early-media")
        #expect(events.steps.dropLast() == [.ringing(earlyMedia: false), .answered])
    }

    @Test("A reliable 183 is acknowledged, and its description stands for a 200 without one", .timeLimit(.minutes(1)))
    func reliableProgress() async throws {
        let (events, trace) = try await call("reliable-progress")
        #expect(events.steps.contains(.answered))
        #expect(trace.summary.contains("> PRACK"))
    }

    @Test("Hold, UPDATE, INFO and OPTIONS in the call are answered", .timeLimit(.minutes(1)))
    func hold() async throws {
        let (events, _) = try await call("hold", hangsUp: false)
        #expect(events.ending?.reason == .calleeHungUp)
    }

    @Test("A callee who hangs up is reported with the cause", .timeLimit(.minutes(1)))
    func remoteBye() async throws {
        let (events, _) = try await call("remote-bye", hangsUp: false)
        #expect(events.ending?.reason == .calleeHungUp)
        #expect(events.ending?.transport.hungUpBy == .callee)
        #expect(events.ending?.transport.q850Cause == 16)
    }

    @Test(
        "A 200 without usable media is acknowledged and hung up",
        .timeLimit(.minutes(1)),
        arguments: ["no-description", "foreign-codec"]
    )
    func noMedia(scenario: String) async throws {
        let (events, trace) = try await call(scenario, hangsUp: false)
        #expect(!events.contains(.answered))
        #expect(events.ending?.reason == .mediaRefused)
        #expect(trace.summary.suffix(3) == ["> ACK", "> BYE", "< 200"])
    }

    @Test("A repeated 200 is acknowledged again, and answered only once", .timeLimit(.minutes(1)))
    func repeatedAnswer() async throws {
        // To SIPp the second ACK is a repetition of the first, to which it would repeat its 200 without end.
        let sipp = try await SIPp.start("repeated-answer", options: ["-nr"])
        try await Rig.withTelephone([.to(port: sipp.port)]) { telephone in
            let leg = try await telephone.dial(.test(total: .seconds(1)))
            let events = await leg.collect()
            try await sipp.finish()
            #expect(events.steps.count { $0 == .answered } == 1)
            #expect(events.ending?.reason == .maxDuration)
            let trace = await leg.sipMessages().summary
            #expect(trace == ["> INVITE", "< 180", "< 200", "> ACK", "< 200", "> ACK", "> BYE", "< 200"])
        }
    }

    @Test("The second of two forks that answer is hung up", .timeLimit(.minutes(1)))
    func fork() async throws {
        let sipp = try await SIPp.start("fork")
        try await Rig.withTelephone([.to(port: sipp.port)]) { telephone in
            let leg = try await telephone.dial(.test(total: .seconds(1)))
            let events = await leg.collect()
            try await sipp.finish()
            #expect(events.steps.count { $0 == .answered } == 1)
            #expect(events.ending?.reason == .maxDuration)
        }
    }

    @Test("Two BYEs that cross end the call once", .timeLimit(.minutes(1)))
    func crossingBye() async throws {
        let (events, _) = try await call("crossing-bye")
        #expect(events.ending?.reason == .agentHungUp)
    }

    @Test("The far end's session timer is taken, and none is asked for", .timeLimit(.minutes(1)))
    func sessionTimer() async throws {
        let (events, trace) = try await call("session-timer")
        #expect(events.steps.contains(.answered))
        let invite = try #require(trace.first?.text)
        #expect(invite.contains("Supported: timer"))
        #expect(!invite.contains("Session-Expires"))
    }

    @Test("A line on which nothing is heard is hung up", .timeLimit(.minutes(1)))
    func deadAir() async throws {
        let sipp = try await SIPp.start("answer")
        let media = try Rig.media(noMediaTimeout: .seconds(1))
        try await Rig.withTelephone([.to(port: sipp.port)], media: media) { telephone in
            let leg = try await telephone.dial(.test())
            let events = await leg.collect()
            try await sipp.finish()
            #expect(events.steps.contains(.answered))
            #expect(events.ending?.reason == .noMedia)
            #expect(events.ending?.transport.hungUpBy == .server)
        }
        media.stop()
    }

    @Test("A far end that is gone delays the stop by seconds only", .timeLimit(.minutes(1)))
    func deadFarEnd() async throws {
        let sipp = try await SIPp.start("answer")
        let ending = try await Rig.withTelephone([.to(port: sipp.port)]) { telephone in
            let leg = try await telephone.dial(.test())
            for await event in leg.events where event == .answered { break }
            sipp.freeze()
            await telephone.stop()
            return await leg.collect().ending
        }
        #expect(ending?.reason == .serverDrained)
    }

    @Test("OPTIONS finds a trunk", .timeLimit(.minutes(1)))
    func probe() async throws {
        let sipp = try await SIPp.start("options")
        try await Rig.withTelephone([.to(port: sipp.port)]) { telephone in
            let health = await telephone.probe(trunk: "test")
            try await sipp.finish()
            #expect(health.hop == .answered)
            #expect(health.sipStatus == 200)
            #expect(health.roundTrip != nil)
        }
    }

    @Test(
        "Another telephone takes an answered dialog down by its name",
        .timeLimit(.minutes(1)),
        arguments: [false, true]
    )
    func takeDownAnswered(tcp: Bool) async throws {
        let sipp = try await SIPp.start("answer", tcp: tcp)
        try await takeDown(at: .answered, sipp: sipp, tcp: tcp)
    }

    @Test("Another telephone takes a ringing dialog down by its name", .timeLimit(.minutes(1)))
    func takeDownRinging() async throws {
        let sipp = try await SIPp.start("no-answer")
        try await takeDown(at: .ringing(earlyMedia: false), sipp: sipp, tcp: false)
    }

    @Test("A confirmed BYE in a foreign dialog is reported", .timeLimit(.minutes(1)))
    func orphanConfirmed() async throws {
        let sipp = try await SIPp.start("orphan-answered")
        try await Rig.withTelephone([.to(port: sipp.port)]) { telephone in
            #expect(await telephone.takeDown(Self.orphan(port: sipp.port, from: telephone.port, remoteTag: "R")))
            try await sipp.finish()
        }
    }

    @Test("An answer that crosses the CANCEL of a foreign dialog is hung up", .timeLimit(.minutes(1)))
    func orphanAnswers() async throws {
        let sipp = try await SIPp.start("orphan-answers")
        try await Rig.withTelephone([.to(port: sipp.port)]) { telephone in
            #expect(await telephone.takeDown(Self.orphan(port: sipp.port, from: telephone.port, remoteTag: nil)))
            try await sipp.finish()
        }
    }

    @Test("A dialog whose far end is gone is not reported as taken down", .timeLimit(.minutes(1)))
    func orphanUnreachable() async throws {
        try await Rig.withTelephone([.to(port: 9)]) { telephone in
            #expect(await !telephone.takeDown(Self.orphan(port: 9, from: telephone.port, remoteTag: "R")))
            var evil = Self.orphan(port: 9, from: telephone.port, remoteTag: "R")
            evil.localTag = "x\r\nEvil: 1"
            #expect(await !telephone.takeDown(evil))
        }
    }

    /// A dialog as it was left by a process that listened on the same port.
    private static func orphan(port: Int, from localPort: Int, remoteTag: String?) -> Dialog {
        Dialog(
            callID: "att_orphan@trunkline",
            localURI: "sip:+15550009999@127.0.0.1",
            localTag: "L",
            remoteURI: "sip:+15551230001@127.0.0.1:\(port)",
            remoteTag: remoteTag,
            target: "sip:+15551230001@127.0.0.1:\(port);transport=udp",
            routes: [],
            sequence: 7,
            via: "SIP/2.0/UDP 127.0.0.1:\(localPort);rport;branch=z9hG4bKorphan",
            trunk: "test"
        )
    }

    private func takeDown(at moment: LegEvent, sipp: SIPp, tcp: Bool) async throws {
        let trunk = Trunk.to(port: sipp.port, transport: tcp ? "tcp" : "udp")
        try await Rig.withTelephone([trunk]) { first in
            var request = try DialRequest.test()
            var dialog = try #require(first.dialog(for: request))
            request.attempt.dialog = dialog
            let leg = try await first.dial(request)
            for await event in leg.events {
                if case .dialog(let latest) = event { dialog = latest }
                if event == moment { break }
            }
            await leg.acknowledge()
            let stored = try JSONRoundTrip.of(dialog)
            try await Rig.withTelephone([trunk]) { second in
                // SIPp answers to where the INVITE came from, so the second telephone hears nothing; SIPp's verdict counts.
                _ = await second.takeDown(stored)
                try await sipp.finish()
            }
        }
    }
}
