/// Something that is done beside a conversation's loop, until it is done or not wanted any more.
struct Work: Sendable {
    private let wanted = AsyncStream.makeStream(of: Never.self)
    private let body: @Sendable () async -> Void

    init(_ body: @escaping @Sendable () async -> Void) {
        self.body = body
    }

    /// It is not wanted any more. Harmless when it is done.
    func cancel() {
        wanted.continuation.finish()
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { for await _ in wanted.stream {} }
            await group.next()
            group.cancelAll()
        }
    }
}
