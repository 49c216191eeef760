/// The agent's sentences as audio: rendered before they are needed where that can be foreseen.
actor Prompts {
    private let voice: any Voice
    private let name: String
    private let deadline: Duration
    private var clips: [String: [Int16]] = [:]

    init(voice: any Voice, name: String, deadline: Duration) {
        self.voice = voice
        self.name = name
        self.deadline = deadline
    }

    /// `sentence` at 8,000 Hz. Throws what the voice throws, and `ConversationError.stalled` if it takes longer than the deadline.
    func clip(_ sentence: String) async throws -> [Int16] {
        if let clip = clips[sentence] { return clip }
        let voice = voice
        let name = name
        let clip = try await withDeadline(deadline) { try await voice.render(sentence, voice: name) }
        clips[sentence] = clip
        return clip
    }

    /// From now on `sentence` is these samples, and no voice is asked for it.
    func keep(_ clip: [Int16], as sentence: String) {
        clips[sentence] = clip
    }

    /// Renders what may be needed soon. A failure shows when it is.
    func prepare(_ lines: [String]) async {
        for sentence in lines.flatMap(Sentences.of) where !Task.isCancelled {
            _ = try? await clip(sentence)
        }
    }
}

/// Runs `work`; if it takes longer than `limit`, cancels it and throws `ConversationError.stalled`.
func withDeadline<Value: Sendable>(
    _ limit: Duration,
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw ConversationError.stalled
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw ConversationError.stalled }
        return value
    }
}
