package import Conversation
import Synchronization

/// What voices have said before: greetings and fixed phrases are made once and then cost nothing.
///
/// One for all voices of the program. What was not used for longest goes first.
package final class PhraseCache: Sendable {
    struct Phrase: Hashable {
        var provider: String
        var voice: String
        var text: String
    }

    private struct Contents {
        var clips: [Phrase: (samples: [Int16], used: UInt64)] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    /// In bytes.
    private let limit: Int
    private let contents = Mutex(Contents())

    /// A second of speech is 16,000 bytes, and its text is counted as well.
    package init(limit: Int = 32 << 20) {
        self.limit = limit
    }

    /// `voice` with this memory, under the name of its provider.
    package func remembering(_ voice: any Voice, provider: String) -> any Voice {
        RememberingVoice(voice: voice, provider: provider, cache: self)
    }

    /// In bytes.
    package var size: Int { contents.withLock(\.bytes) }

    func recall(_ phrase: Phrase) -> [Int16]? {
        contents.withLock { contents in
            contents.uses += 1
            contents.clips[phrase]?.used = contents.uses
            return contents.clips[phrase]?.samples
        }
    }

    func keep(_ samples: [Int16], as phrase: Phrase) {
        let size = Self.size(of: phrase, samples)
        guard size <= limit / 8 else { return }
        contents.withLock { contents in
            if let old = contents.clips.updateValue((samples, contents.uses), forKey: phrase) {
                contents.bytes -= Self.size(of: phrase, old.samples)
            }
            contents.bytes += size
            guard contents.bytes > limit else { return }
            // Down to three quarters, so that this is rare.
            for (old, clip) in contents.clips.sorted(by: { $0.value.used < $1.value.used }) {
                guard contents.bytes > limit * 3 / 4 else { break }
                contents.clips[old] = nil
                contents.bytes -= Self.size(of: old, clip.samples)
            }
        }
    }

    private static func size(of phrase: Phrase, _ samples: [Int16]) -> Int {
        samples.count * 2 + phrase.text.utf8.count + phrase.voice.utf8.count + phrase.provider.utf8.count
    }
}

private struct RememberingVoice: Voice {
    let voice: any Voice
    let provider: String
    let cache: PhraseCache

    var voices: [String] { voice.voices }
    var takesTextAsItComes: Bool { voice.takesTextAsItComes }

    func render(_ text: String, voice name: String) async throws -> [Int16] {
        let phrase = PhraseCache.Phrase(provider: provider, voice: name, text: text)
        if let samples = cache.recall(phrase) { return samples }
        let samples = try await voice.render(text, voice: name)
        cache.keep(samples, as: phrase)
        return samples
    }

    func speak(
        _ text: String,
        voice name: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        let phrase = PhraseCache.Phrase(provider: provider, voice: name, text: text)
        if let samples = cache.recall(phrase) { return try await deliver(samples) }
        let collector = Collector()
        try await voice.speak(text, voice: name) { samples in
            collector.add(samples)
            try await deliver(samples)
        }
        cache.keep(collector.all, as: phrase)
    }

    func speak(
        _ text: AsyncStream<String>,
        voice name: String,
        deliver: @escaping @Sendable ([Int16]) async throws -> Void
    ) async throws {
        guard voice.takesTextAsItComes else {
            for await sentence in text { try await speak(sentence, voice: name, deliver: deliver) }
            return
        }
        try await voice.speak(text, voice: name, deliver: deliver)
    }

    func makeReady(voice name: String) async {
        await voice.makeReady(voice: name)
    }
}
