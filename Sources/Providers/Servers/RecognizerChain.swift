package import Conversation
package import Logging
import Synchronization

/// Recognisers in order: the first that knows the language hears, and the next ones take over what was said when it fails.
package struct RecognizerChain: Recognizer {
    /// One of them.
    package struct Member: Sendable {
        var name: String
        var recognizer: any Recognizer
        var languages: [String]

        /// `languages` are RFC 5646 tags or their first parts; none means all.
        package init(name: String, recognizer: any Recognizer, languages: [String]) {
            self.name = name
            self.recognizer = recognizer
            self.languages = languages
        }

        func knows(_ language: String) -> Bool {
            let tag = language.lowercased()
            return languages.isEmpty
                || languages.contains { known in
                    tag == known.lowercased() || tag.hasPrefix(known.lowercased() + "-")
                }
        }
    }

    private let members: [Member]
    /// How many were asked before.
    private let place: Int
    fileprivate let logger: Logger

    package init(_ members: [Member], logger: Logger) {
        self.init(members, place: 0, logger: logger)
    }

    fileprivate init(_ members: [Member], place: Int, logger: Logger) {
        self.members = members
        self.place = place
        self.logger = logger
    }

    package func capabilities(in language: String) -> HearingCapabilities {
        let fit = members.filter { $0.knows(language) }.map { $0.recognizer.capabilities(in: language) }
        guard let first = fit.first else { return [] }
        return first.union(fit.contains { $0.contains(.quickGlimpse) } ? .quickGlimpse : [])
    }

    /// Who takes dictation in `language`, in the order in which they are asked.
    package func names(takingDictationIn language: String) -> [String] {
        able(to: Vocabulary(entries: [], dictation: "words", language: language)).map(\.name)
    }

    package func listen(for vocabulary: Vocabulary) async throws -> any Utterance {
        let able = able(to: vocabulary)
        guard let first = able.first else { throw ServerFault.noneCan("hear \(vocabulary.language)") }
        do {
            let utterance = try await first.recognizer.underFaults(place: place).listen(for: vocabulary)
            let next = RecognizerChain(Array(able.dropFirst()), place: place + 1, logger: logger)
            return ChainedUtterance(utterance, name: first.name, next: next, vocabulary)
        } catch  where able.count > 1 {
            logger.warning("A recogniser failed", metadata: ["provider.name": "\(first.name)", "error": "\(error)"])
            return try await RecognizerChain(Array(able.dropFirst()), place: place + 1, logger: logger)
                .listen(for: vocabulary)
        }
    }

    /// It is enough that one of them can.
    package func makeReady(for vocabulary: Vocabulary) async throws {
        var failure: any Error = ServerFault.noneCan("hear \(vocabulary.language)")
        for member in able(to: vocabulary) {
            do {
                return try await member.recognizer.makeReady(for: vocabulary)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// By whoever answers at once, so that no request goes out for every cough. Nobody: it is nothing.
    package func glimpse(_ audio: [Int16], for vocabulary: Vocabulary) async throws -> Recognition {
        let quick = members.first {
            $0.knows(vocabulary.language)
                && $0.recognizer.capabilities(in: vocabulary.language).contains(.quickGlimpse)
        }
        return try await quick?.recognizer.underFaults(place: place).glimpse(audio, for: vocabulary) ?? .nothing
    }

    fileprivate var isEmpty: Bool { members.isEmpty }

    private func able(to vocabulary: Vocabulary) -> [Member] {
        members.filter { member in
            guard member.knows(vocabulary.language) else { return false }
            let takesDictation = member.recognizer.capabilities(in: vocabulary.language).contains(.dictation)
            return takesDictation || !vocabulary.entries.isEmpty
        }
    }
}

private final class ChainedUtterance: Utterance {
    private let utterance: any Utterance
    private let name: String
    private let next: RecognizerChain
    private let vocabulary: Vocabulary
    /// What was said, for whoever takes over.
    private let heard = Collector()

    init(
        _ utterance: any Utterance,
        name: String,
        next: RecognizerChain,
        _ vocabulary: Vocabulary
    ) {
        self.utterance = utterance
        self.name = name
        self.next = next
        self.vocabulary = vocabulary
    }

    var events: AsyncStream<HearingEvent> { utterance.events }

    func hear(_ samples: [Int16]) {
        if !next.isEmpty { heard.add(samples) }
        utterance.hear(samples)
    }

    func finish() async throws -> Recognition {
        do {
            return try await utterance.finish()
        } catch  where !next.isEmpty {
            try Task.checkCancellation()
            next.logger.warning("A recogniser failed", metadata: ["provider.name": "\(name)", "error": "\(error)"])
            let other = try await next.listen(for: vocabulary)
            other.hear(heard.all)
            return try await other.finish()
        }
    }
}
