import Calls
import Logging
import Storage

/// Reads one call's events as they are committed. An actor because the stream it feeds may be asked from anywhere.
actor CallFollower {
    private let call: Call.ID
    private let project: Project.ID
    private let floor: CallFloor
    private let events: EventStore
    private let wakes: AsyncStream<Void>
    private var sequence: Int64
    private var unread: [CallEvent] = []
    private var isOver = false

    init(call: Call.ID, project: Project.ID, after sequence: Int64, floor: CallFloor, events: EventStore) {
        self.call = call
        self.project = project
        self.sequence = sequence
        self.floor = floor
        self.events = events
        wakes = floor.feed.wakes(for: call)
    }

    /// The next event, waited for if it has not happened yet. Nil once the call is over and all of it was read.
    func next() async -> CallEvent? {
        while !isOver {
            if unread.isEmpty { await read() }
            if !unread.isEmpty {
                let event = unread.removeFirst()
                sequence = event.sequence
                isOver = event.kind == .ended
                return event
            }
            guard !isOver, !Task.isCancelled else { return nil }
            for await _ in wakes { break }
        }
        return nil
    }

    private func read() async {
        do {
            unread = try await events.events(of: call, after: sequence, limit: 100)
            guard unread.isEmpty else { return }
            let status = try await floor.store.call(call, project: project)?.lifecycle.status
            guard status?.isFinal != false else { return }
            // Looked at once more: the last events may have been committed between the two reads.
            unread = try await events.events(of: call, after: sequence, limit: 100)
            isOver = unread.isEmpty
        } catch {
            floor.logger.error("Could not read events", metadata: ["call.id": "\(call)", "error": "\(error)"])
            isOver = true
        }
    }
}
