import Audio
import Calls
import Foundation
import Media
import PhoneLab
import ServiceLifecycleTestKit
import Speech
import Telephony
import Testing

@Suite("Calls to the lab that are answered")
struct AnsweredCallTests {
    @Test("A person picks up, says hello, hears the question and answers it", .timeLimit(.minutes(1)))
    func conversation() async throws {
        let person = PersonScript(
            name: "test",
            number: "+1 555 010 9001",
            replies: [.init(hear: ["can you make it"], steps: [.say("Yes, I can."), .press("12")])],
            otherwise: [.say("What?")]
        )
        try await LabRig.run(persons: [person]) { rig in
            let question = try await rig.voice.render(
                "Hello, this is Ada, an automated assistant. I am calling about your appointment on Tuesday. Can you make it?",
                voice: "slt"
            )
            let outcome = try await rig.call("+15550109001") { call in
                try await call.untilLab { $0.said("Hello?") != nil }
                call.leg.audio.play(question)
                try await call.untilLab { !$0.pressed.isEmpty }
                await call.until { $0.keys == "12" }
            }
            let seen = outcome.seenByLab
            #expect(seen.said.map(\.text) == ["Hello?", "Yes, I can."])
            #expect(seen.heard.map(\.text) == ["can you make it"])
            #expect(seen.ending == .callerHungUp)
            #expect(outcome.ending?.reason == .agentHungUp)
            #expect(seen.invites.count == 1)

            // The lab heard the question for as long as it lasted, and the answer came after its end.
            let spoken = seen.callerSpeech.reduce(0) { $0 + ($1.end ?? $1.start) - $1.start }
            #expect(spoken > question.count / 8 * 6 / 10)
            let answer = try #require(seen.said("Yes, I can."))
            let end = try #require(seen.callerSpeech.last?.end)
            #expect(answer.start >= end)

            // What the lab said is what the telephone heard.
            let hello = try #require(seen.said("Hello?"))
            let said = try #require(hello.end) - hello.start
            #expect(Spectrum.soundMilliseconds(outcome.heard) > said / 3)
            #expect(outcome.events.filter { $0 == .digit("1") || $0 == .digit("2") } == [.digit("1"), .digit("2")])
        }
    }

    @Test("The lab notes how soon the caller was heard", .timeLimit(.minutes(1)))
    func firstSound() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550400001") { call in
                try await call.untilLab { $0.answeredAt != nil }
                call.leg.audio.play(Syllables.of([300, 500], milliseconds: 1400, level: -15))
                try await call.untilLab { $0.callerSpeech.first?.end != nil }
            }
            let first = try #require(outcome.seenByLab.firstSound)
            let speech = try #require(outcome.seenByLab.callerSpeech.first)
            #expect(first >= 0)
            #expect(abs(speech.start - first) < 300)
            #expect(abs(try #require(speech.end) - speech.start - 1400) < 400)
        }
    }

    @Test(
        "A mailbox beeps on the wire, and its recording holds the message left after the beep",
        .timeLimit(.minutes(1))
    )
    func voicemail() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await LabRig.run(recordings: directory) { rig in
            let outcome = try await rig.call("+15550300001") { call in
                let beep = try await call.untilLab { $0.said("beep") != nil }.said("beep")
                let end = try #require(beep?.end)
                call.leg.audio.play(LabSound.silence(milliseconds: 800))
                call.leg.audio.play(Syllables.of([700], milliseconds: 1900, level: -12))
                try await call.untilLab { $0.callerSpeech.contains { ($0.end ?? 0) > end } }
            }
            #expect(Spectrum.milliseconds(of: 1000, in: outcome.heard) >= 340)
            let seen = outcome.seenByLab
            #expect(seen.said.map(\.text).last == "beep")
            let path = try #require(seen.recordingPath)
            let recording = try WAVFile(parsing: [UInt8](try Data(contentsOf: URL(filePath: path))))
            try #require(recording.channels.count == 2)
            let (caller, callee) = (recording.channels[0], recording.channels[1])
            #expect(Spectrum.milliseconds(of: 700, in: caller) >= 1300)
            #expect(Spectrum.milliseconds(of: 1000, in: callee) >= 360)
            let beepShares = Spectrum.shares(of: 1000, in: callee)
            let messageShares = Spectrum.shares(of: 700, in: caller)
            let beepEnds = try #require(beepShares.lastIndex { $0 > 0.9 })
            let messageBegins = try #require(messageShares.firstIndex { $0 > 0.9 })
            #expect(beepEnds < messageBegins)
        }
    }

    @Test("Rings in early media, then answers", .timeLimit(.minutes(1)))
    func earlyMedia() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550400011") { call in
                try await call.untilLab { $0.said("Hello?") != nil }
            }
            let early = try #require(outcome.events.firstIndex(of: .ringing(earlyMedia: true)))
            let answered = try #require(outcome.events.firstIndex(of: .answered))
            #expect(early < answered)
            let seen = outcome.seenByLab
            #expect(seen.said.map(\.text) == ["ringback", "Hello?"])
            #expect(try #require(seen.answeredAtLine) >= 2900)
            #expect(seen.rangAt == nil)
        }
    }

    @Test("A menu does what the key says, and hangs up when it is done", .timeLimit(.minutes(1)))
    func menu() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550300006") { call in
                try await call.untilLab { $0.said.contains { $0.text.hasPrefix("Thank you for calling") } }
                await call.leg.sendDigits("2")
                await call.over()
            }
            #expect(outcome.seenByLab.keys.map(\.text) == ["2"])
            #expect(outcome.seenByLab.said.contains { $0.text.hasPrefix("We are open") })
            #expect(outcome.seenByLab.ending == .calleeHungUp)
            #expect(outcome.ending?.reason == .calleeHungUp)
        }
    }

    @Test("The echo number sends back what it hears", .timeLimit(.minutes(1)))
    func echo() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550400002") { call in
                try await call.untilLab { $0.answeredAt != nil }
                call.leg.audio.play(LabSound.tone([1300], milliseconds: 30_000, level: -15))
                await call.until { Spectrum.milliseconds(of: 1300, in: Array($0.heard.suffix(8000))) >= 600 }
            }
            #expect(Spectrum.milliseconds(of: 1300, in: outcome.heard) >= 600)
        }
    }

    @Test("The tone number sounds without a gap", .timeLimit(.minutes(1)))
    func tone() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550400003") { call in
                await call.until { $0.heard.count >= 16_000 }
            }
            let shares = Spectrum.shares(of: 440, in: outcome.heard)
            let first = try #require(shares.firstIndex { $0 > 0.9 })
            let steady = shares[first...].dropLast().count { $0 > 0.9 }
            #expect(Double(steady) >= 0.9 * Double(shares[first...].count - 1))
            #expect(outcome.seenByLab.said.map(\.text) == ["tone"])
        }
    }

    @Test("The lossy line loses packets, and the others do not", .timeLimit(.minutes(1)))
    func loss() async throws {
        try await LabRig.run { rig in
            for (number, range) in [("+15550400010", 1...40), ("+15550400009", 0...0)] {
                let outcome = try await rig.call(number) { call in
                    await call.until { $0.heard.count >= 32_000 }
                }
                let lost = try #require(outcome.media?.packetsLost)
                #expect(range.contains(lost), "\(number)")
            }
        }
    }

    @Test(
        "Callees that hang up do so, and both sides know who it was",
        .timeLimit(.minutes(1)),
        arguments: ["+15550400005", "+15550400006", "+15550300004"]
    )
    func drops(number: String) async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call(number)
            #expect(outcome.events.contains(.answered))
            #expect(outcome.ending?.reason == .calleeHungUp)
            #expect(outcome.seenByLab.ending == .calleeHungUp)
        }
    }

    @Test("Hangs up while the caller is speaking", .timeLimit(.minutes(1)))
    func dropsWhileSpokenTo() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550400007") { call in
                call.leg.audio.play(Syllables.of([300, 500], milliseconds: 20_000, level: -15))
                await call.over()
            }
            #expect(outcome.ending?.reason == .calleeHungUp)
            let seen = outcome.seenByLab
            let spoken = seen.callerSpeech.reduce(0) { $0 + ($1.end ?? $1.start) - $1.start }
            #expect((1900...2600).contains(spoken))
        }
    }

    @Test("A lab that shuts down hangs up its lines and takes no more", .timeLimit(.minutes(1)))
    func shutdown() async throws {
        try await testGracefulShutdown { trigger in
            try await LabRig.run { rig in
                let outcome = try await rig.call("+15550400001") { call in
                    try await call.untilLab { $0.answeredAt != nil }
                    trigger.triggerGracefulShutdown()
                    await call.over()
                }
                #expect(outcome.ending?.reason == .calleeHungUp)
                #expect(outcome.seenByLab.ending == .calleeHungUp)
            }
        }
    }

    @Test("A line with an echo gives the caller its own voice back, quieter", .timeLimit(.minutes(1)))
    func ambience() async throws {
        try await LabRig.run { rig in
            let outcome = try await rig.call("+15550400012") { call in
                try await call.untilLab { ($0.said("Hello?")?.end).map { $0 > 0 } ?? false }
                call.leg.audio.play(LabSound.tone([1300], milliseconds: 30_000, level: -6))
                await call.until { Spectrum.milliseconds(of: 1300, in: Array($0.heard.suffix(8000))) >= 400 }
            }
            #expect(Spectrum.milliseconds(of: 1300, in: outcome.heard) >= 400)
            let echo = Spectrum.shares(of: 1300, in: outcome.heard).enumerated().filter { $0.element > 0.9 }.map(
                \.offset
            )
            // The middle one: a packet that came late is concealed, and what is concealed may be louder.
            let peaks = echo.map { frame in
                outcome.heard[frame * 160..<(frame + 1) * 160].map { abs(Int($0)) }.max() ?? 0
            }
            let middle = try #require(peaks.sorted().dropFirst(peaks.count / 2).first)
            // A tenth of the tone's own 16,400, as eight bits write it.
            #expect((1500...1800).contains(middle))
        }
    }
}
