import Testing

@testable import Calls

@Suite("How long a callee waits")
struct ResponseTimesTests {
    private static func turn(_ gap: Int) -> TurnTiming {
        TurnTiming(at: 0, endpointing: gap, recognition: 0, model: 0, voice: 0, playout: 0)
    }

    private static func said(_ speaker: TranscriptEntry.Speaker, _ start: Int, _ end: Int) -> TranscriptEntry {
        TranscriptEntry(speaker: speaker, text: "…", start: start, end: end)
    }

    @Test("Percentiles are waits that there were, and none without an answer")
    func percentiles() throws {
        #expect(ResponseTimes([]) == nil)
        let one = try #require(ResponseTimes([Self.turn(700)]))
        #expect((one.p50, one.p95, one.longest) == (700, 700, 700))
        let twenty = try #require(ResponseTimes((1...20).reversed().map { Self.turn($0 * 100) }))
        #expect((twenty.p50, twenty.p95, twenty.longest) == (1000, 1900, 2000))
    }

    @Test("Dead air is what nobody fills, from the answer to the end, and a pause is none")
    func deadAir() {
        let transcript = [
            Self.said(.agent, 300, 3000), Self.said(.callee, 2500, 4000), Self.said(.agent, 5900, 8000),
            // Said over the agent: what it covers is not silent.
            Self.said(.callee, 6000, 6500), Self.said(.agent, 11_000, 12_000),
        ]
        let air = DeadAir(in: transcript, duration: 14_500)
        #expect(air.total == 3000 + 2500 && air.longest == 3000, "\(air)")
        #expect(DeadAir(in: [], duration: 1999) == DeadAir(in: transcript, duration: 0))
        #expect(DeadAir(in: [], duration: 9000).total == 9000)
    }
}
