import Calls
import Engine
import FoundationEssentials
import Hummingbird

/// Everything known of the calls to one number, written call by call.
struct NativeExport: Sendable {
    /// How long the links to recordings in it are good for, in seconds: a day.
    private static let linkLife: Double = 86_400
    private static let pageSize = 20

    let dialect: NativeDialect
    let number: PhoneNumber
    let mode: CallMode?
    let project: Project.ID
    /// Makes a URL of a link to a recording.
    let link: @Sendable (RecordingLink) -> String

    private struct Entry: Encodable {
        let call: NativeCall
        let transcript: [NativeTranscriptEntry]
        let attempts: [NativeAttempt]
        let sipMessages: [NativeSIPMessage]
        let webhooks: [NativeDeliveryLog]
        /// Good for a day. `null` if there is no recording.
        @Nullable var recordingUrl: String?
    }

    func page(at cursor: CallCursor = .newest) async throws -> CallPage {
        try await dialect.calls.calls(
            CallFilter(destination: number, mode: mode),
            at: cursor,
            limit: Self.pageSize,
            project: project
        )
    }

    /// The page behind `page`. Nil if that was the last.
    func page(behind page: CallPage) async throws -> CallPage? {
        guard page.hasMore, let last = page.calls.last else { return nil }
        return try await self.page(at: .before(last.id))
    }

    /// What stands before the calls.
    var head: ByteBuffer {
        let date = Timestamp.text(dialect.calls.now)
        return ByteBuffer(string: "{\"number\":\"\(number)\",\"exported_at\":\"\(date)\",\"calls\":[")
    }

    let tail = ByteBuffer(string: "]}")

    /// What is written of one call, with a comma before it unless it is the first.
    func part(_ call: Call, of page: CallPage, isFirst: Bool) async throws -> ByteBuffer {
        var part = ByteBuffer(string: isFirst ? "" : ",")
        let entry = try await entry(call, page.certainty(of: call), at: dialect.calls.now)
        part.writeBytes(try WireEncoder().data(entry))
        return part
    }

    private func entry(_ call: Call, _ certainty: Attempt.Certainty, at now: Date) async throws -> Entry {
        let calls = dialect.calls
        var deliveries: [NativeDeliveryLog] = []
        for delivery in try await dialect.webhooks.deliveries(of: call.id, project: project) {
            let attempts = try await dialect.webhooks.attempts(of: delivery.id)
            deliveries.append(NativeDeliveryLog(delivery, attempts: attempts, showingBody: true))
        }
        let recording = call.recorded ? calls.links.link(to: call.id, of: project, until: now + Self.linkLife) : nil
        return Entry(
            call: NativeCall(call, certainty: certainty),
            transcript: try await calls.transcript(call.id, project: project).map(NativeTranscriptEntry.init),
            attempts: try await calls.attempts(call.id, project: project).map(NativeAttempt.init),
            sipMessages: try await calls.trace(call.id, project: project).map(NativeSIPMessage.init),
            webhooks: deliveries,
            recordingUrl: recording.map(link)
        )
    }
}
