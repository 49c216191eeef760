import Audio
import Foundation
import PhoneLab
import Synchronization
import Telephony
import Testing

@Suite("People of the lab who have a mind of their own")
struct TalkerTests {
    private static let tone = Syllables.of([300, 500], milliseconds: 1400, level: -15)

    /// Says something, waits for a key, presses another and hangs up.
    private struct Counter: Talker {
        let isReady: AsyncStream<Void>

        func prepare() async { for await _ in isReady {} }

        func talk(on line: TalkerLine) async {
            line.play(TalkerTests.tone)
            line.noteSaid("One.", start: 0, end: 1400)
            for await key in line.keys {
                line.noteHeard("Key \(key)", start: 1500, end: 1600)
                line.press("9")
                break
            }
            for await _ in line.ticks.prefix(100) {}
        }
    }

    /// Says something long, and is cut off by the end of the line.
    private struct Endless: Talker {
        func prepare() async {}

        func talk(on line: TalkerLine) async {
            line.play(TalkerTests.tone + TalkerTests.tone)
            var last: Int64 = 0
            for await tick in line.ticks { last = tick.position }
            line.noteSaid("Tone.", start: 0, end: Int(last / 8))
            line.fail("it has no mind")
        }
    }

    @Test(
        "It rings until they are ready; what they say, hear and press is noted, and they hang up",
        .timeLimit(.minutes(1))
    )
    func talker() async throws {
        let (isReady, ready) = AsyncStream.makeStream(of: Void.self)
        let number = LabNumber("+15550109001", "counter") { Counter(isReady: isReady) }
        let directory = FileManager.default.temporaryDirectory.appending(path: "lab-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await LabRig.run(others: [number], recordings: directory) { rig in
            let outcome = try await rig.call("+15550109001") { call in
                let ringing = try await call.untilLab { $0.rangAt != nil }
                #expect(ringing.answeredAt == nil)
                ready.finish()
                try await call.untilLab { $0.said("One.") != nil }
                call.leg.audio.play(Self.tone)
                try await call.untilLab { !$0.callerSpeech.isEmpty }
                await call.leg.sendDigits("5")
                await call.over()
            }
            let seen = outcome.seenByLab
            #expect(seen.title == "counter")
            #expect(seen.ending == .calleeHungUp)
            #expect(seen.keys.map(\.text) == ["5"])
            #expect(seen.heard.map(\.text) == ["Key 5"])
            #expect(seen.pressed.map(\.text) == ["9"])
            #expect(outcome.events.contains(.digit("9")))
            #expect(seen.failure == nil)
            #expect(Spectrum.soundMilliseconds(outcome.heard) > 700)
            // Both sides are on the lab's recording.
            let path = try #require(seen.recordingPath)
            let recording = try WAVFile(parsing: [UInt8](try Data(contentsOf: URL(filePath: path))))
            #expect(recording.channels.allSatisfy { Spectrum.soundMilliseconds($0) > 700 })
        }
    }

    @Test("When the caller hangs up, what they were saying and what went wrong is noted still", .timeLimit(.minutes(1)))
    func cutOff() async throws {
        let number = LabNumber("+15550109001", "endless") { Endless() }
        try await LabRig.run(others: [number]) { rig in
            let outcome = try await rig.call("+15550109001") { call in
                await call.until { Spectrum.soundMilliseconds($0.heard) > 300 }
            }
            let seen = outcome.seenByLab
            #expect(seen.ending == .callerHungUp)
            #expect(seen.said.map(\.text) == ["Tone."])
            #expect(seen.failure == "it has no mind")
        }
    }
}
