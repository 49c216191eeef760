import FoundationEssentials

/// A path for a database of its own, removed afterwards.
func withDatabaseFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.path + "/trunkline.db")
}
