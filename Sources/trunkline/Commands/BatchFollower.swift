import Foundation

/// Shows a batch as it goes, until it is over or stands still: a bar that is drawn over and over on a terminal, a line now and then elsewhere.
struct BatchFollower {
    /// How often in a row the server may be out of reach.
    private static let failureLimit = 30
    /// Seconds between two lines that are not drawn over.
    private static let lineInterval = 30

    let client: APIClient
    let terminal: Terminal

    /// The batch as it then is. Throws `APIClientError` if the server is gone for good: the batch goes on without us.
    func follow(_ id: String) async throws -> BatchDocument {
        let isDrawn = isatty(STDERR_FILENO) == 1
        var failures = 0
        var seconds = 0
        while true {
            do {
                let batch = try BatchDocument(apiJSON: try await client.get("/v1/batches/\(id)"))
                failures = 0
                let bar = BatchReport.bar(batch)
                if isDrawn {
                    terminal.redraw(bar)
                } else if seconds.isMultiple(of: Self.lineInterval) {
                    terminal.note(bar)
                }
                if batch.isOver || batch.status == "paused" {
                    terminal.note(isDrawn ? "" : bar)
                    return batch
                }
            } catch let error as APIClientError {
                guard case .unreachable = error, failures < Self.failureLimit else { throw error }
                failures += 1
            }
            try await Task.sleep(for: .seconds(1))
            seconds += 1
        }
    }
}
