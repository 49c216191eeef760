import FoundationEssentials
import Storage

/// A path for a database of its own, removed afterwards.
func withDatabaseFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.path + "/nested/trunkline.db")
}

extension SQLiteDatabase {
    /// Until at least `count` writes wait. Gives other tasks their turn meanwhile.
    func pending(atLeast count: Int) async {
        while pendingWrites < count, !Task.isCancelled { await Task.yield() }
    }
}
