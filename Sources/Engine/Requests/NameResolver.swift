import FoundationEssentials
import NIOCore
import NIOPosix
import Synchronization

/// Asks the system's resolver, which blocks, on threads of its own.
///
/// However many wait for one name, it is asked for once: a name server that does not answer holds one thread up, and nobody who asks for
/// another name. Whoever loses patience leaves at once.
final class NameResolver: Sendable {
    private struct Question: Hashable {
        var host: String
        var port: Int
    }

    private typealias Waiting = CheckedContinuation<String?, any Error>

    private struct State {
        var next = 0
        var waiting: [Question: [Int: Waiting]] = [:]
        var canceled: Set<Int> = []
    }

    private let threads: NIOThreadPool
    private let lookUp: @Sendable (_ host: String, _ port: Int) throws -> String?
    private let state = Mutex(State())

    init(threads: Int = 32, lookUp: @escaping @Sendable (_ host: String, _ port: Int) throws -> String? = system) {
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.lookUp = lookUp
    }

    func start() { threads.start() }

    func stop() async { try? await threads.shutdownGracefully() }

    /// An IP address of `host`. Nil if it has one of another kind. Throws what the system says, and `CancellationError`.
    func address(of host: String, port: Int) async throws -> String? {
        let question = Question(host: host, port: port)
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        defer { state.withLock { _ = $0.canceled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiting in wait(waiting, id, for: question) }
        } onCancel: {
            let leaving = state.withLock { state in
                let leaving = state.waiting[question]?.removeValue(forKey: id)
                if leaving == nil { state.canceled.insert(id) }
                return leaving
            }
            leaving?.resume(throwing: CancellationError())
        }
    }

    private func wait(_ waiting: Waiting, _ id: Int, for question: Question) {
        enum Next { case leave, ask, wait }
        let next: Next = state.withLock { state in
            guard state.canceled.remove(id) == nil else { return .leave }
            defer { state.waiting[question, default: [:]][id] = waiting }
            return state.waiting[question] == nil ? .ask : .wait
        }
        switch next {
        case .leave: waiting.resume(throwing: CancellationError())
        case .ask: ask(question)
        case .wait: break
        }
    }

    private func ask(_ question: Question) {
        threads.submit { [self] state in
            let answer = Result {
                guard state == .active else { throw CancellationError() }
                return try lookUp(question.host, question.port)
            }
            let waiting = self.state.withLock { $0.waiting.removeValue(forKey: question) ?? [:] }
            for waiting in waiting.values { waiting.resume(with: answer) }
        }
    }

    private static let system: @Sendable (String, Int) throws -> String? = { host, port in
        try SocketAddress.makeAddressResolvingHost(host, port: port).ipAddress
    }
}
