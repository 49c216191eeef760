import Audio
import Testing

@Suite("G.711")
struct G711Tests {
    @Test("Decoding and encoding again gives every code back", arguments: G711.Law.allCases)
    func everyCodeSurvives(law: G711.Law) {
        let codes = (0...255).map { UInt8($0) }
        let back = G711.encode(G711.decode(codes, as: law), as: law)
        for (code, again) in zip(codes, back) {
            // µ-law has two zeros; the negative one is never made.
            if law == .mu, code == 0x7F {
                #expect(again == 0xFF)
            } else {
                #expect(again == code)
            }
        }
    }

    @Test("Encoding picks a code within half a step of every sample", arguments: G711.Law.allCases)
    func everySampleIsClose(law: G711.Law) {
        let samples = (-32_768...32_767).map { Int16($0) }
        let decoded = G711.decode(G711.encode(samples, as: law), as: law)
        for (sample, heard) in zip(samples, decoded) {
            // The coarsest segment has steps of 1024; µ-law clips above 32124.
            let step = max(16, abs(Int(sample)) / 16)
            #expect(abs(Int(sample) - Int(heard)) <= max(step, abs(Int(sample)) - 32_124))
        }
    }

    @Test("The codes of the standard's landmarks are right")
    func landmarks() {
        #expect(G711.encode([0], as: .mu) == [0xFF])
        #expect(G711.encode([32_767, -32_768], as: .mu) == [0x80, 0x00])
        #expect(G711.decode([0x80, 0x00], as: .mu) == [32_124, -32_124])
        #expect(G711.encode([0, -1], as: .a) == [0xD5, 0x55])
        #expect(G711.encode([32_767, -32_768], as: .a) == [0xAA, 0x2A])
        #expect(G711.decode([0xAA, 0x2A], as: .a) == [32_256, -32_256])
    }

    @Test("A spoken-level tone keeps the signal-to-noise ratio the standard asks for", arguments: G711.Law.allCases)
    func tonesStayClean(law: G711.Law) {
        for level in [-10.0, -20, -30] {
            let tone = Tone.samples(frequencies: [1_004], milliseconds: 500, level: level)
            let heard = G711.decode(G711.encode(tone, as: law), as: law)
            let error = zip(tone, heard).map { $0 &- $1 }
            #expect(Level.decibels(tone) - Level.decibels(error) > 33)
        }
    }
}
