import EventStream
import Foundation

/// Shows a call as it happens: its states and both sides of the conversation, until it is over.
struct CallFollower {
    /// How often a broken connection is made again before following is given up.
    private static let reconnections = 10

    let client: APIClient
    /// Nil: nothing is shown.
    let terminal: Terminal?

    /// Returns when the call is over. Throws `APIClientError` if the server is gone for good.
    func follow(_ call: String) async throws {
        var sequence: Int64 = 0
        var failures = 0
        while true {
            do {
                var hasEnded = false
                try await client.events(of: call, after: sequence) { event in
                    let document = try EventDocument(apiJSON: Data(event.data.utf8))
                    sequence = document.sequence
                    failures = 0
                    show(document)
                    hasEnded = document.type == "call.ended"
                    return !hasEnded
                }
                if hasEnded { return }
                // Ended without the last event: the call may have been over before we asked, or the server is stopping.
                if try await isOver(call) { return }
            } catch let error as CancellationError {
                throw error
            } catch let error as APIClientError {
                guard case .unreachable = error, failures < Self.reconnections else { throw error }
            } catch {
                guard failures < Self.reconnections else { throw error }
            }
            failures += 1
            guard failures <= Self.reconnections else {
                throw Complaint("The server keeps closing the live feed: look at the call later with its id, \(call)")
            }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func isOver(_ call: String) async throws -> Bool {
        let document = try CallDocument(apiJSON: try await client.get("/v1/calls/\(call)"))
        return document.endReason != nil && document.status != "wrapping_up"
    }

    private func show(_ event: EventDocument) {
        guard let terminal else { return }
        let time = terminal.styled(String(event.createdAt.dropFirst(11).prefix(12)).printable, .faint)
        switch (event.type, event.data.speaker, event.data.text, event.data.status) {
        case ("call.said", let speaker?, let text?, _):
            terminal.note("\(time)  \(CallReport.speaker(speaker, terminal))  \(text.printable)")
        case (_, _, _, let status?) where event.type == "call.status":
            terminal.note("\(time)  \(terminal.styled(status.printable, .bold))")
        default:
            break
        }
    }
}
