import Audio
import Foundation
import Media
import Telephony
import Testing

@Suite("Two streams that talk to each other", .timeLimit(.minutes(1)))
struct ConversationTests {
    @Test("What one plays the other hears, sample by sample, in both codecs", arguments: [MediaCodec.pcmu, .pcma])
    func hears(codec: MediaCodec) async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: (nil, "b.wav"), codec: codec)
        let speech = noise(8_000, seed: 1)
        a.play(speech)
        a.startClock()
        b.startClock()
        await b.listen(until: 12_000)
        await a.close()
        await b.close()
        let found = find(speech[1_000..<1_400], in: try loopback.recording("b.wav").callee)
        #expect(found.fit > 0.98)
        // The delay is that of the jitter buffer, 40 ms, and of the ticks at both ends; more only if the machine kept a thread from running.
        if loopback.engine.statistics.lateTicks == 0 { #expect((160...640).contains(found.offset - 1_000)) }
    }

    @Test("Whoever has something to do is woken between two ticks, and loses none")
    func wake() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: (nil, nil))
        a.startClock()
        b.startClock()
        var position: Int64 = 0
        var woken = 0
        for await tick in a.ticks {
            if tick.samples.isEmpty {
                woken += 1
            } else {
                #expect(tick.position == position)
                position += Int64(tick.samples.count)
                if woken < 20 { a.wake() }
            }
            if position >= 8_000 { break }
        }
        #expect(woken == 20)
        await a.close()
        await b.close()
    }

    @Test("Both recordings hold both sides on one clock, callee left and agent right")
    func recordings() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", "b.wav"))
        let fromA = [Int16](repeating: 0, count: 4_000) + noise(8_000, seed: 1)
        let fromB = [Int16](repeating: 0, count: 16_000) + noise(8_000, seed: 2)
        a.play(fromA)
        b.play(fromB)
        a.startClock()
        b.startClock()
        await b.listen(until: 28_000)
        await a.close()
        await b.close()
        let recordA = try loopback.recording("a.wav")
        let recordB = try loopback.recording("b.wav")
        for record in [recordA, recordB] {
            #expect(record.callee.count == record.agent.count)
            #expect(record.callee.count % 160 == 0)
        }
        // The agent's channel is what was played, from the first sample of the clock.
        #expect(Array(recordA.agent[..<12_000]) == fromA)
        #expect(Array(recordB.agent[..<24_000]) == fromB)
        // The callee's channel is what the other one played, later by the way through the jitter buffer.
        let atB = find(fromA[6_000..<6_400], in: recordB.callee)
        let atA = find(fromB[18_000..<18_400], in: recordA.callee)
        #expect(atB.fit > 0.98)
        #expect(atA.fit > 0.98)
        // Energy where speech is, silence where it is not.
        #expect(Level.decibels(recordB.callee[(atB.offset - 1_000)..<(atB.offset + 4_000)]) > -25)
        #expect(Level.decibels(recordB.callee[..<3_000]) < -70)
        #expect(Level.decibels(recordB.callee[20_000...]) < -60)
        #expect(Level.decibels(recordA.callee[..<15_000]) < -70)
        #expect(Level.decibels(recordA.agent[12_160...]) == Level.floor)
        // The clocks of both recordings started together, so each side is later in the other's by its way and nothing else; and the first
        // and the last of what was said are equally late.
        let late = find(fromB[23_000..<23_400], in: recordA.callee)
        if loopback.engine.statistics.lateTicks == 0 {
            #expect([atB.offset - 6_000, atA.offset - 18_000].allSatisfy { (160...640).contains($0) })
            #expect(late.offset - atA.offset == 5_000)
        }
        #expect(a.report.recording == .complete(samples: recordA.agent.count))
    }

    @Test("Ticks follow one another without a hole, and say what has been played")
    func ticks() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair()
        #expect(a.play(noise(1_000, seed: 3)) == 0..<1_000)
        #expect(a.play(noise(600, seed: 4)) == 1_000..<1_600)
        a.startClock()
        b.startClock()
        var next: Int64 = 0
        for await tick in a.ticks {
            // A test that was kept from running for five seconds loses the oldest ticks, as it should.
            let isBehind = a.report.packetsSent - Int(next / 160) > 240
            #expect(tick.position == next || isBehind && tick.position > next)
            #expect(tick.samples.count % 160 == 0)
            next = tick.position + Int64(tick.samples.count)
            #expect(tick.played == min(next, 1_600))
            #expect(tick.isIdle == (next >= 1_600))
            if next >= 4_000 { break }
        }
        await a.close()
        await b.close()
    }

    @Test("Stopping silences the wire within one packet and says how far it came")
    func stopPlaying() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", nil))
        let speech = noise(240_000, seed: 5)
        let next = noise(320, seed: 6)
        a.play(speech)
        a.startClock()
        b.startClock()
        var stop: Int?
        var sentAtStop = 0
        var hasPlayedNext = false
        for await tick in a.ticks {
            let sent = a.report.packetsSent
            if stop == nil, tick.played >= 4_000 {
                stop = Int(a.stopPlaying())
                sentAtStop = sent
            } else if stop != nil, !hasPlayedNext, sent > sentAtStop + 3 {
                hasPlayedNext = true
                a.play(next)
            }
            if hasPlayedNext, tick.isIdle, tick.played == 240_320 { break }
        }
        await a.close()
        await b.close()
        let agent = try loopback.recording("a.wav").agent
        let end = try #require(stop)
        // Exactly what it said it had played and not a sample more, until the next thing was given to it.
        #expect(Array(agent[..<end]) == Array(speech[..<end]))
        let silence = agent[end...].prefix { $0 == 0 }
        #expect(silence.count >= 160)
        #expect(Array(agent[silence.endIndex...].prefix(320)) == next)
    }

    @Test("The position jumps over what was dropped")
    func droppedPositions() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair()
        a.play(noise(80_000, seed: 5))
        a.startClock()
        b.startClock()
        var hasStopped = false
        for await tick in a.ticks {
            if !hasStopped {
                hasStopped = true
                a.stopPlaying()
                #expect(a.play([Int16](repeating: 9, count: 160)) == 80_000..<80_160)
            }
            if tick.isIdle {
                #expect(tick.played == 80_160)
                break
            }
        }
        await a.close()
        await b.close()
    }

    @Test("The gain makes what follows quieter, without a click")
    func gain() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", nil))
        a.play(Tone.samples(frequencies: [100], milliseconds: 30_000, level: -12))
        a.startClock()
        b.startClock()
        // Half a second loud, half quiet, half loud again, counted in packets that went out.
        var steps: [(packets: Int, gain: Float?)] = [(25, 0.1), (25, 1), (25, nil)]
        var next = steps[0].packets
        for await _ in a.ticks where a.report.packetsSent >= next {
            guard let gain = steps.removeFirst().gain else { break }
            a.setGain(gain)
            next = a.report.packetsSent + steps[0].packets
        }
        await a.close()
        await b.close()
        let agent = try loopback.recording("a.wav").agent
        let levels = stride(from: 0, to: agent.count - 799, by: 800).map { Level.decibels(agent[$0..<$0 + 800]) }
        #expect(abs(levels[0] + 12) < 0.5)
        #expect(levels.contains { abs($0 + 32) < 0.5 })
        #expect(abs((levels.last ?? 0) + 12) < 0.5)
        let jumps = zip(agent, agent.dropFirst()).map { abs(Int($0) - Int($1)) }
        // The steepest step of the tone itself is 915; the ramp adds a fortieth of its height per sample.
        #expect((jumps.max() ?? 0) < 1_400)
    }

    @Test("A gain of zero holds what is queued: silence within a packet, and nothing of it is lost but what fades")
    func heldPlaying() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", nil))
        let speech = noise(8_000, seed: 9)
        a.play(speech)
        a.startClock()
        b.startClock()
        var held: Int64 = 0
        var resumesAt = Int.max
        var hasResumed = false
        for await tick in a.ticks {
            if held == 0, tick.played >= 4_000 {
                a.setGain(0)
                held = tick.played
                resumesAt = a.report.packetsSent + 15
            } else if !hasResumed, a.report.packetsSent >= resumesAt {
                hasResumed = true
                #expect(!tick.isIdle)
                #expect(tick.played <= held + 480, "\(tick.played)")
                a.setGain(1)
            }
            if tick.isIdle { break }
        }
        await a.close()
        await b.close()
        let agent = try loopback.recording("a.wav").agent
        let end = try #require(agent.indices.first { agent[$0...].prefix(800).allSatisfy { $0 == 0 } })
        let silence = agent[end...].prefix { $0 == 0 }
        #expect(silence.count >= 12 * 160, "\(silence.count)")
        // The packet in which it faded is the only one that is not heard whole.
        let rest = agent[silence.endIndex...].prefix(500)
        let place = (end...(end + 200)).first { speech[($0 + 100)..<($0 + 500)].elementsEqual(rest.dropFirst(100)) }
        #expect(place != nil, "silent from \(end) for \(silence.count)")
    }

    @Test("Keys pressed at one end are heard at the other, once each, in order")
    func digits() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: (nil, "b.wav"))
        a.startClock()
        b.startClock()
        a.sendDigits("1x23*#A")
        var heard = ""
        for await event in b.events {
            if case .digit(let digit) = event { heard.append(digit) }
            if heard.hasSuffix("A") { break }
        }
        #expect(heard == "123*#A")
        await a.close()
        await b.close()
        #expect(Level.decibels(try loopback.recording("b.wav").callee) < -60)
    }

    @Test("Without telephone-event the keys are heard as tones")
    func inBandDigits() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: (nil, "b.wav"), events: nil)
        a.startClock()
        b.startClock()
        a.sendDigits("5")
        await b.listen(until: 6_000)
        await a.close()
        await b.close()
        let tone = Tone.samples(frequencies: [770, 1_336], milliseconds: 60)
        #expect(find(tone[...], in: try loopback.recording("b.wav").callee).fit > 0.9)
    }

    @Test("Held by the far end, nothing is sent and the rest waits; afterwards it goes on")
    func hold() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair()
        let speech = noise(24_000, seed: 8)
        a.play(speech)
        a.startClock()
        b.startClock()
        // The hold has begun when a tick played nothing; then it lasts for half a second.
        var before: Int64 = 0
        var heldTicks = 0
        for await tick in a.ticks {
            if tick.isIdle { break }
            if before == 0 { try a.connect(to: b.asRemote(sends: false)) }
            if heldTicks < 25 {
                if heldTicks > 0 { #expect(tick.played == before) }
                if tick.played == before { heldTicks += 1 }
                if heldTicks == 25 { try a.connect(to: b.asRemote()) }
            }
            before = tick.played
        }
        #expect(heldTicks == 25)
        // Everything was sent, and nothing was in the hold.
        #expect(a.report.packetsSent >= 24_000 / 160)
        await a.close()
        await b.close()
    }

    @Test("A line with 20 % loss is heard with holes that are filled, and the listener counts them")
    func loss() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: (nil, "b.wav"))
        a.impair(lossPercent: 20, seed: 4)
        a.play(Tone.samples(frequencies: [200], milliseconds: 3_000))
        a.startClock()
        b.startClock()
        await b.listen(until: 24_000)
        let report = b.report
        #expect((0.1...0.3).contains(Double(report.packetsLost) / Double(report.packetsLost + report.packetsReceived)))
        #expect(report.samplesConcealed > 2_000)
        await a.close()
        await b.close()
        // The tone goes on through the holes.
        let heard = try loopback.recording("b.wav").callee.drop { $0 == 0 }.prefix(20_000)
        let levels = stride(from: heard.startIndex, to: heard.endIndex - 159, by: 160).map {
            Level.decibels(heard[$0..<$0 + 160])
        }
        #expect(levels.count { $0 > -25 } > levels.count * 9 / 10)
    }

    @Test("Both ends report by RTCP while they talk, and learn the round trip")
    func reports() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair()
        a.startClock()
        b.startClock()
        // The first to report learns the round trip from the other's next report.
        for await _ in a.ticks where a.report.roundTripMilliseconds != nil || b.report.roundTripMilliseconds != nil {
            break
        }
        #expect(a.report.remoteLoss == 0 || b.report.remoteLoss == 0)
        #expect((a.report.roundTripMilliseconds ?? b.report.roundTripMilliseconds ?? -1) >= 0)
        await a.close()
        await b.close()
    }

    @Test("Closing frees the ports, ends both streams of events, and may be done twice")
    func close() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", "never.wav"))
        a.startClock()
        await a.listen(until: 320)
        await a.close()
        await a.close()
        for await _ in a.ticks {}
        for await _ in a.events {}
        await b.close()
        #expect(loopback.engine.statistics.liveStreams == 0)
        #expect(try loopback.recording("a.wav").agent.count >= 320)
        // No clock, no recording.
        #expect(try FileManager.default.contentsOfDirectory(atPath: loopback.directory.path) == ["a.wav"])
    }

    @Test("A recording that the disk refuses is reported, and the call goes on")
    func diskError() async throws {
        let loopback = try Loopback()
        let a = try loopback.engine.open(recordingPath: loopback.path("no/such/directory/a.wav"))
        a.startClock()
        await a.listen(until: 16_000)
        await a.close()
        guard case .failed(let reason) = a.report.recording else {
            Issue.record("The report says \(a.report.recording)")
            return
        }
        #expect(reason.contains("no/such/directory/a.wav"))
    }

    @Test("What a crash would leave behind is a file that can be played")
    func unfinishedRecording() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", nil))
        a.play(noise(20_000, seed: 9))
        a.startClock()
        b.startClock()
        for await tick in a.ticks where tick.position >= 12_000 {
            // The first second is handed to the disk when it is full; it is there when its file is.
            if FileManager.default.fileExists(atPath: loopback.path("a.wav.part")) { break }
        }
        let part = try loopback.recording("a.wav.part")
        #expect(part.agent.count >= 0)
        await a.close()
        await b.close()
        #expect(!FileManager.default.fileExists(atPath: loopback.path("a.wav.part")))
    }
}
