import Speech
import Testing

@Suite("The keyphrase spotter")
struct KeyphraseSpotterTests {
    private static let phrases = ["can you make it", "which day", "what time", "press one", "still there", "how many"]

    @Test("Finds a phrase inside a long sentence")
    func insideSentence() async throws {
        let samples = try await FliteSynthesizer().render(
            "Hello, this is Ada, an automated assistant for Bright Smile Dental. I am calling about your appointment on "
                + "Tuesday at half past three. Can you make it?",
            voice: "slt"
        )
        let found = try await spot(samples)
        #expect(found == ["can you make it"])
    }

    /// flite's `slt` never says a sentence twice in the same way, so that single misses happen.
    @Test("Finds nearly every phrase that is said, and hardly any that is not")
    func accuracy() async throws {
        let sentences: [(text: String, phrases: Set<String>)] = [
            ("Which day would suit you better?", ["which day"]),
            ("Please press one for yes, or two for no.", ["press one"]),
            ("How many people live in your house?", ["how many"]),
            ("Are you still there?", ["still there"]),
            ("What time suits you on Tuesday?", ["what time"]),
            ("Sorry, I did not get that. Can you make it on Tuesday?", ["can you make it"]),
            ("Great, we will see you then. We look forward to it.", []),
            ("Let me transfer you to a colleague.", []),
            ("Is there anything else I can do for you?", []),
        ]
        let voice = try FliteSynthesizer()
        var missed: [String] = []
        var imagined: [String] = []
        for name in ["slt", "rms"] {
            for sentence in sentences {
                let found = Set(try await spot(voice.render(sentence.text, voice: name)))
                missed += sentence.phrases.subtracting(found).map { "\(name): \($0)" }
                imagined += found.subtracting(sentence.phrases).map { "\(name): \($0) in \(sentence.text)" }
            }
        }
        #expect(missed.count <= 3, "of 12: \(missed)")
        #expect(imagined.count <= 3, "\(imagined)")
    }

    @Test("A phrase is told once, however long the line goes on")
    func once() async throws {
        let voice = try FliteSynthesizer()
        let pause = [Int16](repeating: 0, count: 24_000)
        var line = try await voice.render("Which day would suit you better?", voice: "rms") + pause
        for _ in 0..<3 { line += try await voice.render("Let me transfer you to a colleague.", voice: "rms") + pause }
        let found = try await spot(line)
        #expect(found == ["which day"])
    }

    @Test("A phrase that is said twice is found twice, in order")
    func order() async throws {
        // The one voice that says the same thing the same way every time.
        let voice = try FliteSynthesizer()
        let day = try await voice.render("Which day would suit you better?", voice: "kal")
        let many = try await voice.render("How many people live in your house?", voice: "kal")
        let found = try await spot(day + many + day)
        #expect(found.filter { $0 != "what time" } == ["which day", "how many", "which day"])
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

    /// The library writes its log through one file for the whole process, unless that is turned off: a decoder that is made closes the file
    /// under those that are at work.
    @Test("Lines are opened while others are being heard")
    func together() async throws {
        let samples = try await FliteSynthesizer().render("Which day would suit you better?", voice: "kal")
        let model = try KeyphraseModel()
        let found = try await withThrowingTaskGroup { group in
            for _ in 0..<24 {
                group.addTask {
                    try await model.spotter(for: Self.phrases).hear(samples + [Int16](repeating: 0, count: 8000))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: ["which day"], count: 24))
    }

    @Test("What nobody can pronounce is refused, and so is nothing")
    func refusals() async throws {
        let model = try KeyphraseModel()
        await #expect(throws: RecognitionError.emptyVocabulary) { try await model.spotter(for: []) }
        await #expect(throws: RecognitionError.self) { try await model.spotter(for: ["1234"]) }
        #expect(throws: RecognitionError.self) { try KeyphraseModel(modelDirectory: "/nonexistent") }
    }

    /// Feeds the line in ticks of 20 ms, with a second of silence around it.
    private func spot(_ samples: [Int16]) async throws -> [String] {
        let spotter = try await KeyphraseModel().spotter(for: Self.phrases)
        let line = [Int16](repeating: 0, count: 8000) + samples + [Int16](repeating: 0, count: 8000)
        var found: [String] = []
        for start in stride(from: 0, to: line.count, by: 160) {
            found += try await spotter.hear(Array(line[start..<min(line.count, start + 160)]))
        }
        return found
    }
}
