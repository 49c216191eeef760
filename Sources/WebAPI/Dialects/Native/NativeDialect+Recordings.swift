import Calls
import Engine
import FoundationEssentials
import Hummingbird

extension NativeDialect {
    func addRecordingRoutes(to door: DoorRoutes) {
        door.group("v1/calls", needing: .sessionsReadTranscript)
            .get(":id/recording", use: recording)
            .post(":id/recording_url", use: link)
        door.openGroup("recordings")
            .get(":file", use: linkedRecording)
    }

    @Sendable
    private func recording(_ request: Request, _ context: ProjectContext) async throws -> Response {
        let id = try context.callID()
        let file = try RecordingFile(path: try await calls.recordingPath(id, project: context.project))
        return try await file.response(to: request, name: "\(id).wav", context: context)
    }

    private struct Link: ResponseEncodable {
        let url: String
        let expiresAt: String
    }

    /// A URL that opens the recording without a key, for those who cannot send one: a browser, a customer's player.
    @Sendable
    private func link(_ request: Request, _ context: ProjectContext) async throws -> Link {
        let body = try await request.jsonObject(accepting: ["expires_in"], orNothing: true)
        let seconds = try body.integer("expires_in", in: 60...604_800) ?? 3600
        let link = try await calls.recordingLink(
            try context.callID(),
            until: calls.now + Double(seconds),
            project: context.project
        )
        return Link(
            url: publicURL.absolute(link.path, for: request),
            expiresAt: Timestamp.text(Date(timeIntervalSince1970: Double(link.expires)))
        )
    }

    @Sendable
    private func linkedRecording(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, accepting: ["expires", "signature"])
        guard let name = context.parameters.get("file"), name.hasSuffix(".wav"),
            let id = Call.ID(String(name.dropLast(4))),
            let expires = query["expires"].flatMap({ Int64($0) }), let signature = query["signature"]
        else { throw Refusal.linkForged }
        // A number no clock can reach would overflow on its way to a date.
        guard (0...Int64(UInt32.max)).contains(expires) else { throw Refusal.linkForged }
        let path = try await calls.recordingPath(RecordingLink(call: id, expires: expires, signature: signature))
        return try await RecordingFile(path: path).response(to: request, name: name, context: context)
    }
}
