import CSofiaSIP
import Dispatch
import Synchronization

/// The thread that runs a SIP stack, as a Swift executor.
///
/// The library may be called on that thread only. An actor that takes this as its executor *is* on it: its methods call `csip_`
/// functions directly, and the library's callbacks enter it with `assumeIsolated`, without a lock and without a hop.
final class SofiaLoop: SerialExecutor {
    private enum Phase {
        case idle
        case running(OpaquePointer)
        /// The thread is gone, or about to go, and will call nothing any more.
        case finished(OpaquePointer?)
    }

    // The pointer is opaque, and the library allows `wake`, `is_current` and `join` on any thread.
    private struct State: @unchecked Sendable {
        var phase = Phase.idle
        var jobs: [UnownedJob] = []
        var isAwake = false
        var owner: SIPStack?
        var starting: CheckedContinuation<Bool, Never>?
        var finishing: CheckedContinuation<Void, Never>?

        /// One message wakes the loop for any number of jobs.
        mutating func wake() {
            guard !isAwake, case .running(let stack) = phase else { return }
            isAwake = true
            csip_stack_wake(stack)
        }
    }

    private let state = Mutex(State())
    /// Runs what is asked of an actor whose thread has ended: nobody who awaits it may hang.
    private let afterlife = DispatchQueue(label: "trunkline.sip.afterlife")

    /// Starts the thread. False if the library could not start. To be called once.
    func start(owner: SIPStack, url: String, userAgent: String, nameservers: String?) async -> Bool {
        await withCheckedContinuation { continuation in
            state.withLock {
                $0.owner = owner
                $0.starting = continuation
            }
            // Released in `finished`, which comes last.
            let context = Unmanaged.passRetained(self).toOpaque()
            let stack = csip_stack_start(url, userAgent, nameservers, .toLoop(context))
            if stack == nil {
                Unmanaged<SofiaLoop>.fromOpaque(context).release()
                started(false)
                finished()
            }
        }
    }

    /// Waits for the thread to end.
    func join() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if case .finished = state.phase { return true }
                state.finishing = continuation
                return false
            }
            if isFinished { continuation.resume() }
        }
        let stack: SendableStack? = state.withLock { state in
            guard case .finished(let stack?) = state.phase else { return nil }
            state.phase = .finished(nil)
            return SendableStack(pointer: stack)
        }
        if let stack { csip_stack_join(stack.pointer) }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isLate = state.withLock { state in
            if case .finished = state.phase { return true }
            state.jobs.append(job)
            state.wake()
            return false
        }
        if isLate {
            let executor = asUnownedSerialExecutor()
            afterlife.async { job.runSynchronously(on: executor) }
        }
    }

    func isIsolatingCurrentContext() -> Bool? {
        state.withLock { state in
            guard case .running(let stack) = state.phase else { return nil }
            return csip_stack_is_current(stack)
        }
    }

    func checkIsolated() {
        precondition(isIsolatingCurrentContext() == true, "not on the thread of the SIP stack")
    }
}

// The callbacks, all on the stack's thread.
extension SofiaLoop {
    fileprivate func started(_ ok: Bool) {
        state.withLock { state in
            let starting = state.starting
            state.starting = nil
            return starting
        }?.resume(returning: ok)
    }

    /// Learns the pointer from the first callback: it may come before `csip_stack_start` has returned.
    fileprivate func began(_ stack: OpaquePointer) {
        state.withLock { state in
            state.phase = .running(stack)
            state.isAwake = false
            if !state.jobs.isEmpty { state.wake() }
        }
    }

    fileprivate func runJobs() {
        let jobs = state.withLock { state in
            state.isAwake = false
            defer { state.jobs = [] }
            return state.jobs
        }
        let executor = asUnownedSerialExecutor()
        for job in jobs { job.runSynchronously(on: executor) }
    }

    fileprivate func finished() {
        while true {
            let isEmpty = state.withLock { state in
                guard state.jobs.isEmpty else { return false }
                if case .running(let stack) = state.phase {
                    state.phase = .finished(stack)
                } else {
                    state.phase = .finished(nil)
                }
                return true
            }
            if isEmpty { break }
            runJobs()
        }
        state.withLock { state in
            state.owner = nil
            let finishing = state.finishing
            state.finishing = nil
            return finishing
        }?.resume()
    }

    fileprivate func enter(_ body: (isolated SIPStack) -> Void) {
        guard let owner = state.withLock({ $0.owner }) else { return }
        owner.assumeIsolated(body)
    }
}

/// Carries the pointer out of the lock.
private struct SendableStack: @unchecked Sendable {
    let pointer: OpaquePointer
}

extension csip_callbacks {
    fileprivate static func toLoop(_ context: UnsafeMutableRawPointer) -> csip_callbacks {
        csip_callbacks(
            context: context,
            began: { context, stack in
                if let stack { SofiaLoop.at(context)?.began(stack) }
            },
            started: { context, stack, ok in
                guard let loop = SofiaLoop.at(context) else { return }
                if ok, let stack {
                    // Before any event of the library.
                    nonisolated(unsafe) let stack = stack
                    loop.enter { $0.adopt(stack) }
                }
                loop.started(ok)
            },
            event: { context, event in
                guard let loop = SofiaLoop.at(context), let event else { return }
                // Read before this callback returns.
                nonisolated(unsafe) let report = SofiaEvent(raw: event)
                loop.enter { $0.handle(report) }
            },
            trace: { context, trace in
                guard let loop = SofiaLoop.at(context), let trace, let text = trace.pointee.text else { return }
                let bytes = UnsafeRawBufferPointer(start: text, count: trace.pointee.length)
                let message = String(decoding: bytes, as: UTF8.self)
                let peer = trace.pointee.peer.map { String(cString: $0) } ?? ""
                let isSent = trace.pointee.sent
                loop.enter { $0.record(message, sent: isSent, peer: peer) }
            },
            woken: { SofiaLoop.at($0)?.runJobs() },
            timer: { context, id in SofiaLoop.at(context)?.enter { $0.timerFired(id) } },
            finished: { context in
                guard let context else { return }
                Unmanaged<SofiaLoop>.fromOpaque(context).takeRetainedValue().finished()
            }
        )
    }
}

extension SofiaLoop {
    fileprivate static func at(_ context: UnsafeMutableRawPointer?) -> SofiaLoop? {
        context.map { Unmanaged<SofiaLoop>.fromOpaque($0).takeUnretainedValue() }
    }
}
