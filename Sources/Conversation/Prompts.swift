import Calls
import Synchronization

/// The agent's sentences as audio: rendered before they are needed where that can be foreseen.
actor Prompts {
    /// Kept together at the beginning of a sentence that is spoken while it is made: 60 ms, so that a packet that is late leaves no hole.
    private static let cushion = 480

    private let voice: any Voice
    private let name: String
    private let deadline: Duration
    private let pronunciations: PronunciationDictionary
    private var clips: [String: [Int16]] = [:]

    /// In the voice of `agent`. `deadline` is how long its first sound may take.
    init(voice: any Voice, agent: Agent, deadline: Duration) {
        self.voice = voice
        self.deadline = deadline
        name = agent.voice
        pronunciations = PronunciationDictionary(agent.pronunciations)
    }

    /// `sentence` at 8,000 Hz, whole. Throws what the voice throws, and `ConversationError.stalled` if it takes longer than the deadline.
    func clip(_ sentence: String) async throws -> [Int16] {
        if let clip = clips[sentence] { return clip }
        let (voice, name, text) = (voice, name, pronunciations.applied(to: sentence))
        let clip = try await withDeadline(deadline) { try await voice.render(text, voice: name) }
        clips[sentence] = clip
        return clip
    }

    /// Gives `sentence` to `deliver` as it is made, and returns when that was all. What was delivered before it throws was spoken. Throws what
    /// the voice throws, and `ConversationError.stalled` if nothing comes within the deadline.
    func speak(_ sentence: String, deliver: @escaping @Sendable ([Int16]) -> Void) async throws {
        if let clip = clips[sentence] { return deliver(clip) }
        let (voice, name, text) = (voice, name, pronunciations.applied(to: sentence))
        let opening = Mutex<[Int16]?>([])
        try await withFirstDeadline(deadline) { begun in
            try await voice.speak(text, voice: name) { samples in
                let portion = opening.withLock { opening -> [Int16] in
                    guard let held = opening else { return samples }
                    let all = held + samples
                    opening = all.count < Self.cushion ? all : nil
                    return opening == nil ? all : []
                }
                guard !portion.isEmpty else { return }
                begun()
                deliver(portion)
            }
        }
        if let rest = opening.withLock(\.self), !rest.isEmpty { deliver(rest) }
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

/// Runs `work`, which says when it has begun to bear fruit; if that takes longer than `limit`, cancels it and throws
/// `ConversationError.stalled`.
func withFirstDeadline(
    _ limit: Duration,
    _ work: @escaping @Sendable (_ begun: @escaping @Sendable () -> Void) async throws -> Void
) async throws {
    let progress = FirstFruit()
    try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
            try await work { progress.hasCome.store(true, ordering: .relaxed) }
            return true
        }
        group.addTask {
            try await Task.sleep(for: limit)
            guard progress.hasCome.load(ordering: .relaxed) else { throw ConversationError.stalled }
            return false
        }
        defer { group.cancelAll() }
        while let isDone = try await group.next(), !isDone {}
    }
}

private final class FirstFruit: Sendable {
    let hasCome = Atomic(false)
}
