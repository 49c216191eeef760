import Synchronization

/// One line of a model's answer on its way to the ear: thought, cut into sentences and spoken, each stage while the one before goes on.
struct Recital: Sendable {
    let line: Int
    let model: any LanguageModel
    let prompts: Prompts
    let inbox: Inbox<TalkItem>

    /// Asks, and puts into the inbox what comes of it. A model that fails is told of when what it had said before is spoken.
    func work(_ request: ModelRequest) -> Work {
        Work {
            let (sentences, feed) = AsyncStream.makeStream(of: String.self)
            do {
                let ending = try await withThrowingTaskGroup(of: Result<ModelEnding, any Error>?.self) { group in
                    group.addTask {
                        for await sentence in sentences { try await speak(sentence) }
                        return nil
                    }
                    group.addTask {
                        defer { feed.finish() }
                        return await think(request) { feed.yield($0) }
                    }
                    defer { group.cancelAll() }
                    var ending: Result<ModelEnding, any Error>?
                    while let result = try await group.next() { ending = result ?? ending }
                    return ending
                }
                switch ending {
                case .success(let ending)?: inbox.put(.ended(line: line, ending))
                case .failure(let error)?: inbox.put(.failed(line: line, error))
                case nil: inbox.put(.failed(line: line, CancellationError()))
                }
            } catch {
                inbox.put(.failed(line: line, error))
            }
        }
    }

    private func think(
        _ request: ModelRequest,
        _ give: @escaping @Sendable (String) -> Void
    ) async -> Result<ModelEnding, any Error> {
        let text = Mutex((sentences: SentenceStream(), hasBegun: false))
        do {
            let ending = try await model.answer(request) { piece in
                switch piece {
                case .call(let call): inbox.put(.called(line: line, call))
                case .text(let more):
                    let (sentences, isFirst, isRepeating) = text.withLock { text in
                        defer { text.hasBegun = true }
                        return (text.sentences.take(more), !text.hasBegun, text.sentences.isRepeating)
                    }
                    if isFirst { inbox.put(.began(line: line)) }
                    for sentence in sentences { give(sentence) }
                    if isRepeating { throw Repetition() }
                }
            }
            for sentence in text.withLock({ $0.sentences.end() }) { give(sentence) }
            return .success(ending)
        } catch is Repetition {
            return .success(ModelEnding(reason: .repetition))
        } catch {
            return .failure(error)
        }
    }

    private func speak(_ sentence: String) async throws {
        let hasBegun = Mutex(false)
        try await prompts.speak(sentence) { samples in
            guard !samples.isEmpty else { return }
            let isFirst = hasBegun.withLock { hasBegun in
                defer { hasBegun = true }
                return !hasBegun
            }
            inbox.put(
                .sound(line: line, Portion(sentence: sentence, samples: samples, place: isFirst ? .first : .next))
            )
        }
        if hasBegun.withLock(\.self) {
            inbox.put(.sound(line: line, Portion(sentence: sentence, samples: [], place: .end)))
        }
    }
}
