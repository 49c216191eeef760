import Dispatch
import Synchronization
import Testing

@testable import Speech

@Suite("A thread for a C library")
struct OwnThreadTests {
    @Test("Who gives up waits no longer, and what was not begun is not done", .timeLimit(.minutes(1)))
    func canceled() async throws {
        let thread = OwnThread(label: "test") { 0 }
        let isStuck = DispatchSemaphore(value: 0)
        let done = Done()
        let begun = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await thread.run { _ in
                    begun.continuation.yield()
                    isStuck.wait()
                    done.add("first")
                }
            }
            for await _ in begun.stream { break }
            await withTaskGroup(of: Void.self) { impatient in
                impatient.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await thread.run { _ in done.add("second") }
                    }
                }
                impatient.cancelAll()
            }
            #expect(done.words.isEmpty, "the first is still at it")
            isStuck.signal()
            try await group.waitForAll()
        }
        try await thread.run { _ in done.add("third") }
        #expect(done.words == ["first", "third"])
    }
}

private final class Done: Sendable {
    private let state = Mutex<[String]>([])

    var words: [String] { state.withLock(\.self) }

    func add(_ word: String) { state.withLock { $0.append(word) } }
}
