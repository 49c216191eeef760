import Conversation
import Logging
import Synchronization
import Testing

@testable import Providers

private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A far end that is told what to do.
private final class ToldVoice: Voice {
    let voices: [String]
    private let clip: [Int16]
    private let portions: Int
    private let fault: ServerFault?
    private let uses = Mutex(0)

    init(_ name: String, clip: [Int16] = [], portions: Int = 1, fault: ServerFault? = nil) {
        voices = [name]
        self.clip = clip
        self.portions = portions
        self.fault = fault
    }

    var used: Int { uses.withLock(\.self) }

    func render(_ text: String, voice: String) async throws -> [Int16] {
        let all = Collector()
        try await speak(text, voice: voice) { all.add($0) }
        return all.all
    }

    func speak(
        _ text: String,
        voice: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        uses.withLock { $0 += 1 }
        for _ in 0..<portions { try await deliver(clip) }
        if let fault { throw fault }
    }
}

private struct ToldRecognizer: Recognizer {
    var capabilities: HearingCapabilities = []
    var opens = true
    var result: Result<Recognition, ServerFault>
    var heard: @Sendable ([Int16]) -> Void = { _ in }

    func capabilities(in language: String) -> HearingCapabilities { capabilities }

    func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        guard opens else { throw ServerFault.paused }
        return ToldUtterance(result: result, heard: heard)
    }
}

private struct ToldUtterance: Utterance {
    var result: Result<Recognition, ServerFault>
    var heard: @Sendable ([Int16]) -> Void

    func hear(_ samples: [Int16]) { heard(samples) }
    func finish() async throws -> Recognition { try result.get() }
}

@Suite("Others step in for a speech server that fails")
struct StandInTests {
    private let vocabulary = Vocabulary(entries: [.init(name: "yes", expansions: ["yes"])], language: "en-US")

    @Test("A voice that fails is followed by its stand-ins in their order; one that is unknown by nobody")
    func voicesStepIn() async throws {
        let broken = ToldVoice("joe", portions: 0, fault: .stalled)
        let second = ToldVoice("anna", portions: 0, fault: .refused(status: 500, reason: ""))
        let own = ToldVoice("slt", clip: [1, 2, 3])
        let set = VoiceSet(
            [
                .init(name: "joe", voice: broken, standIns: ["anna", "slt"]),
                .init(name: "anna", voice: second, standIns: []),
                .init(name: "slt", voice: own, standIns: []),
            ],
            logger: quiet
        )
        #expect(set.voices == ["joe", "anna", "slt"])
        #expect(try await set.render("Hello.", voice: "joe") == [1, 2, 3])
        #expect([broken.used, second.used, own.used] == [1, 1, 1])
        await #expect(throws: ServerFault.refused(status: 500, reason: "")) {
            try await set.render("Hi.", voice: "anna")
        }
        await #expect(throws: ServerFault.unknownVoice("eve")) { try await set.render("Hi.", voice: "eve") }
    }

    @Test("Nobody says a sentence again of which something was heard")
    func nobodyRepeats() async throws {
        let half = ToldVoice("joe", clip: [7], portions: 2, fault: .cutShort)
        let own = ToldVoice("slt", clip: [1])
        let set = VoiceSet(
            [.init(name: "joe", voice: half, standIns: ["slt"]), .init(name: "slt", voice: own, standIns: [])],
            logger: quiet
        )
        let heard = Collector()
        await #expect(throws: ServerFault.cutShort) {
            try await set.speak("Hello there.", voice: "joe") { heard.add($0) }
        }
        #expect(heard.all == [7, 7] && own.used == 0)
        // Whole or not at all: what is not delivered was not heard.
        #expect(try await set.render("Hello there.", voice: "joe") == [1])
    }

    @Test("What a recogniser that fails had heard is heard by the next one, from the beginning")
    func recognisersStepIn() async throws {
        let heard = Collector()
        let chain = RecognizerChain(
            [
                .init(
                    name: "paused",
                    recognizer: ToldRecognizer(opens: false, result: .success(.nothing)),
                    languages: []
                ),
                .init(name: "broken", recognizer: ToldRecognizer(result: .failure(.stalled)), languages: ["en"]),
                .init(
                    name: "last",
                    recognizer: ToldRecognizer(result: .success(.heard(entry: "yes", words: "yes", confidence: 1))) {
                        heard.add($0)
                    },
                    languages: []
                ),
            ],
            logger: quiet
        )
        let utterance = try await chain.listen(for: vocabulary)
        utterance.hear([1, 2])
        utterance.hear([3])
        #expect(try await utterance.finish() == .heard(entry: "yes", words: "yes", confidence: 1))
        #expect(heard.all == [1, 2, 3])
    }

    @Test("A recogniser is asked for its own languages only, and for free words only if it takes dictation")
    func recognisersAreChosen() async throws {
        func member(_ name: String, _ languages: [String], _ can: HearingCapabilities) -> RecognizerChain.Member {
            let result = Recognition.heard(entry: name, words: "", confidence: 1)
            return .init(
                name: name,
                recognizer: ToldRecognizer(capabilities: can, result: .success(result)),
                languages: languages
            )
        }
        let chain = RecognizerChain(
            [
                member("german", ["de"], .dictation), member("grammar", [], .quickGlimpse),
                member("any", [], .dictation),
            ],
            logger: quiet
        )
        func hears(_ vocabulary: Vocabulary) async throws -> String {
            guard case .heard(let name, _, _) = try await chain.listen(for: vocabulary).finish() else { return "" }
            return name
        }
        let yes = [Vocabulary.Entry(name: "yes", expansions: ["yes"])]
        #expect(try await hears(Vocabulary(entries: yes, language: "de-AT")) == "german")
        #expect(try await hears(Vocabulary(entries: yes, language: "en-US")) == "grammar")
        #expect(try await hears(Vocabulary(entries: [], dictation: "w", language: "en-US")) == "any")
        #expect(chain.capabilities(in: "de-DE") == [.dictation, .quickGlimpse])
        #expect(chain.capabilities(in: "fr-FR") == .quickGlimpse)
        let glimpsed = try await chain.glimpse([1], for: Vocabulary(entries: yes, language: "de-DE"))
        #expect(glimpsed == .heard(entry: "grammar", words: "", confidence: 1), "No request goes out for a cough")
    }
}

@Suite("Phrases that were spoken are remembered")
struct PhraseCacheTests {
    @Test("A phrase is made once for each provider and voice, and delivered whole after that")
    func remembers() async throws {
        let cache = PhraseCache(limit: 100_000)
        let voice = ToldVoice("joe", clip: [1, 2], portions: 3)
        let remembering = cache.remembering(voice, provider: "a")
        let portions = Mutex<[[Int16]]>([])
        for _ in 0..<2 {
            try await remembering.speak("Hello.", voice: "joe") { clip in portions.withLock { $0.append(clip) } }
        }
        #expect(portions.withLock(\.self) == [[1, 2], [1, 2], [1, 2], [1, 2, 1, 2, 1, 2]])
        #expect(try await remembering.render("Hello.", voice: "joe") == [1, 2, 1, 2, 1, 2])
        #expect(voice.used == 1)
        let other = ToldVoice("joe", clip: [9])
        #expect(try await cache.remembering(other, provider: "b").render("Hello.", voice: "joe") == [9])
    }

    @Test("The limit in bytes holds, what was used last stays, and half a phrase is never kept")
    func forgets() async throws {
        let cache = PhraseCache(limit: 20_000)
        let voice = ToldVoice("joe", clip: [Int16](repeating: 1, count: 1000))
        let remembering = cache.remembering(voice, provider: "a")
        for number in 0..<50 {
            _ = try await remembering.render("Sentence \(number).", voice: "joe")
            _ = try await remembering.render("Sentence 0.", voice: "joe")
            #expect(cache.size <= 20_000)
        }
        #expect(voice.used == 50, "The one that is said all the time is made once")
        let half = ToldVoice("joe", clip: [1], fault: .cutShort)
        let broken = PhraseCache(limit: 20_000)
        for _ in 0..<2 {
            _ = try? await broken.remembering(half, provider: "a").render("Hello.", voice: "joe")
        }
        #expect(half.used == 2 && broken.size == 0)
        let long = ToldVoice("joe", clip: [Int16](repeating: 1, count: 5000))
        _ = try await cache.remembering(long, provider: "c").render("A speech.", voice: "joe")
        _ = try await cache.remembering(long, provider: "c").render("A speech.", voice: "joe")
        #expect(long.used == 2, "One that would take the place of many is not kept")
    }
}

@Suite("What stands between the program and a server", .timeLimit(.minutes(1)))
struct ServerGuardTests {
    @Test(
        "No more requests go out at once than it allows, the others in their order, and one that is given up leaves its place"
    )
    func keepsPlaces() async throws {
        let guardian = ServerGuard(name: "x", places: 1, logger: quiet)
        let (started, start) = AsyncStream.makeStream(of: Int.self)
        let gate = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await guardian.run(.whole(.seconds(50))) { _ in
                    _ = start.yield(1)
                    for await _ in gate.stream { break }
                    try Task.checkCancellation()
                }
            }
            var order = started.makeAsyncIterator()
            let first = await order.next()
            #expect(first == 1)
            group.addTask { try await guardian.run(.whole(.seconds(50))) { _ in _ = start.yield(2) } }
            #expect(throws: ServerFault.busy) { try guardian.begin() }
            gate.continuation.yield()
            let second = await order.next()
            #expect(second == 2)
            try await group.waitForAll()
        }
        try guardian.begin()
        guardian.settle(nil)
        try guardian.begin()
        guardian.settle(.success(.zero))
        #expect(guardian.health.succeeded == 3 && guardian.health.failed == 0)
    }

    @Test(
        "After three failures nothing goes out for a while; what the server refused of one request alone does not count"
    )
    func leavesAlone() async throws {
        let clock = StepClock()
        let guardian = ServerGuard(name: "x", places: 1, clock: ProviderClock(clock), logger: quiet)
        func attempt(_ fault: ServerFault?) async -> ServerFault? {
            do {
                try await guardian.run(.whole(.seconds(3))) { _ in if let fault { throw fault } }
                return nil
            } catch {
                return error as? ServerFault
            }
        }
        for _ in 0..<9 { #expect(await attempt(.refused(status: 400, reason: "too long")) != .paused) }
        for _ in 0..<3 { #expect(await attempt(.cutShort) == .cutShort) }
        #expect(await attempt(nil) == .paused)
        #expect(guardian.health == .init(name: "x", failed: 3, lastFault: .cutShort, isAvailable: false))
        clock.advance(by: .seconds(5))
        #expect(await attempt(nil) == nil)
        #expect(guardian.health.isAvailable)
    }
}
