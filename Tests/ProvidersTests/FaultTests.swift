import Calls
import Conversation
import Foundation
import Logging
import Synchronization
import Telephony
import Testing

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

private struct Speaker: Voice {
    let voices: [String]
    let clip: [Int16]

    init(_ name: String, _ clip: [Int16]) {
        voices = [name]
        self.clip = clip
    }

    func render(_ text: String, voice: String) async throws -> [Int16] { clip }
}

private struct Hearer: Recognizer {
    let words: String

    func capabilities(in language: String) -> HearingCapabilities { .dictation }
    func listen(for vocabulary: Vocabulary) async throws -> any Utterance { Heard(words: words) }
}

private struct Heard: Utterance {
    let words: String

    func hear(_ samples: [Int16]) {}
    func finish() async throws -> Recognition { .heard(entry: "words", words: words, confidence: 1) }
}

private final class Thinker: LanguageModel {
    let name: String
    let abilities = ModelAbilities()
    private let uses = Mutex(0)

    init(_ name: String) {
        self.name = name
    }

    var used: Int { uses.withLock(\.self) }

    func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        uses.withLock { $0 += 1 }
        for letter in name { try await take(.text(String(letter))) }
        return ModelEnding(reason: .stop)
    }

    func warmUp() async throws {}
}

/// What a conversation does of it: `body` as its run, while `faults` hold.
private func suffer<Result: Sendable>(
    _ faults: Faults,
    _ clock: StepClock = StepClock(),
    _ body: () async throws -> Result
) async throws -> Result {
    try await FaultSwitch(faults, clock: ProviderClock(clock)).apply(to: body)
}

private func ask(_ model: any LanguageModel) async throws -> String {
    let text = Mutex("")
    _ = try await model.answer(ModelRequest(messages: [])) { piece in
        if case .text(let more) = piece { text.withLock { $0 += more } }
    }
    return text.withLock(\.self)
}

@Suite("What goes wrong on purpose in a test call", .timeLimit(.minutes(1)))
struct FaultTests {
    private let vocabulary = Vocabulary(entries: [], dictation: "words", language: "en-US")

    @Test("A model that fails is followed by the next; if all fail there is no answer; other calls have theirs")
    func modelError() async throws {
        let models = [Thinker("first"), Thinker("second")]
        let model = FallbackModel(models, clock: ProviderClock(StepClock()), logger: quiet)
        var faults = Faults()
        faults.modelError = .first
        // Often enough that a real failure would have the first model left alone afterwards.
        for _ in 0...CircuitBreaker.tolerance {
            #expect(try await suffer(faults) { try await ask(model) } == "second")
        }
        #expect(models[0].used == 0)
        faults.modelError = .all
        await #expect(throws: ModelFailure.self) { try await suffer(faults) { try await ask(model) } }
        #expect(try await ask(model) == "first")
    }

    @Test("A model's first word comes when it is to, and not before")
    func modelFirstWord() async throws {
        let clock = StepClock()
        let model = FallbackModel([Thinker("word")], clock: ProviderClock(clock), logger: quiet)
        var faults = Faults()
        faults.modelFirstWord = 1800
        async let answer = suffer(faults, clock) { try await ask(model) }
        await clock.someoneWaits()
        clock.advance(by: .milliseconds(1799))
        #expect(clock.waits)
        clock.advance(by: .milliseconds(1))
        #expect(try await answer == "word")
    }

    @Test("An answer breaks off after so many characters, and what came until then was said")
    func modelCut() async throws {
        let model = FallbackModel([Thinker("a sentence"), Thinker("another")], logger: quiet)
        var faults = Faults()
        faults.modelCut = 3
        let said = Mutex("")
        await #expect(throws: ModelFailure.cutOff) {
            try await suffer(faults) {
                try await model.answer(ModelRequest(messages: [])) { piece in
                    if case .text(let more) = piece { said.withLock { $0 += more } }
                }
            }
        }
        #expect(said.withLock(\.self) == "a s")
    }

    @Test("A recogniser that fails, or goes away, is followed by the next")
    func recognizer() async throws {
        let clock = StepClock()
        let chain = RecognizerChain(
            [
                .init(name: "first", recognizer: Hearer(words: "one"), languages: []),
                .init(name: "second", recognizer: Hearer(words: "two"), languages: []),
            ],
            logger: quiet
        )
        @Sendable func heard() async throws -> String {
            let utterance = try await chain.listen(for: vocabulary)
            utterance.hear([1, 2, 3])
            guard case .heard(_, let words, _) = try await utterance.finish() else { return "" }
            return words
        }
        var faults = Faults()
        faults.recognizerError = .first
        #expect(try await suffer(faults) { try await heard() } == "two")
        faults.recognizerError = .all
        await #expect(throws: InjectedFault.self) { try await suffer(faults) { try await heard() } }

        faults.recognizerError = nil
        faults.recognizerDrop = 20
        let words = try await suffer(faults, clock) {
            var words = [try await heard()]
            // In the middle of what is said.
            let utterance = try await chain.listen(for: vocabulary)
            clock.advance(by: .seconds(20))
            guard case .heard(_, let late, _) = try await utterance.finish() else { return words }
            words.append(late)
            words.append(try await heard())
            return words
        }
        #expect(words == ["one", "two", "two"])
        #expect(try await heard() == "one")
    }

    @Test("What was understood comes late")
    func recognizerDelay() async throws {
        let clock = StepClock()
        let chain = RecognizerChain(
            [.init(name: "ear", recognizer: Hearer(words: "one"), languages: [])],
            logger: quiet
        )
        var faults = Faults()
        faults.recognizerDelay = 700
        async let words = suffer(faults, clock) { try await chain.listen(for: vocabulary).finish() }
        await clock.someoneWaits()
        clock.advance(by: .milliseconds(700))
        #expect(try await words == .heard(entry: "words", words: "one", confidence: 1))
    }

    @Test("A voice that fails is followed by its stand-ins, and one that is late delivers late")
    func voice() async throws {
        let clock = StepClock()
        let set = VoiceSet(
            [
                .init(name: "anna", voice: Speaker("anna", [1, 1]), standIns: ["slt"]),
                .init(name: "slt", voice: Speaker("slt", [2, 2]), standIns: []),
            ],
            logger: quiet
        )
        var faults = Faults()
        faults.voiceError = .first
        #expect(try await suffer(faults) { try await set.render("Hello.", voice: "anna") } == [2, 2])
        faults.voiceError = .all
        await #expect(throws: InjectedFault.self) {
            try await suffer(faults) { try await set.render("Hello.", voice: "anna") }
        }
        faults.voiceError = nil
        faults.voiceFirstSound = 900
        async let clip = suffer(faults, clock) {
            let all = Collector()
            try await set.speak("Hello.", voice: "anna") { all.add($0) }
            return all.all
        }
        await clock.someoneWaits()
        clock.advance(by: .milliseconds(900))
        #expect(try await clip == [1, 1])
    }

    @Test("Faults are stored under the names that the API has for them, and only those that were asked for")
    func document() throws {
        var faults = Faults()
        faults.modelFirstWord = 1800
        faults.modelError = .first
        faults.loss = 2.5
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(faults), as: UTF8.self)
        #expect(text == #"{"llm_error":"first","llm_first_token_ms":1800,"rtp_loss_pct":2.5}"#)
    }
}
