import Calls
import FoundationEssentials
import Testing

@Suite("Gaps and courses")
struct GapHistogramTests {
    @Test("A percentile of any number of gaps is off by no more than the width of a step", arguments: [0.5, 0.9, 0.99])
    func percentile(_ part: Double) throws {
        var random = SplitMix64(seed: 7)
        let gaps = (0..<999).map { _ in Int.random(in: 1...9000, using: &random) }
        let histogram = GapHistogram(
            gaps.map { TurnTiming(at: 0, endpointing: $0, recognition: 0, model: 0, voice: 0, playout: 0) }
        )
        #expect(histogram.count == 999)
        let exact = gaps.sorted()[Int((999 * part).rounded(.up)) - 1]
        let found = try #require(histogram.percentile(part))
        #expect(found >= exact && found - exact < (exact <= 3000 ? 50 : 250))
    }

    @Test("What is beyond a minute counts as a minute, nothing has no percentile, and two add up")
    func edges() {
        #expect(
            [-5, 0, 1, 50, 51, 3001, 10_001, 10_000_000].map(GapHistogram.bound) == [
                50, 50, 50, 50, 100, 3250, 11_000, 60_000,
            ]
        )
        #expect(GapHistogram().percentile(0.5) == nil)
        var sum = GapHistogram([50: 1])
        sum += GapHistogram([50: 2, 100: 1])
        #expect(sum == GapHistogram([50: 3, 100: 1]))
        #expect(sum.percentile(0) == 50)
        #expect(sum.percentile(1) == 100)
    }

    @Test(
        "A batch's course has as few stretches as fit, in round lengths",
        arguments: [0, 1, 46, 47, 3600, 86_400, 8_640_000]
    )
    func course(_ seconds: Int) {
        let width = BatchCourse.width(of: seconds, columns: 48)
        #expect(seconds / width + 2 <= 48 || width == 86_400)
    }
}
