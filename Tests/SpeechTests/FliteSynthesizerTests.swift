import Audio
import Speech
import Testing

@Suite("The embedded voice")
struct FliteSynthesizerTests {
    @Test(
        "Every voice speaks at telephone rate, loud but never clipped, and starts at once",
        arguments: FliteSynthesizer.voices
    )
    func speaks(voice: String) async throws {
        let samples = try await Booth.synthesizer.render("Your appointment is on Thursday at three.", voice: voice)
        let seconds = Double(samples.count) / 8000
        #expect((1.5...4.5).contains(seconds))
        let peak = samples.map { abs(Int($0)) }.max() ?? 0
        #expect((16_400...23_200).contains(peak), "−6 to −3 dB of full scale")
        #expect(Level.decibels(samples[0..<1600]) > -45, "silence in front")
        #expect(Level.decibels(samples) > -30)
    }

    @Test("A repeatable voice says the same words with the same samples, whatever it said before")
    func repeatable() async throws {
        let voice = try FliteSynthesizer(isRepeatable: true)
        let first = try await voice.render("This is an automated assistant. Can you make it?", voice: "slt")
        _ = try await voice.render("On Friday, then.", voice: "slt")
        #expect(try await voice.render("This is an automated assistant. Can you make it?", voice: "slt") == first)
        let other = try FliteSynthesizer(isRepeatable: true)
        #expect(try await other.render("This is an automated assistant. Can you make it?", voice: "slt") == first)
    }

    @Test("Nothing to say is no sound, and an unknown voice is an error")
    func edges() async throws {
        #expect(try await Booth.synthesizer.render(" \n … ", voice: "slt").isEmpty)
        await #expect(throws: SynthesisError.unknownVoice("nobody")) {
            try await Booth.synthesizer.render("Hello.", voice: "nobody")
        }
    }

    @Test("Text that is hard on a synthesiser is spoken, not crashed on")
    func hostileText() async throws {
        let texts = [
            String(repeating: "a", count: 3000), "%s%n%d {{x}} <speak/>",
            "\u{1F600} \u{0000}\u{7F} \u{4F60}\u{597D} caf\u{E9}",
            "((((((((", "1.1.1.1.1 $$$ 99999999999999999999999", "'\"`\\",
        ]
        for text in texts {
            _ = try await Booth.synthesizer.render(text, voice: "kal")
        }
    }

    @Test("Many calls at once are served")
    func concurrentCalls() async throws {
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<24 {
                let voice = FliteSynthesizer.voices[index % 4]
                group.addTask { try await Booth.synthesizer.render("Can you hear me now?", voice: voice).count }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(counts.count == 24)
        #expect(counts.allSatisfy { $0 > 6000 })
    }
}

@Suite("Text as it is read aloud")
struct SpokenTextTests {
    @Test(
        "Numbers, money, times, dates and telephone numbers become words",
        arguments: [
            ("It costs $1,250.50.", "It costs one thousand two hundred fifty dollars and fifty cents."),
            ("$1", "one dollar"),
            ("At 3:05 pm", "At three oh five pm"),
            ("3:30pm today", "three thirty P M today"),
            ("at 10:00", "at ten o'clock"),
            ("on 2026-07-03", "on July third, twenty twenty six"),
            ("the 21st", "the twenty first"),
            ("50% off", "fifty percent off"),
            ("4.75 stars", "four point seven five stars"),
            ("call +15551230001", "call one, five five five, one two three, zero zero zero one"),
            ("code 0042", "code zero zero four two"),
            ("A & B", "A and B"),
            ("caf\u{E9}", "cafe"),
            ("order A17", "order A one seven"),
            ("in 2026", "in twenty twenty six"),
            ("12 people", "twelve people"),
        ]
    )
    func words(text: String, spoken: String) {
        #expect(SpokenText.sentences(of: text) == [spoken])
    }

    @Test("Sentences are split where they end, not at abbreviations or decimals")
    func sentences() {
        let text = "Hello, this is Dr. Smith. Your bill is $3.50! Is that all right?"
        #expect(
            SpokenText.sentences(of: text) == [
                "Hello, this is Dr. Smith.", "Your bill is three dollars and fifty cents!", "Is that all right?",
            ]
        )
    }
}
