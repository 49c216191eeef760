import Conversation
import Synchronization

/// What an operator says of one speech server.
package struct SpeechServer: Sendable {
    /// Names it in logs, metrics and `trunkline doctor`.
    package var name: String
    /// Its base: `https://api.openai.com/v1`, `tcp://127.0.0.1:10300`, `wss://api.deepgram.com`.
    package var url: String
    /// Sent with each request, as the protocol has it. Never in a log or an error.
    package var key: ProviderKey?
    package var model: String?
    /// How long the first useful part of an answer may take: for a recogniser its words, for a voice 20 ms of audio.
    package var timeout: Duration
    /// Requests at once.
    package var concurrency: Int

    package init(
        name: String,
        url: String,
        key: ProviderKey? = nil,
        model: String? = nil,
        timeout: Duration = .seconds(3),
        concurrency: Int = 8
    ) {
        self.name = name
        self.url = url
        self.key = key
        self.model = model
        self.timeout = timeout
        self.concurrency = concurrency
    }
}

/// A key to somebody's account, which shows nowhere.
package struct ProviderKey: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// For the one place that sends it.
    let revealed: String

    package init(_ text: String) {
        revealed = text
    }

    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// How a voice answers: the first 20 ms, then as fast as speech at the least, and never longer than `longest`.
extension Patience {
    static func voice(_ timeout: Duration) -> Patience {
        Patience(first: timeout, next: timeout, total: .seconds(60) + timeout)
    }
}

/// Hands on audio in portions that are worth it: progress is 20 ms of sound, not a byte.
struct Portions {
    private static let useful = 160
    private var pending: [Int16] = []

    /// A portion, if it is one.
    mutating func add(_ samples: [Int16]) -> [Int16]? {
        pending += samples
        guard pending.count >= Self.useful else { return nil }
        defer { pending = [] }
        return pending
    }

    /// What is left.
    mutating func finish() -> [Int16]? {
        defer { pending = [] }
        return pending.isEmpty ? nil : pending
    }
}

/// Collects what a voice delivers.
final class Collector: Sendable {
    private let samples = Mutex<[Int16]>([])

    func add(_ more: [Int16]) {
        samples.withLock { $0 += more }
    }

    var all: [Int16] { samples.withLock(\.self) }
}

/// A voice that delivers piece by piece renders whole by collecting the pieces.
protocol StreamedVoice: Voice {}

extension StreamedVoice {
    package func render(_ text: String, voice: String) async throws -> [Int16] {
        let collector = Collector()
        try await speak(text, voice: voice) { collector.add($0) }
        return collector.all
    }
}

/// No sentence takes longer to say: ten seconds, and 0.4 s for each of its characters. In samples.
func longestSpeech(_ text: String) -> Int {
    min(300, 10 + text.count * 2 / 5) * 8000
}

/// Something that happens once, seen by others.
final class Flag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock(\.self) }

    func set() {
        value.withLock { $0 = true }
    }
}
