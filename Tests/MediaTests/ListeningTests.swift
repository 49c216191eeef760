import Audio
import Media
import Telephony
import Testing

@Suite("Listening to a stream", .timeLimit(.minutes(1)))
struct ListeningTests {
    @Test("A listener hears both sides as the recording has them, from when it came to the end")
    func both() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair(recordings: ("a.wav", nil))
        let (sounds, listener) = AsyncStream.makeStream(of: LegSound.self)
        a.startClock()
        b.startClock()
        a.listen(listener)
        a.play(noise(4000, seed: 1))
        b.play(noise(4000, seed: 2))
        await a.listen(until: 12_000)
        await a.close()
        await b.close()
        let recording = try loopback.recording("a.wav")
        var heard = 0
        for await sound in sounds {
            #expect(sound.samples.count.isMultiple(of: 320))
            for (index, place) in (Int(sound.position)..<Int(sound.position) + sound.samples.count / 2).enumerated() {
                let isSame =
                    sound.samples[2 * index] == recording.callee[place]
                    && sound.samples[2 * index + 1] == recording.agent[place]
                try #require(isSame, "at \(place)")
            }
            heard += sound.samples.count / 2
        }
        #expect(heard >= 11_000)
        #expect(recording.callee.contains { abs(Int($0)) > 5000 } && recording.agent.contains { abs(Int($0)) > 5000 })
    }

    @Test("Who does not read loses the oldest, and neither the conversation nor another listener notices")
    func slow() async throws {
        let loopback = try Loopback()
        let (a, b) = try loopback.pair()
        let (backlog, slow) = AsyncStream.makeStream(of: LegSound.self, bufferingPolicy: .bufferingNewest(2))
        let (sounds, quick) = AsyncStream.makeStream(of: LegSound.self)
        a.listen(slow)
        a.listen(quick)
        a.startClock()
        b.startClock()
        await a.listen(until: 16_000)
        await a.close()
        await b.close()
        var kept: [Int64] = []
        for await sound in backlog { kept.append(sound.position) }
        #expect(kept.count <= 2)
        #expect(kept.allSatisfy { $0 > 8000 })
        var heard = 0
        for await sound in sounds { heard += sound.samples.count / 2 }
        #expect(heard >= 15_000)
    }

    @Test("Who comes after the end is told so")
    func late() async throws {
        let loopback = try Loopback()
        let stream = try loopback.engine.open()
        await stream.close()
        let (sounds, listener) = AsyncStream.makeStream(of: LegSound.self)
        stream.listen(listener)
        for await _ in sounds { Issue.record("There is nothing to hear") }
    }
}
