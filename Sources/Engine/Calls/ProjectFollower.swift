import Calls
import Logging
import Storage

/// Reads a project's events as they are committed, never ending by itself. An actor because the stream it feeds may be asked from
/// anywhere.
actor ProjectFollower {
    private let project: Project.ID
    private let kinds: Set<ProjectEvent.Kind>
    private let wakes: AsyncStream<Void>
    private let floor: CallFloor
    private let events: EventStore
    private var sequence: Int64
    private var unread: ArraySlice<ProjectEvent> = []

    init(
        project: Project.ID,
        after sequence: Int64,
        kinds: Set<ProjectEvent.Kind>,
        wakes: AsyncStream<Void>,
        floor: CallFloor,
        events: EventStore
    ) {
        self.project = project
        self.sequence = sequence
        self.kinds = kinds
        self.wakes = wakes
        self.floor = floor
        self.events = events
    }

    /// The next event, waited for if it has not happened yet. Nil when nobody reads any more, or the store cannot be read.
    func next() async -> ProjectEvent? {
        while !Task.isCancelled {
            if let event = unread.popFirst() { return event }
            do {
                let (found, end) = try await events.events(of: project, after: sequence, kinds: kinds, limit: 100)
                unread = found[...]
                sequence = end
            } catch {
                floor.logger.error(
                    "Could not read events",
                    metadata: ["project.id": "\(project)", "error": "\(error)"]
                )
                return nil
            }
            if unread.isEmpty { for await _ in wakes { break } }
        }
        return nil
    }
}
