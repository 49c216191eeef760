import Calls
import FoundationEssentials
import Logging
import ServiceLifecycle
import Storage

/// Carries out erasures: those a process before this one began, those whose time has come by the retention of their project, and the
/// deletion of files, which follows the commit that forgets them.
struct Eraser: Service {
    /// How many calls one transaction erases: it takes a few milliseconds.
    private static let batch = 50
    private static let interval = Duration.seconds(600)

    let store: ErasureStore
    /// Files that a call may have left, whether or not they exist.
    let files: @Sendable (Call.ID) -> [String]
    let timing: Timing
    let logger: Logger

    /// Looks at once and then every ten minutes, until shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat { await sweep() } while (try? await timing.sleep(for: Self.interval)) != nil
        }
    }

    /// Erases all that `erasure` is about, then the number itself.
    func finish(_ erasure: Erasure) async throws {
        while try await store.eraseSome(of: erasure, limit: Self.batch, at: timing.now(), files: files) {}
        try await deleteFiles(of: erasure.id)
        try await store.complete(erasure, at: timing.now())
    }

    private func sweep() async {
        do {
            for erasure in try await store.unfinished() { try await finish(erasure) }
            for (project, days) in try await store.retention() { try await forget(project, after: days) }
            try await deleteFiles(of: nil)
        } catch {
            // Everything undone is still written down.
            logger.error("Could not erase what has to go", metadata: ["error": "\(error)"])
        }
    }

    private func forget(_ project: Project.ID, after days: Int) async throws {
        var count = 0
        while !Task.isCancelled {
            let now = timing.now()
            let erased = try await store.eraseSome(
                of: project,
                endedBefore: now - Double(days) * 86_400,
                limit: Self.batch,
                at: now,
                files: files
            )
            count += erased
            guard erased == Self.batch else { break }
        }
        guard count > 0 else { return }
        logger.info("Erased by retention", metadata: ["project.id": "\(project)", "calls.erased": "\(count)"])
    }

    private func deleteFiles(of erasure: Erasure.ID?) async throws {
        while true {
            let paths = try await store.files(of: erasure, limit: 200)
            let deleted = paths.filter(delete)
            if !deleted.isEmpty { try await store.forget(files: deleted) }
            guard !paths.isEmpty, deleted.count == paths.count else { return }
        }
    }

    /// False if it is still there.
    private func delete(_ path: String) -> Bool {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else { return true }
        do {
            try files.removeItem(atPath: path)
            return true
        } catch {
            logger.error("Could not delete a recording", metadata: ["file.path": "\(path)", "error": "\(error)"])
            return false
        }
    }
}
