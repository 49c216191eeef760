import Audio
import Testing

@Suite("Level")
struct LevelTests {
    @Test("A full-scale square wave is 0 dB, half of it is −6")
    func squareWaves() {
        #expect(abs(Level.decibels([32_767, -32_768, 32_767, -32_768])) < 0.01)
        #expect(abs(Level.decibels([16_384, -16_384]) + 6.02) < 0.01)
    }

    @Test("Silence and nothing at all are the floor")
    func silence() {
        #expect(Level.decibels([0, 0, 0]) == Level.floor)
        #expect(Level.decibels([]) == Level.floor)
    }
}
