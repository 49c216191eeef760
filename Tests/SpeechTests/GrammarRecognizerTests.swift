import Audio
import Calls
import Speech
import Testing

@Suite("The embedded recogniser")
struct GrammarRecognizerTests {
    private static let phrases = [
        GrammarPhrase(name: "yes", expansions: ["( yes | yeah ) [please]"], lenience: .strict),
        GrammarPhrase(name: "no", expansions: ["( no | nope ) [ thanks | thank you ]"]),
        GrammarPhrase(
            name: "move",
            expansions: ["[ can we | i need to ] ( move | change | reschedule ) ( it | the appointment )"]
        ),
        GrammarPhrase(
            name: "opt_out",
            expansions: ["[please] stop calling [me]", "[please] ( take | remove ) me ( off | from ) your list"],
            lenience: .lenient
        ),
        GrammarPhrase(name: "who", expansions: ["who is ( this | calling )", "what is this about"]),
        GrammarPhrase(name: "human", expansions: ["[can i] ( speak | talk ) to a [real] person"]),
        GrammarPhrase(
            name: "repeat",
            expansions: ["( can | could ) you repeat that [please]", "say that again [please]"]
        ),
    ]

    @Test("Phrases spoken by three voices over G.711 are understood, and sentences that are none of them are not")
    func accuracy() async throws {
        let spoken = [
            ("yes", "Yes, please."), ("yes", "Yeah."), ("no", "No, thank you."), ("no", "Nope."),
            ("move", "Can we move the appointment?"), ("move", "I need to reschedule it."),
            ("opt_out", "Please take me off your list."), ("opt_out", "Stop calling me."),
            ("who", "Who is calling?"), ("who", "What is this about?"),
            ("human", "Can I speak to a real person?"), ("repeat", "Could you repeat that?"),
        ]
        let foreign = [
            "The weather was lovely on Sunday.", "My brother plays the guitar in a band.",
            "They painted the kitchen yellow.",
            "Please put the boxes in the garage.", "Twenty people came to the party.",
            "She moved to Chicago last summer.",
        ]
        var right = 0
        var wrong: [String] = []
        var accepted: [String] = []
        let voices = ["rms", "awb", "kal"]
        for voice in voices {
            for (name, text) in spoken {
                switch try await Booth.hear(text, voice: voice, for: Self.phrases) {
                case .heard(name, _, _): right += 1
                case .heard(let other, _, _): wrong.append("\(voice) '\(text)' as \(other)")
                case .nothing: break
                }
            }
            for text in foreign {
                if case .heard(let name, _, _) = try await Booth.hear(text, voice: voice, for: Self.phrases) {
                    accepted.append("\(voice) '\(text)' as \(name)")
                }
            }
        }
        let total = spoken.count * voices.count
        print(
            "understood \(right)/\(total), taken for another \(wrong.count); foreign sentences accepted \(accepted.count)/\(foreign.count * 3)"
        )
        #expect(right >= total * 85 / 100)
        #expect(wrong.count <= 1, "\(wrong)")
        #expect(accepted.count <= 2, "\(accepted)")
    }

    @Test("A word that no dictionary has is listened for by how it is spelled")
    func unknownWord() async throws {
        let phrases = [
            GrammarPhrase(name: "product", expansions: ["trunkline"]),
            GrammarPhrase(name: "other", expansions: ["elephant", "the weather"]),
        ]
        guard case .heard("product", let words, _) = try await Booth.hear("Trunkline.", voice: "rms", for: phrases)
        else {
            Issue.record("not understood")
            return
        }
        #expect(words == "trunkline")
    }

    @Test(
        "A phrase that cannot be listened for is named, whatever is in it",
        arguments: [
            ("call <me>", PhrasePatternError.unexpected("<")), ("press 1", .unexpected("1")), ("[yes", .unbalanced),
            ("yes)", .unbalanced), ("yes | | no", .emptyPart), ("[please]", .matchesNothingSaid),
            ("a{b}", .unexpected("{")),
            ("x; public <y> = z", .unexpected(";")), ("/1/ yes", .unexpected("/")), ("yes*", .unexpected("*")),
        ]
    )
    func badPhrase(expansion: String, error: PhrasePatternError) async {
        let phrases = [GrammarPhrase(name: "a", expansions: [expansion])]
        await #expect(throws: RecognitionError.badPhrase("a", expansion: expansion, error)) {
            _ = try await Booth.recognizer.listen(for: phrases)
        }
    }

    @Test("Words that mean something to grammar files are words")
    func reservedWords() async throws {
        let phrases = [GrammarPhrase(name: "a", expansions: ["public grammar import null void garbage sil"])]
        let utterance = try await Booth.recognizer.listen(for: phrases)
        utterance.hear([Int16](repeating: 0, count: 8000))
        #expect(try await utterance.finish() == .nothing)
    }

    @Test("Silence, and nothing at all, are nothing")
    func silence() async throws {
        let empty = try await Booth.recognizer.listen(for: Self.phrases)
        #expect(try await empty.finish() == .nothing)
        let quiet = try await Booth.recognizer.listen(for: Self.phrases)
        quiet.hear(Booth.line([Int16](repeating: 0, count: 8000)))
        #expect(try await quiet.finish() == .nothing)
    }

    @Test(
        "A tone is no word, however the grammar would read it",
        arguments: [[440], [1000], Tone.ringback, Tone.busy],
        [100, 300, 1000]
    )
    func tones(frequencies: [Double], milliseconds: Int) async throws {
        let phrases = ["bye", "goodbye", "yes", "no", "hello", "mm", "who"].map {
            GrammarPhrase(name: $0, expansions: [$0])
        }
        let utterance = try await Booth.recognizer.listen(for: phrases)
        let pause = [Int16](repeating: 0, count: 4800)
        let tone = Tone.samples(frequencies: frequencies, milliseconds: milliseconds)
        utterance.hear(Booth.line(pause + tone + pause))
        #expect(try await utterance.finish() == .nothing)
    }

    @Test("A missing model is an error that says where it was looked for")
    func missingModel() {
        #expect(throws: RecognitionError.modelUnreadable("/nonexistent/cmudict-en-us.dict")) {
            _ = try GrammarRecognizer(configuration: .init(modelDirectory: "/nonexistent"))
        }
    }

    @Test("More utterances than decoders are all answered")
    func manyAtOnce() async throws {
        let audio = Booth.line(try await Booth.synthesizer.render("No, thank you.", voice: "rms"))
        let results = try await withThrowingTaskGroup(of: GrammarResult.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    let utterance = try await Booth.recognizer.listen(for: Self.phrases)
                    utterance.hear(audio)
                    return try await utterance.finish()
                }
            }
            return try await group.reduce(into: [GrammarResult]()) { $0.append($1) }
        }
        // The same audio is the same answer, whichever decoder it met and whatever that one heard before.
        #expect(Set(results).count == 1)
        #expect(results.count == 12)
    }
}
