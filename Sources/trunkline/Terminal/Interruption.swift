import UnixSignals

/// Work that Ctrl-C ends without ending the program, so that it can say what goes on without it.
enum Interruption {
    /// What `work` returns; nil if Ctrl-C came first. Canceled work may throw what it likes.
    static func nilIfInterrupted<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let signals = await UnixSignalsSequence(trapping: .sigint)
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask { try await work() }
            tasks.addTask {
                for await _ in signals { break }
                return nil
            }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? nil
        }
    }
}
