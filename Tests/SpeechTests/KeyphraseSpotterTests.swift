import Speech
import Testing

@Suite("The keyphrase spotter")
struct KeyphraseSpotterTests {
    private static let phrases = ["can you make it", "which day", "what time", "press one", "still there", "how many"]

    @Test(
        "Finds a phrase inside a long sentence, and none that was not said",
        arguments: ["slt", "rms"],
        [
            (
                "Hello, this is Ada, an automated assistant for Bright Smile Dental. I am calling about your appointment "
                    + "on Tuesday at half past three. Can you make it?",
                ["can you make it"]
            ),
            ("Which day would suit you better?", ["which day"]),
            ("Press one for yes, or two for no.", ["press one"]),
            ("How many people live in your house?", ["how many"]),
            ("Are you still there?", ["still there"]),
            ("Great, we will see you then. We look forward to it.", []),
        ]
    )
    func spotting(voice: String, sentence: (text: String, phrases: [String])) async throws {
        let samples = try await FliteSynthesizer().render(sentence.text, voice: voice)
        let found = try await spot(samples)
        #expect(found == sentence.phrases)
    }

    @Test("A phrase that is said twice is found twice, in order")
    func order() async throws {
        let voice = try FliteSynthesizer()
        let day = try await voice.render("Which day would suit you better?", voice: "rms")
        let many = try await voice.render("How many people live in your house?", voice: "rms")
        let found = try await spot(day + many + day)
        #expect(found == ["which day", "how many", "which day"])
    }

    @Test("Silence and noise are no phrase")
    func silence() async throws {
        #expect(try await spot([Int16](repeating: 0, count: 40_000)).isEmpty)
        // The same noise in every run: a linear congruential generator.
        var state: UInt32 = 1
        let noise = (0..<40_000).map { _ -> Int16 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int16(truncatingIfNeeded: state >> 16) / 64
        }
        #expect(try await spot(noise).isEmpty)
    }

    @Test("What nobody can pronounce is refused, and so is nothing")
    func refusals() throws {
        let model = try KeyphraseModel()
        #expect(throws: RecognitionError.emptyVocabulary) { try model.spotter(for: []) }
        #expect(throws: RecognitionError.self) { try model.spotter(for: ["1234"]) }
        #expect(throws: RecognitionError.self) { try KeyphraseModel(modelDirectory: "/nonexistent") }
    }

    /// Feeds the line in ticks of 20 ms, with a second of silence around it.
    private func spot(_ samples: [Int16]) async throws -> [String] {
        let spotter = try KeyphraseModel().spotter(for: Self.phrases)
        let line = [Int16](repeating: 0, count: 8000) + samples + [Int16](repeating: 0, count: 8000)
        var found: [String] = []
        for start in stride(from: 0, to: line.count, by: 160) {
            found += try await spotter.hear(Array(line[start..<min(line.count, start + 160)]))
        }
        return found
    }
}
