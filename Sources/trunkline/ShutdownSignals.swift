import Logging
import ServiceLifecycle
import UnixSignals

/// SIGTERM and SIGINT: the first drains, the second ends at once.
struct ShutdownSignals {
    let logger: Logger

    /// Runs `group` until it is done or a second signal came.
    func run(_ group: ServiceGroup) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var received = 0
                for await signal in signals {
                    received += 1
                    if received > 1 {
                        logger.warning("Ending at once", metadata: ["signal": "\(signal)"])
                        return
                    }
                    logger.notice(
                        "Stopping: live calls may finish, a second signal ends at once",
                        metadata: ["signal": "\(signal)"]
                    )
                    await group.triggerGracefulShutdown()
                }
            }
            // Whichever is first: the services are done, or they are to be canceled.
            try await tasks.next()
            tasks.cancelAll()
            do {
                try await tasks.waitForAll()
            } catch is CancellationError {
                // What was canceled says so.
            }
        }
    }
}
