package import Calls
import Logging
import Storage

/// Reads a project's events as they are committed, many at once. An actor because the stream it feeds may be asked from anywhere.
private actor LiveFollower {
    /// Between two readings: what happens meanwhile is told together, so that many calls cost little more than one.
    private static let rest = Duration.milliseconds(250)
    private static let mostAtOnce = 500

    private let project: Project.ID
    private let calls: CallControl
    private let wakes: AsyncStream<Void>
    private var sequence: Int64
    private var hasRead = false

    init(project: Project.ID, after sequence: Int64, calls: CallControl) {
        self.project = project
        self.sequence = sequence
        self.calls = calls
        wakes = calls.floor.feed.wakes(for: project)
    }

    /// Never empty. Nil when nobody reads any more, or the store cannot be read.
    func next() async -> [CallEvent]? {
        while !Task.isCancelled {
            if hasRead { guard (try? await calls.floor.timing.sleep(for: Self.rest)) != nil else { return nil } }
            hasRead = true
            do {
                let page = try await calls.events(after: sequence, limit: Self.mostAtOnce, project: project)
                sequence = page.nextAfter
                let events = page.events.compactMap { event in
                    if case .call(let event) = event { event } else { nil }
                }
                if !events.isEmpty { return events }
            } catch {
                calls.floor.logger.error(
                    "Could not read events",
                    metadata: ["project.id": "\(project)", "error": "\(error)"]
                )
                return nil
            }
            for await _ in wakes { break }
        }
        return nil
    }
}

extension CallControl {
    /// What happens in the project from now on, told at most four times a second, for as long as it is read.
    package func tidings(project: Project.ID) async throws -> AsyncStream<[CallEvent]> {
        let follower = LiveFollower(project: project, after: try await events.end(of: project), calls: self)
        return AsyncStream { await follower.next() }
    }
}
