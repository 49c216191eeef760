package import Calls
import FoundationEssentials
import Storage

/// Forgetting callees, on their wish or after a time.
package struct ErasureControl: Sendable {
    let store: ErasureStore
    let eraser: Eraser
    let timing: Timing

    /// Erases what `project` knows of `number`: the calls to it keep their times, ends and costs. With a mode, those calls alone. Returns the
    /// receipt; it is complete unless a file could not be deleted, which is then tried again.
    ///
    /// Throws `Refusal.callsNotOver` while there are calls to the number that wait or go on: cancel them first.
    package func erase(_ number: PhoneNumber, mode: CallMode?, project: Project.ID) async throws -> Erasure {
        guard number != .erased else {
            throw Refusal.invalid(field: "number", message: "It stands for numbers that are erased already")
        }
        let now = timing.now()
        let erasure = Erasure(id: Erasure.ID(bornAt: now), project: project, number: number, mode: mode, createdAt: now)
        do {
            try await store.begin(erasure)
        } catch let error as ErasureStore.CallsNotOver {
            throw Refusal.callsNotOver(error.calls)
        }
        try await eraser.finish(erasure)
        return try await self.erasure(erasure.id, project: project)
    }

    package func erasure(_ id: Erasure.ID, project: Project.ID) async throws -> Erasure {
        guard let erasure = try await store.erasure(id, project: project) else { throw Refusal.unknownErasure }
        return erasure
    }

    /// Newest first.
    package func erasures(project: Project.ID) async throws -> [Erasure] {
        try await store.erasures(project: project, limit: 1000)
    }

    /// How many days after its end a call keeps its content. Nil: for ever.
    package func retention(project: Project.ID) async throws -> Int? {
        try await store.retention()[project]
    }

    /// Takes effect within ten minutes.
    package func setRetention(_ days: Int?, project: Project.ID) async throws {
        if let days, !(1...36_500).contains(days) {
            throw Refusal.invalid(field: "days", message: "\(days) is outside 1 to 36500")
        }
        try await store.setRetention(days, of: project)
    }
}
